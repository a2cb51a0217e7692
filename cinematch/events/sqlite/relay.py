"""The outbox as a relay sees it in SQLite: one lane, published in the order of commits."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from cinematch.events.ports import Lag, Placed

RELAY: Final = "relay"
"""Its name among the readers of the outbox: events up to its position are published."""

_LANE: Final = 0


class SqliteRelaySource:
    """Implements `events.ports.RelaySource`."""

    def claim(self, tx: sqlite3.Connection, holder: str, now: str, until: str) -> tuple[int, ...]:
        taken = tx.execute(
            "INSERT INTO relay_leases (lane, holder, until) VALUES (?, ?, ?)"
            " ON CONFLICT (lane) DO UPDATE SET holder = excluded.holder, until = excluded.until"
            " WHERE holder = excluded.holder OR until <= ?",
            (_LANE, holder, until, now),
        )
        return (_LANE,) if taken.rowcount else ()

    def release(self, tx: sqlite3.Connection, holder: str) -> None:
        tx.execute("DELETE FROM relay_leases WHERE holder = ?", (holder,))

    def pending(
        self,
        tx: sqlite3.Connection,
        lanes: Sequence[int],
        after_user: str,  # noqa: ARG002 - commits are the order here, and nobody waits in it
        limit: int,
    ) -> list[Placed]:
        if not lanes:
            return []
        rows = tx.execute(
            "SELECT position, user_id, seq, payload FROM outbox WHERE position > ?"
            " ORDER BY position LIMIT ?",
            (_published(tx), limit),
        )
        return [Placed(*row) for row in rows]

    def mark_published(
        self,
        tx: sqlite3.Connection,
        holder: str,
        lanes: Sequence[int],
        events: Sequence[Placed],
        now: str,  # noqa: ARG002 - the position tells what is published, not when
    ) -> bool:
        lease = tx.execute("SELECT holder FROM relay_leases WHERE lane = ?", (_LANE,)).fetchone()
        if not lanes or lease is None or lease[0] != holder:
            return False
        tx.execute(
            "INSERT INTO positions (consumer, position) VALUES (?, ?) ON CONFLICT (consumer)"
            " DO UPDATE SET position = max(position, excluded.position)",
            (RELAY, max(event.position for event in events)),
        )
        return True

    def lag(self, tx: sqlite3.Connection) -> Lag:
        count, oldest = tx.execute(
            "SELECT count(*), coalesce(min(occurred_at), '') FROM outbox WHERE position > ?",
            (_published(tx),),
        ).fetchone()
        return Lag(int(count), str(oldest))


def _published(tx: sqlite3.Connection) -> int:
    row = tx.execute("SELECT position FROM positions WHERE consumer = ?", (RELAY,)).fetchone()
    return int(row[0]) if row else 0
