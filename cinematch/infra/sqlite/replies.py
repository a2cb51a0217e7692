"""Kept answers in SQLite."""

import sqlite3

from cinematch.infra.replies import Reply


class SqliteReplies:
    """Implements `infra.replies.Replies`."""

    def get(self, tx: sqlite3.Connection, user_id: str, key: str, since: str) -> Reply | None:
        row = tx.execute(
            "SELECT request, status, body, etag FROM idempotency_keys"
            " WHERE user_id = ? AND key = ? AND created_at >= ?",
            (user_id, key, since),
        ).fetchone()
        return Reply(**row) if row else None

    def keep(self, tx: sqlite3.Connection, user_id: str, key: str, reply: Reply, now: str) -> None:
        tx.execute(
            "INSERT INTO idempotency_keys (user_id, key, request, status, etag, body, created_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (user_id, key, reply.request, reply.status, reply.etag, reply.body, now),
        )

    def purge(self, tx: sqlite3.Connection, before: str) -> None:
        tx.execute("DELETE FROM idempotency_keys WHERE created_at < ?", (before,))
