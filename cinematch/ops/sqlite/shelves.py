"""Everything that is in SQLite, as records."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import msgspec

from cinematch.diary.ports import EntriesRepository
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store
from cinematch.kit.errors import Conflict
from cinematch.ops.core.shelves import (
    INSIDE,
    MARK,
    SEQUENCE,
    SHELVES,
    Record,
    Shelf,
    entry_of,
    film_of,
)

_CHUNK = 500
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class SqliteShelves:
    """Implements `ops.ports.Shelves`. Films and entries are saved as their rooms save them."""

    def __init__(
        self, store: Store, title: str, films: FilmsRepository, entries: EntriesRepository
    ) -> None:
        self._store = store
        self._title = title
        self._films = films
        self._entries = entries

    @property
    def title(self) -> str:
        """The file's name."""
        return self._title

    def settle(self) -> None:
        """Nothing is left to be done: every event got its place when it was written."""

    def counts(self) -> dict[str, int]:
        """Return how many records each shelf holds."""
        return self._store.snapshot(
            lambda tx: {shelf.table: _count(tx, shelf) for shelf in SHELVES}
        )

    def records(self, shelf: Shelf) -> Iterator[list[Record]]:
        """Yield a shelf's records some at a time, by key."""
        after: tuple[Any, ...] | None = None
        while records := self._store.snapshot(lambda tx, past=after: _page(tx, shelf, past)):  # type: ignore[misc]
            yield [one for one in records if not _is_mark(shelf, one)]
            after = shelf.key_of(records[-1])
        if shelf.table == "positions" and (last := self._store.snapshot(_sequence)) is not None:
            yield [{"consumer": SEQUENCE, "position": last}]

    def write(self, shelf: Shelf, records: Sequence[Record]) -> None:
        """Insert records in one transaction."""
        try:
            self._store.transact(lambda tx: self._write(tx, shelf, records))
        except sqlite3.IntegrityError as error:
            raise Conflict(f"SQLite does not take a record of {shelf.table}: {error}.") from error

    def clear(self) -> None:
        """Remove everything but the mark."""
        self._store.transact(self._clear)

    def marked(self) -> bool:
        """Whether the mark is set."""
        return self._store.snapshot(
            lambda tx: (
                tx.execute("SELECT 1 FROM settings WHERE name = ?", (MARK,)).fetchone() is not None
            )
        )

    def mark(self, *, being_filled: bool) -> None:
        """Set or remove the mark."""
        statement = (
            "INSERT OR REPLACE INTO settings (name, value) VALUES (?, 'true')"
            if being_filled
            else "DELETE FROM settings WHERE name = ?"
        )
        self._store.transact(lambda tx: tx.execute(statement, (MARK,)))

    def _clear(self, tx: sqlite3.Connection) -> None:
        for table in (*INSIDE, *(shelf.table for shelf in reversed(SHELVES))):
            if table == "settings":
                tx.execute("DELETE FROM settings WHERE name <> ?", (MARK,))
            else:
                tx.execute(f"DELETE FROM {table}")
        tx.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        self._films.rebuild_search(tx)

    def _write(self, tx: sqlite3.Connection, shelf: Shelf, records: Sequence[Record]) -> None:
        if shelf.table == "movies_catalog":
            self._films.save(tx, [film_of(record) for record in records])
        elif shelf.table == "movies":
            self._entries.save(tx, *[entry_of(record) for record in records])
        elif shelf.table == "positions":
            _insert(tx, shelf, [one for one in records if one["consumer"] != SEQUENCE])
            _save_sequence(tx, [one for one in records if one["consumer"] == SEQUENCE])
        else:
            _insert(tx, shelf, records)
            _insert_inside(tx, shelf, records)


def _count(tx: sqlite3.Connection, shelf: Shelf) -> int:
    count = int(tx.execute(f"SELECT count(*) FROM {shelf.table}").fetchone()[0])
    if shelf.table == "positions":
        return count + (_sequence(tx) is not None)
    if shelf.table == "settings":
        found = tx.execute("SELECT count(*) FROM settings WHERE name = ?", (MARK,)).fetchone()
        return count - int(found[0])
    return count


def _is_mark(shelf: Shelf, record: Record) -> bool:
    return shelf.table == "settings" and record["name"] == MARK


def _page(tx: sqlite3.Connection, shelf: Shelf, after: tuple[Any, ...] | None) -> list[Record]:
    keys = _names(shelf.keys)
    past = f" WHERE ({keys}) > ({_marks(shelf.keys)})" if after else ""
    rows = tx.execute(
        f"SELECT {_names(shelf.columns)} FROM {shelf.table}{past} ORDER BY {keys} LIMIT {_CHUNK}",
        after or (),
    ).fetchall()
    records = [_record(shelf, row) for row in rows]
    if records and shelf.inside:
        _FILLERS[shelf.table](tx, records)
    return records


def _record(shelf: Shelf, row: sqlite3.Row) -> Record:
    record: Record = dict(zip(shelf.columns, row, strict=True))
    for name in shelf.flags:
        record[name] = bool(record[name])
    for name in shelf.parsed:
        record[name] = None if record[name] is None else _decode(record[name])
    return record


def _with_watches(tx: sqlite3.Connection, records: Sequence[Record]) -> None:
    first, last = records[0], records[-1]
    rows = tx.execute(
        "SELECT user_id, film_id, watch_id, date, rewatch, context, source FROM watches"
        " WHERE (user_id, film_id) BETWEEN (?, ?) AND (?, ?) ORDER BY user_id, film_id, position",
        (first["user_id"], first["film_id"], last["user_id"], last["film_id"]),
    )
    found = {key: list(group) for key, group in groupby(rows, key=lambda row: (row[0], row[1]))}
    for record in records:
        record["watches"] = [
            {"watch_id": w[2], "date": w[3], "rewatch": bool(w[4]), "context": w[5], "source": w[6]}
            for w in found.get((record["user_id"], record["film_id"]), [])
        ]


def _with_items(tx: sqlite3.Connection, records: Sequence[Record]) -> None:
    rows = tx.execute(
        "SELECT list_id, film_id, note FROM list_items WHERE list_id BETWEEN ? AND ?"
        " ORDER BY list_id, position, film_id",
        (records[0]["list_id"], records[-1]["list_id"]),
    )
    found = {key: list(group) for key, group in groupby(rows, key=itemgetter(0))}
    for record in records:
        items = found.get(record["list_id"], [])
        record["items"] = [{"film_id": item[1], "note": item[2]} for item in items]


def _with_counters(tx: sqlite3.Connection, records: Sequence[Record]) -> None:
    found: dict[str, dict[str, dict[str, int]]] = {}
    for user_id, kind, key, value in tx.execute(
        "SELECT user_id, kind, key, value FROM user_counters WHERE user_id BETWEEN ? AND ?",
        (records[0]["user_id"], records[-1]["user_id"]),
    ):
        found.setdefault(user_id, {}).setdefault(kind, {})[key] = value
    for record in records:
        record["counters"] = found.get(record["user_id"], {})


def _with_owners(tx: sqlite3.Connection, records: Sequence[Record]) -> None:
    owners = dict(
        tx.execute(
            "SELECT import_id, user_id FROM imports WHERE import_id BETWEEN ? AND ?",
            (records[0]["import_id"], records[-1]["import_id"]),
        ).fetchall()
    )
    for record in records:
        record["user_id"] = owners[record["import_id"]]


_FILLERS: dict[str, Callable[[sqlite3.Connection, Sequence[Record]], None]] = {
    "movies": _with_watches,
    "lists": _with_items,
    "user_stats": _with_counters,
    "import_rows": _with_owners,
}


def _insert(tx: sqlite3.Connection, shelf: Shelf, records: Sequence[Record]) -> None:
    tx.executemany(
        f"INSERT INTO {shelf.table} ({_names(shelf.columns)}) VALUES ({_marks(shelf.columns)})",
        [[_value(shelf, name, record[name]) for name in shelf.columns] for record in records],
    )


def _value(shelf: Shelf, name: str, value: Any) -> Any:
    return _encode(value).decode() if name in shelf.parsed and value is not None else value


def _insert_inside(tx: sqlite3.Connection, shelf: Shelf, records: Sequence[Record]) -> None:
    if shelf.table == "lists":
        tx.executemany(
            "INSERT INTO list_items (list_id, film_id, position, note) VALUES (?, ?, ?, ?)",
            [
                (record["list_id"], item["film_id"], place, item["note"])
                for record in records
                for place, item in enumerate(record["items"])
            ],
        )
    elif shelf.table == "user_stats":
        tx.executemany(
            "INSERT INTO user_counters (user_id, kind, key, value) VALUES (?, ?, ?, ?)",
            [
                (record["user_id"], kind, key, value)
                for record in records
                for kind, counters in record["counters"].items()
                for key, value in counters.items()
            ],
        )


def _sequence(tx: sqlite3.Connection) -> int | None:
    row = tx.execute("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'").fetchone()
    return int(row[0]) if row and row[0] else None


def _save_sequence(tx: sqlite3.Connection, records: Sequence[Record]) -> None:
    for record in records:
        tx.execute("DELETE FROM sqlite_sequence WHERE name = 'outbox'")
        tx.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', ?)", (record["position"],)
        )


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
