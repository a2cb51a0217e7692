"""Implements `lake.ports.LakeRecords`."""

import sqlite3
from collections.abc import Sequence

from cinematch.lake.core import FileName


class SqliteLakeRecords:
    """Files that are committed and not yet seen, and users who are to leave."""

    def add(self, tx: sqlite3.Connection, names: Sequence[FileName]) -> None:
        tx.executemany(
            "INSERT INTO lake_waiting (name) VALUES (?) ON CONFLICT DO NOTHING",
            [(name.text,) for name in names],
        )

    def waiting(self, tx: sqlite3.Connection, limit: int) -> list[FileName]:
        rows = tx.execute("SELECT name FROM lake_waiting ORDER BY name LIMIT ?", (limit,))
        return [FileName.read(row[0]) for row in rows]

    def shown(self, tx: sqlite3.Connection, names: Sequence[FileName]) -> None:
        tx.executemany("DELETE FROM lake_waiting WHERE name = ?", [(name.text,) for name in names])

    def owe(self, tx: sqlite3.Connection, user_id: str) -> None:
        tx.execute(
            "INSERT INTO lake_erasures (user_id) VALUES (?) ON CONFLICT DO NOTHING", (user_id,)
        )

    def owed(self, tx: sqlite3.Connection) -> list[str]:
        return [row[0] for row in tx.execute("SELECT user_id FROM lake_erasures ORDER BY user_id")]

    def settle(self, tx: sqlite3.Connection, user_ids: Sequence[str]) -> None:
        tx.executemany(
            "DELETE FROM lake_erasures WHERE user_id = ?", [(user_id,) for user_id in user_ids]
        )
