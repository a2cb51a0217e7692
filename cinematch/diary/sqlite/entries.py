"""Users' films in SQLite: `movies`, with `watches` and `entry_tags` beneath."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import attrgetter

import msgspec

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts, Image, Watch

_COLUMNS = (
    "user_id, film_id, rating, liked, watchlist, watchlist_added_at, tags, review, facts,"
    " added_at, rated_at, updated_at, version, seq, import_id"
)
_SAVE = (
    f"INSERT INTO movies ({_COLUMNS}, title, year, runtime, watch_count, last_watched)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (user_id, film_id) DO UPDATE SET rating = excluded.rating,"
    " liked = excluded.liked, watchlist = excluded.watchlist,"
    " watchlist_added_at = excluded.watchlist_added_at, tags = excluded.tags,"
    " review = excluded.review, facts = excluded.facts, added_at = excluded.added_at,"
    " rated_at = excluded.rated_at, updated_at = excluded.updated_at,"
    " version = excluded.version, seq = excluded.seq, import_id = excluded.import_id,"
    " title = excluded.title, year = excluded.year, runtime = excluded.runtime,"
    " watch_count = excluded.watch_count, last_watched = excluded.last_watched"
)
_WATCH_COLUMNS = "film_id, watch_id, date, rewatch, context, source"
_CHUNK = 500

_facts = msgspec.json.Decoder(FilmFacts)
_key = attrgetter("user_id", "film_id")
_strings = msgspec.json.Decoder(tuple[str, ...])
_encode = msgspec.json.Encoder().encode


class SqliteEntries:
    """Implements `diary.ports.EntriesRepository`."""

    def get(self, tx: sqlite3.Connection, user_id: str, film_id: str) -> Entry | None:
        return self.get_many(tx, user_id, [film_id]).get(film_id)

    def get_many(
        self, tx: sqlite3.Connection, user_id: str, film_ids: Sequence[str]
    ) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for start in range(0, len(film_ids), _CHUNK):
            chunk = film_ids[start : start + _CHUNK]
            marks = ", ".join("?" * len(chunk))
            where = f"user_id = ? AND film_id IN ({marks})"
            rows = tx.execute(f"SELECT {_COLUMNS} FROM movies WHERE {where}", (user_id, *chunk))
            entries = rows.fetchall()
            if not entries:
                continue
            watches: dict[str, list[Watch]] = {}
            for row in tx.execute(
                f"SELECT {_WATCH_COLUMNS} FROM watches WHERE {where} ORDER BY film_id, position",
                (user_id, *chunk),
            ):
                watches.setdefault(row[0], []).append(_watch(row))
            for row in entries:
                found[row["film_id"]] = _entry(row, watches.get(row["film_id"], ()))
        return found

    def save(self, tx: sqlite3.Connection, *entries: Entry) -> None:
        if not entries:
            return
        entries = tuple(sorted(entries, key=_key))  # as the tables are: neighbours share pages
        tx.executemany(_SAVE, [_row(entry) for entry in entries])
        # An entry of version 1 is new: it has nothing beneath it that would have to go first.
        keys = [(e.user_id, e.film_id) for e in entries if e.version > 1]
        if keys:
            tx.executemany("DELETE FROM watches WHERE user_id = ? AND film_id = ?", keys)
            tx.executemany("DELETE FROM entry_tags WHERE user_id = ? AND film_id = ?", keys)
        tx.executemany(
            "INSERT INTO watches (user_id, film_id, watch_id, date, rewatch, context, source,"
            " position) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (e.user_id, e.film_id, w.watch_id, w.date, w.rewatch, w.context, w.source, place)
                for e in entries
                for place, w in enumerate(e.watches)
            ],
        )
        tags = [(e.user_id, tag, e.film_id) for e in entries for tag in e.tags]
        if tags:
            tx.executemany("INSERT INTO entry_tags (user_id, tag, film_id) VALUES (?, ?, ?)", tags)

    def delete(self, tx: sqlite3.Connection, user_id: str, film_id: str) -> None:
        tx.execute("DELETE FROM movies WHERE user_id = ? AND film_id = ?", (user_id, film_id))

    def of_user(self, tx: sqlite3.Connection, user_id: str) -> Iterator[Entry]:
        watches = groupby(
            tx.execute(
                f"SELECT {_WATCH_COLUMNS} FROM watches WHERE user_id = ?"
                " ORDER BY film_id, position",
                (user_id,),
            ),
            key=lambda row: row[0],
        )
        film_id, seen = next(watches, (None, iter(())))
        for row in tx.execute(
            f"SELECT {_COLUMNS} FROM movies WHERE user_id = ? ORDER BY film_id", (user_id,)
        ):
            if film_id == row["film_id"]:
                yield _entry(row, [_watch(watch) for watch in seen])
                film_id, seen = next(watches, (None, iter(())))
            else:
                yield _entry(row, ())

    def images_of(self, tx: sqlite3.Connection, user_id: str) -> Iterator[Image]:
        for entry in self.of_user(tx, user_id):
            yield entry.image

    def users_with(
        self, tx: sqlite3.Connection, film_id: str, after_user_id: str, limit: int
    ) -> list[str]:
        rows = tx.execute(
            "SELECT user_id FROM movies WHERE film_id = ? AND user_id > ? ORDER BY user_id LIMIT ?",
            (film_id, after_user_id, limit),
        )
        return [row[0] for row in rows]


def _row(entry: Entry) -> tuple[object, ...]:
    return (
        entry.user_id,
        entry.film_id,
        entry.rating,
        entry.liked,
        entry.watchlist,
        entry.watchlist_added_at,
        _encode(entry.tags).decode(),
        entry.review,
        _encode(entry.facts).decode(),
        entry.added_at,
        entry.rated_at,
        entry.updated_at,
        entry.version,
        entry.seq,
        entry.import_id,
        entry.facts.title,
        entry.facts.year,
        entry.facts.runtime,
        len(entry.watches),
        entry.last_watched,
    )


def _watch(row: sqlite3.Row) -> Watch:
    return Watch(row[1], row[2], bool(row[3]), row[4], row[5])


def _entry(row: sqlite3.Row, watches: Iterable[Watch]) -> Entry:
    return Entry(
        user_id=row["user_id"],
        film_id=row["film_id"],
        facts=_facts.decode(row["facts"]),
        rating=row["rating"],
        liked=bool(row["liked"]),
        watchlist=bool(row["watchlist"]),
        watchlist_added_at=row["watchlist_added_at"],
        tags=_strings.decode(row["tags"]),
        review=row["review"],
        watches=tuple(watches),
        added_at=row["added_at"],
        rated_at=row["rated_at"],
        updated_at=row["updated_at"],
        version=row["version"],
        seq=row["seq"],
        import_id=row["import_id"],
    )
