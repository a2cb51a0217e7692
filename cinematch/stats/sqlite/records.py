"""What is kept beside the figures: delta cards, marks of verification, events set aside."""

import sqlite3

from cinematch.events.ports import Placed
from cinematch.stats.ports import DeadLetter

MOVES_KEPT = 50
_OF_USERS = ("user_stats", "user_counters", "user_affinities", "stat_moves", "dead_letters")


class Records:
    """`save_moves`, `moves_after`, `mark_verified`, `set_aside`, `dead_letters`, `user_ids`."""

    def save_moves(self, tx: sqlite3.Connection, user_id: str, seq: int, payload: bytes) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO stat_moves (user_id, seq, payload) VALUES (?, ?, ?)",
            (user_id, seq, payload.decode()),
        )
        tx.execute(
            "DELETE FROM stat_moves WHERE user_id = ?1 AND seq <= (SELECT seq FROM stat_moves"
            " WHERE user_id = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
            (user_id, MOVES_KEPT),
        )

    def moves_after(
        self, tx: sqlite3.Connection, user_id: str, seq: int
    ) -> list[tuple[int, bytes]]:
        rows = tx.execute(
            "SELECT seq, payload FROM stat_moves WHERE user_id = ? AND seq > ? ORDER BY seq",
            (user_id, seq),
        )
        return [(row[0], row[1].encode()) for row in rows]

    def mark_verified(self, tx: sqlite3.Connection, user_id: str, at: str, seq: int) -> None:
        tx.execute(
            "UPDATE user_stats SET verified_at = ?, verified_seq = ? WHERE user_id = ?",
            (at, seq, user_id),
        )

    def set_aside(self, tx: sqlite3.Connection, placed: Placed, reason: str, at: str) -> None:
        tx.execute(
            "INSERT INTO dead_letters (position, user_id, seq, payload, reason, set_aside_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (position) DO NOTHING",
            (placed.position, placed.user_id, placed.seq, placed.payload, reason, at),
        )

    def dead_letters(self, tx: sqlite3.Connection, limit: int) -> list[DeadLetter]:
        rows = tx.execute(
            "SELECT position, user_id, seq, reason, set_aside_at FROM dead_letters"
            " ORDER BY position DESC LIMIT ?",
            (limit,),
        )
        return [DeadLetter(*row) for row in rows]

    def forget(self, tx: sqlite3.Connection, user_id: str) -> None:
        for table in _OF_USERS:
            tx.execute(f"DELETE FROM {table} WHERE user_id = ?", (user_id,))

    def user_ids(self, tx: sqlite3.Connection, after: str, limit: int) -> list[str]:
        rows = tx.execute(
            "SELECT user_id FROM users WHERE user_id > ? ORDER BY user_id LIMIT ?", (after, limit)
        )
        return [row[0] for row in rows]
