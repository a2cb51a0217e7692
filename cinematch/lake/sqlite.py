"""Implements `lake.ports.LakeRecords`."""

import sqlite3
from collections.abc import Sequence

from cinematch.lake.core import FileName


class SqliteLakeRecords:
    """Files that are committed and not yet seen."""

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
