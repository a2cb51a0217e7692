"""What consumers have handled, in SQLite, and what they have set aside."""

import json
import sqlite3
from collections.abc import Mapping, Sequence

from cinematch.events.ports import OUTBOX, Letter, Message, Standing

_LETTER = (
    "consumer, letter_id, user_id, seq, reason, payload, topic, partition, offset, set_aside_at,"
    " wanted"
)


class SqliteProgress:
    """Implements `events.ports.ConsumerProgress`."""

    def standings(
        self, tx: sqlite3.Connection, consumer: str, user_ids: Sequence[str]
    ) -> Mapping[str, Standing]:
        rows = tx.execute(
            "SELECT u.user_id, coalesce(c.seq, 0), u.seq FROM users u LEFT JOIN consumer_seqs c"
            " ON c.user_id = u.user_id AND c.consumer = ?"
            " WHERE u.user_id IN (SELECT value FROM json_each(?))",
            (consumer, json.dumps(list(user_ids))),
        )
        return {row[0]: Standing(row[1], row[2]) for row in rows}

    def save(self, tx: sqlite3.Connection, consumer: str, handled: Mapping[str, int]) -> None:
        tx.executemany(
            "INSERT INTO consumer_seqs (consumer, user_id, seq) VALUES (?, ?, ?)"
            " ON CONFLICT (consumer, user_id) DO UPDATE SET seq = excluded.seq",
            [(consumer, user_id, seq) for user_id, seq in handled.items()],
        )

    def behind(
        self, tx: sqlite3.Connection, consumer: str, after_user: str, limit: int
    ) -> tuple[dict[str, int], str | None]:
        rows = tx.execute(
            "SELECT u.user_id, u.seq, coalesce(c.seq, 0) FROM users u LEFT JOIN consumer_seqs c"
            " ON c.user_id = u.user_id AND c.consumer = ?"
            " WHERE u.user_id > ? ORDER BY u.user_id LIMIT ?",
            (consumer, after_user, limit),
        ).fetchall()
        lacking = {row[0]: row[1] for row in rows if row[1] > row[2]}
        return lacking, rows[-1][0] if len(rows) == limit else None

    def stored(
        self, tx: sqlite3.Connection, user_id: str, after_seq: int, limit: int
    ) -> list[Message]:
        rows = tx.execute(
            "SELECT seq, payload FROM outbox WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?",
            (user_id, after_seq, limit),
        )
        return [Message(user_id, seq, payload, OUTBOX) for seq, payload in rows]

    def offsets(self, tx: sqlite3.Connection, consumer: str, topic_id: str) -> dict[int, int]:
        rows = tx.execute(
            "SELECT partition, next_offset FROM consumer_offsets"
            " WHERE consumer = ? AND topic_id = ?",
            (consumer, topic_id),
        )
        return {row[0]: row[1] for row in rows}

    def save_offsets(
        self, tx: sqlite3.Connection, consumer: str, topic_id: str, offsets: Mapping[int, int]
    ) -> None:
        tx.executemany(
            "INSERT INTO consumer_offsets (consumer, topic_id, partition, next_offset)"
            " VALUES (?, ?, ?, ?) ON CONFLICT (consumer, topic_id, partition)"
            " DO UPDATE SET next_offset = max(next_offset, excluded.next_offset)",
            [(consumer, topic_id, partition, offset) for partition, offset in offsets.items()],
        )

    def set_aside(self, tx: sqlite3.Connection, letters: Sequence[Letter]) -> None:
        tx.executemany(
            f"INSERT OR REPLACE INTO set_aside_events ({_LETTER})"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    letter.consumer, letter.letter_id, letter.user_id, letter.seq, letter.reason,
                    letter.payload, letter.topic, letter.partition, letter.offset,
                    letter.set_aside_at, letter.wanted,
                )
                for letter in letters
            ],
        )  # fmt: skip

    def letters(
        self,
        tx: sqlite3.Connection,
        consumer: str | None = None,
        *,
        wanted: bool = False,
        limit: int = 1_000,
    ) -> list[Letter]:
        condition = "(?1 IS NULL OR consumer = ?1) AND wanted >= ?2"
        return _letters(tx, condition, (consumer, wanted, limit))

    def want(self, tx: sqlite3.Connection, consumer: str | None = None) -> int:
        return tx.execute(
            "UPDATE set_aside_events SET wanted = 1 WHERE ?1 IS NULL OR consumer = ?1", (consumer,)
        ).rowcount

    def settle(self, tx: sqlite3.Connection, letter: Letter) -> None:
        tx.execute(
            "DELETE FROM set_aside_events WHERE consumer = ? AND letter_id = ?",
            (letter.consumer, letter.letter_id),
        )

    def untold(self, tx: sqlite3.Connection, consumer: str, limit: int) -> list[Letter]:
        return _letters(tx, "consumer = ? AND published_at IS NULL", (consumer, limit))

    def told(self, tx: sqlite3.Connection, letters: Sequence[Letter]) -> None:
        tx.executemany(
            "UPDATE set_aside_events SET published_at = set_aside_at"
            " WHERE consumer = ? AND letter_id = ? AND set_aside_at = ?",
            [(letter.consumer, letter.letter_id, letter.set_aside_at) for letter in letters],
        )


def _letters(
    tx: sqlite3.Connection, where: str, values: tuple[str | int | None, ...]
) -> list[Letter]:
    """Return letters that meet a condition; the last of `values` is how many at most."""
    rows = tx.execute(
        f"SELECT {_LETTER} FROM set_aside_events WHERE {where}"
        " ORDER BY set_aside_at, letter_id LIMIT ?",
        values,
    )
    return [Letter(*(*row[:10], bool(row[10]))) for row in rows]
