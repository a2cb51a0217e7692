"""A throw-away SQLite file: lines in, groups by film out, however many there are.

It holds nothing worth keeping (a crash reads the upload again), so it is written without syncing.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import msgspec

from cinematch.transfer.core.items import FilmRef, Mention
from cinematch.transfer.core.rows import Resolved

_SCHEMA = """
CREATE TABLE mentions (place INTEGER PRIMARY KEY, film_key TEXT NOT NULL, payload BLOB NOT NULL);
CREATE TABLE films (
    film_key TEXT PRIMARY KEY, first INTEGER NOT NULL, known INTEGER NOT NULL, ref BLOB NOT NULL,
    target TEXT, resolved BLOB
) WITHOUT ROWID;
CREATE TABLE items (
    list_no INTEGER NOT NULL, position INTEGER NOT NULL, row_id INTEGER NOT NULL, note TEXT NOT NULL
);
"""
_SUFFIX = ".scratch"
_encode = msgspec.msgpack.Encoder().encode
_mention = msgspec.msgpack.Decoder(Mention)
_ref = msgspec.msgpack.Decoder(FilmRef)
_resolved = msgspec.msgpack.Decoder(Resolved)


class SqliteScratches:
    """Implements `transfer.ports.Scratches` in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def open(self, import_id: str) -> Iterator["SqliteScratch"]:
        """Open an empty scratch; it is removed when the block ends."""
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._folder / f"{import_id}{_SUFFIX}"
        path.unlink(missing_ok=True)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -4000"):
                connection.execute(f"PRAGMA {pragma}")
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")
            yield SqliteScratch(connection)
        finally:
            connection.close()
            path.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove what a crash left behind."""
        for path in self._folder.glob(f"*{_SUFFIX}"):
            path.unlink(missing_ok=True)


class SqliteScratch:
    """Implements `transfer.ports.Scratch`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._tx = connection
        self._place = 0

    def add(self, mentions: Sequence[Mention]) -> None:
        """Keep mentions, in order."""
        places = range(self._place, self._place + len(mentions))
        self._place += len(mentions)
        self._tx.executemany(
            "INSERT INTO mentions (place, film_key, payload) VALUES (?, ?, ?)",
            [(p, m.ref.key, _encode(m)) for p, m in zip(places, mentions, strict=True)],
        )
        self._tx.executemany(
            "INSERT INTO films (film_key, first, known, ref) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (film_key) DO UPDATE SET known = excluded.known, ref = excluded.ref"
            " WHERE excluded.known > films.known",
            [
                (m.ref.key, p, m.ref.known_ids, _encode(m.ref))
                for p, m in zip(places, mentions, strict=True)
            ],
        )

    def films(self, limit: int) -> Iterator[list[FilmRef]]:
        """Yield all films named, some at a time."""
        last = ""
        while rows := self._tx.execute(
            "SELECT film_key, ref FROM films WHERE film_key > ? ORDER BY film_key LIMIT ?",
            (last, limit),
        ).fetchall():
            last = rows[-1][0]
            yield [_ref.decode(row[1]) for row in rows]

    def settle(self, found: Mapping[str, Resolved]) -> None:
        """Note by key what the films were found to be."""
        self._tx.executemany(
            "UPDATE films SET target = ?, resolved = ? WHERE film_key = ?",
            [(resolved.target, _encode(resolved), key) for key, resolved in found.items()],
        )

    def groups(self) -> Iterator[tuple[Resolved, list[Mention]]]:
        """Yield the mentions of one film after the other, in the order of the file."""
        self._tx.execute("CREATE INDEX films_by_target ON films (target, first)")
        rows = self._tx.execute(
            "SELECT t.place, f.resolved, m.payload"
            " FROM (SELECT target, min(first) AS place FROM films GROUP BY target) t"
            " JOIN films f ON f.target = t.target JOIN mentions m ON m.film_key = f.film_key"
            " ORDER BY t.place, m.place"
        )
        for _, lines in groupby(rows, key=itemgetter(0)):
            group = list(lines)
            yield _resolved.decode(group[0][1]), [_mention.decode(row[2]) for row in group]

    def count(self) -> int:
        """Return how many films there are, as settled."""
        return int(self._tx.execute("SELECT count(DISTINCT target) FROM films").fetchone()[0])

    def add_items(self, items: Sequence[tuple[int, int, int, str]]) -> None:
        """Keep places on lists."""
        self._tx.executemany(
            "INSERT INTO items (list_no, position, row_id, note) VALUES (?, ?, ?, ?)", items
        )

    def items(self, list_no: int) -> list[tuple[int, str]]:
        """Return a list's places in order."""
        rows = self._tx.execute(
            "SELECT row_id, note FROM items WHERE list_no = ? ORDER BY position, rowid", (list_no,)
        )
        return [(row[0], row[1]) for row in rows]
