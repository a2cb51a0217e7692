"""Implements `stats.ports.BatchRecords`."""

import sqlite3
from collections.abc import Sequence

import msgspec

from cinematch.stats.ports import BatchFigures, BatchVersion

_NAME = "user_stats"
_FIELDS = "version, previous, building, finished_at, users"
_WRITE = (
    "INSERT INTO user_stats_batch (version, user_id, number, seq, figures)"
    " SELECT ?, user_id, ?, ?, ? FROM users WHERE user_id = ? RETURNING user_id"
)
_SWEEP = (
    "DELETE FROM user_stats_batch WHERE (version, user_id) IN (SELECT b.version, b.user_id"
    " FROM user_stats_batch b LEFT JOIN batch_versions v ON b.version IN (v.version, v.building)"
    " WHERE v.name IS NULL LIMIT ?)"
)


class SqliteBatchRecords:
    """Figures by batch and user, and one row that says which batch is seen."""

    def standing(self, tx: sqlite3.Connection) -> BatchVersion:
        row = tx.execute(
            f"SELECT {_FIELDS} FROM batch_versions WHERE name = ?", (_NAME,)
        ).fetchone()
        return BatchVersion(*row) if row else BatchVersion()

    def figures(self, tx: sqlite3.Connection, user_id: str) -> BatchFigures | None:
        row = tx.execute(
            "SELECT b.user_id, b.number, b.seq, b.figures FROM batch_versions v"
            " JOIN user_stats_batch b ON b.version = v.version AND b.user_id = ?"
            " WHERE v.name = ?",
            (user_id, _NAME),
        ).fetchone()
        if row is None or row[3] is None:
            return None
        return BatchFigures(row[0], row[1], row[2], msgspec.json.decode(row[3]))

    def count(self, tx: sqlite3.Connection) -> int:
        return int(tx.execute("SELECT count(*) FROM users").fetchone()[0])

    def users(self, tx: sqlite3.Connection, after: str, limit: int) -> list[tuple[str, int]]:
        rows = tx.execute(
            "SELECT user_id, seq FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?",
            (after, limit),
        )
        return [(row[0], row[1]) for row in rows]

    def begin(self, tx: sqlite3.Connection, version: str) -> None:
        tx.execute(
            "INSERT INTO batch_versions (name, building, users) VALUES (?, ?, 0)"
            " ON CONFLICT (name) DO UPDATE SET building = excluded.building",
            (_NAME, version),
        )

    def write(
        self, tx: sqlite3.Connection, version: str, figures: Sequence[BatchFigures]
    ) -> list[str]:
        written = []
        for one in figures:
            content = one.figures and msgspec.json.encode(one.figures).decode()
            values = (version, one.number, one.seq, content, one.user_id)
            written += [row[0] for row in tx.execute(_WRITE, values)]
        return written

    def numbers(self, tx: sqlite3.Connection, version: str, after: int, limit: int) -> list[int]:
        rows = tx.execute(
            "SELECT number FROM user_stats_batch WHERE version = ? AND number > ?"
            " ORDER BY number LIMIT ?",
            (version, after, limit),
        )
        return [row[0] for row in rows]

    def switch(self, tx: sqlite3.Connection, version: str, finished_at: str, users: int) -> bool:
        switched = tx.execute(
            "UPDATE batch_versions SET previous = version, version = building, building = NULL,"
            " finished_at = ?, users = ? WHERE name = ? AND building = ?",
            (finished_at, users, _NAME, version),
        )
        return switched.rowcount == 1

    def sweep(self, tx: sqlite3.Connection, limit: int) -> int:
        return tx.execute(_SWEEP, (limit,)).rowcount
