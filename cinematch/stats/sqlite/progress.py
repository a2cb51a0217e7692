"""Implements `stats.ports.CommunityRecords`."""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from cinematch.stats.ports import CommunityStanding

_CHUNK = 500
_SAVE_SEQ = (
    "INSERT INTO community_progress (user_id, seq) SELECT user_id, ? FROM users WHERE user_id = ?"
    " ON CONFLICT (user_id) DO UPDATE SET seq = excluded.seq"
)
_SAVE_STANDING = (
    "INSERT INTO community_standing (one, revision, source, since, watermark)"
    " VALUES (1, ?, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET revision = excluded.revision,"
    " source = excluded.source, since = excluded.since, watermark = excluded.watermark"
)
_PUBLISH = (
    "INSERT INTO global_stats (type, document) VALUES (?, ?)"
    " ON CONFLICT (type) DO UPDATE SET document = excluded.document"
)


class SqliteCommunityRecords:
    """Progress by user, the standing, and published lists."""

    def seqs(self, tx: sqlite3.Connection, user_ids: Iterable[str]) -> dict[str, int]:
        wanted = list(user_ids)
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _CHUNK):
            chunk = wanted[start : start + _CHUNK]
            rows = tx.execute(
                "SELECT u.user_id, coalesce(p.seq, 0) FROM users u LEFT JOIN community_progress p"
                f" ON p.user_id = u.user_id WHERE u.user_id IN ({', '.join('?' * len(chunk))})",
                chunk,
            )
            found.update((row[0], row[1]) for row in rows)
        return found

    def save_seqs(self, tx: sqlite3.Connection, seqs: Mapping[str, int]) -> None:
        tx.executemany(_SAVE_SEQ, [(seq, user_id) for user_id, seq in seqs.items()])

    def replace_seqs(self, tx: sqlite3.Connection, seqs: Mapping[str, int]) -> None:
        tx.execute("DELETE FROM community_progress")
        self.save_seqs(tx, seqs)

    def forget(self, tx: sqlite3.Connection, user_id: str) -> int:
        row = tx.execute(
            "DELETE FROM community_progress WHERE user_id = ? RETURNING seq", (user_id,)
        ).fetchone()
        return int(row[0]) if row else 0

    def standing(self, tx: sqlite3.Connection) -> CommunityStanding | None:
        row = tx.execute(
            "SELECT revision, source, since, watermark FROM community_standing"
        ).fetchone()
        return CommunityStanding(*row) if row else None

    def save_standing(self, tx: sqlite3.Connection, standing: CommunityStanding) -> None:
        values = (standing.revision, standing.source, standing.since, standing.watermark)
        tx.execute(_SAVE_STANDING, values)

    def forget_standing(self, tx: sqlite3.Connection) -> None:
        tx.execute("DELETE FROM community_standing")

    def publish(self, tx: sqlite3.Connection, type: str, document: Mapping[str, Any]) -> None:  # noqa: A002 - the described field
        tx.execute(_PUBLISH, (type, msgspec.json.encode(document).decode()))

    def published(self, tx: sqlite3.Connection, type: str) -> dict[str, Any] | None:  # noqa: A002 - the described field
        row = tx.execute("SELECT document FROM global_stats WHERE type = ?", (type,)).fetchone()
        return msgspec.json.decode(row[0], type=dict[str, Any]) if row else None
