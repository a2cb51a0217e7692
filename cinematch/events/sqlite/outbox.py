"""The outbox in SQLite. One writer at a time makes `position` the order of commits."""

import json
import sqlite3
from collections.abc import Iterable, Iterator

from cinematch.events.core import Event, decode, encode
from cinematch.events.ports import Placed
from cinematch.infra.ports import Store
from cinematch.kit.errors import NotFound


class SqliteOutbox:
    """Implements `events.ports.Outbox`."""

    def next_seq(self, tx: sqlite3.Connection, user_id: str, count: int = 1) -> int:
        row = tx.execute(
            "UPDATE users SET seq = seq + ? WHERE user_id = ? RETURNING seq", (count, user_id)
        ).fetchone()
        if row is None:
            raise NotFound("There is no such account.")
        return int(row[0]) - count + 1

    def append(self, tx: sqlite3.Connection, *events: Event) -> None:
        tx.executemany(
            "INSERT INTO outbox (user_id, seq, event_type, film_id, occurred_at, payload)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(e.user_id, e.seq, e.event_type, e.film_id, e.occurred_at, encode(e)) for e in events],
        )

    def place(self, store: Store) -> None:
        """Do nothing: `append` has given the place, and writers take turns."""

    def after(self, tx: sqlite3.Connection, position: int, limit: int) -> list[Placed]:
        rows = tx.execute(
            "SELECT position, user_id, seq, payload FROM outbox WHERE position > ?"
            " ORDER BY position LIMIT ?",
            (position, limit),
        )
        return [Placed(*row) for row in rows]

    def of_user(self, tx: sqlite3.Connection, user_id: str, after_seq: int = 0) -> Iterator[Event]:
        rows = tx.execute(
            "SELECT payload FROM outbox WHERE user_id = ? AND seq > ? ORDER BY seq",
            (user_id, after_seq),
        )
        for (payload,) in rows:
            yield decode(payload)

    def of_film(self, tx: sqlite3.Connection, user_id: str, film_id: str) -> list[Event]:
        rows = tx.execute(
            "SELECT payload FROM outbox WHERE user_id = ? AND film_id = ? ORDER BY seq",
            (user_id, film_id),
        )
        return [decode(payload) for (payload,) in rows]

    def last_seq(self, tx: sqlite3.Connection, user_id: str) -> int:
        row = tx.execute("SELECT seq FROM users WHERE user_id = ?", (user_id,)).fetchone()
        return int(row[0]) if row else 0

    def last_seqs(self, tx: sqlite3.Connection, user_ids: Iterable[str]) -> dict[str, int]:
        rows = tx.execute(
            "SELECT user_id, seq FROM users WHERE user_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(user_ids)),),
        )
        return dict(rows.fetchall())

    def last_position(self, tx: sqlite3.Connection) -> int:
        return int(tx.execute("SELECT coalesce(max(position), 0) FROM outbox").fetchone()[0])

    def position(self, tx: sqlite3.Connection, consumer: str) -> int:
        row = tx.execute(
            "SELECT position FROM positions WHERE consumer = ?", (consumer,)
        ).fetchone()
        return int(row[0]) if row else 0

    def save_position(self, tx: sqlite3.Connection, consumer: str, position: int) -> None:
        tx.execute(
            "INSERT INTO positions (consumer, position) VALUES (?, ?)"
            " ON CONFLICT (consumer) DO UPDATE SET position = excluded.position",
            (consumer, position),
        )

    def erase_user(self, tx: sqlite3.Connection, user_id: str) -> None:
        tx.execute("DELETE FROM outbox WHERE user_id = ?", (user_id,))
