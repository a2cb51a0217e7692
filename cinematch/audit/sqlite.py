"""The audit log in SQLite, whose one writer at a time holds the end of every lane."""

import sqlite3
from collections.abc import Collection, Iterator, Sequence

import msgspec

from cinematch.audit.core import Entry, Head
from cinematch.audit.ports import Query

_ENTRY = Entry.__struct_fields__
_SELECT = f"SELECT {', '.join(_ENTRY)} FROM audit_log"
_AT_ONCE = 500  # values in one statement


class SqliteAudit:
    """Implements `audit.ports.AuditRepository`."""

    def head(self, tx: sqlite3.Connection, lane: int) -> Head:
        return self.peek(tx, lane)

    def save_head(self, tx: sqlite3.Connection, lane: int, head: Head) -> None:
        tx.execute(
            "INSERT OR REPLACE INTO audit_lanes (lane, number, hash) VALUES (?, ?, ?)",
            (lane, head.number, head.hash),
        )

    def peek(self, tx: sqlite3.Connection, lane: int) -> Head:
        row = tx.execute("SELECT number, hash FROM audit_lanes WHERE lane = ?", (lane,)).fetchone()
        return Head(*row) if row else Head()

    def known(self, tx: sqlite3.Connection, entry_ids: Collection[str]) -> set[str]:
        found: set[str] = set()
        every = list(entry_ids)
        for start in range(0, len(every), _AT_ONCE):
            some = every[start : start + _AT_ONCE]
            rows = tx.execute(
                f"SELECT entry_id FROM audit_log WHERE entry_id IN ({', '.join('?' * len(some))})",
                some,
            )
            found |= {row[0] for row in rows}
        return found

    def add(self, tx: sqlite3.Connection, entries: Sequence[Entry]) -> None:
        tx.executemany(
            f"INSERT INTO audit_log ({', '.join(_ENTRY)}) VALUES ({', '.join('?' * len(_ENTRY))})",
            [msgspec.structs.astuple(entry) for entry in entries],
        )

    def of_lane(self, tx: sqlite3.Connection, lane: int, after: int, limit: int) -> list[Entry]:
        rows = tx.execute(
            f"{_SELECT} WHERE lane = ? AND number > ? ORDER BY number LIMIT ?",
            (lane, after, limit),
        )
        return [Entry(**row) for row in rows]

    def page(
        self, tx: sqlite3.Connection, query: Query, limit: int, after: tuple[str, str] | None
    ) -> list[Entry]:
        where, values = _where(query)
        if after is not None:
            where, values = f"{where} AND (at, entry_id) < (?, ?)", [*values, *after]
        rows = tx.execute(
            f"{_SELECT} WHERE {where} ORDER BY at DESC, entry_id DESC LIMIT ?", (*values, limit)
        )
        return [Entry(**row) for row in rows]

    def count(self, tx: sqlite3.Connection, query: Query) -> int:
        where, values = _where(query)
        return int(
            tx.execute(f"SELECT count(*) FROM audit_log WHERE {where}", values).fetchone()[0]
        )

    def of_person(self, tx: sqlite3.Connection, user_id: str) -> Iterator[Entry]:
        rows = tx.execute(f"{_SELECT} WHERE user_id = ? OR actor = ?", (user_id, user_id))
        return (Entry(**row) for row in rows)

    def redact(self, tx: sqlite3.Connection, user_id: str, by: str) -> None:
        tx.execute(
            "UPDATE audit_log SET actor = NULL, actor_salt = NULL, actor_erased_by = ?"
            " WHERE actor = ?",
            (by, user_id),
        )
        tx.execute(
            "UPDATE audit_log SET user_id = NULL, about = NULL, about_salt = NULL,"
            " about_erased_by = ? WHERE user_id = ?",
            (by, user_id),
        )


def _where(query: Query) -> tuple[str, list[str]]:
    prefix = query.action if query.action and query.action.endswith(".") else None
    wanted = [
        ("user_id = ?", query.user_id),
        ("actor = ?", query.actor),
        ("action = ?", None if prefix else query.action),
        ("action >= ?", prefix),
        ("action < ?", prefix and f"{prefix[:-1]}/"),  # the character after the dot
        ("at >= ?", query.since),
        ("at < ?", query.until),
    ]
    given = [(condition, value) for condition, value in wanted if value is not None]
    return " AND ".join(["1", *(one for one, _ in given)]), [value for _, value in given]
