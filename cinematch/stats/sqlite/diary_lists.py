"""Short lists of a user's films, read from the diary by index: `stats.ports.DiaryLists`."""

import sqlite3
from collections.abc import Sequence

import msgspec

from cinematch.events.core import Person
from cinematch.stats.core.versus import Opinion
from cinematch.stats.core.views import EntryRow, NamedPerson

_SELECT = (
    "SELECT m.film_id, m.title, c.title_en, c.title_it, m.year, m.rating, m.runtime,"
    " m.last_watched, m.watch_count, c.genres, c.directors"
    " FROM movies m JOIN movies_catalog c ON c.film_id = m.film_id WHERE m.user_id = ?"
)
_TOP_RATED = (
    f"{_SELECT} AND m.rating IS NOT NULL"
    " ORDER BY m.rating DESC, m.last_watched DESC, m.film_id LIMIT ?"
)
_RECENT = f"{_SELECT} AND m.last_watched > '' ORDER BY m.last_watched DESC, m.film_id LIMIT ?"
_EXTREMES = {
    "longest": ("m.runtime IS NOT NULL", "m.runtime DESC"),
    "shortest": ("m.runtime IS NOT NULL", "m.runtime"),
    "oldest": ("m.year IS NOT NULL", "m.year"),
    "most_rewatched": ("m.watch_count > 1", "m.watch_count DESC"),
}
_OPINIONS = (
    "SELECT m.film_id, m.rating, coalesce(f.rated, 0), coalesce(f.sum_half_stars, 0),"
    " c.mean_rating FROM movies m JOIN movies_catalog c ON c.film_id = m.film_id"
    " LEFT JOIN film_stats f ON f.film_id = m.film_id"
    " WHERE m.user_id = ? AND m.rating IS NOT NULL"
)
_CHUNK = 500
_people = msgspec.json.Decoder(tuple[Person, ...]).decode


class SqliteDiaryLists:
    """Joins users' films with the catalogue, for titles and names as they are now."""

    def top_rated(self, tx: sqlite3.Connection, user_id: str, limit: int) -> list[EntryRow]:
        return _rows(tx, _TOP_RATED, (user_id, limit))

    def recent(self, tx: sqlite3.Connection, user_id: str, limit: int) -> list[EntryRow]:
        return _rows(tx, _RECENT, (user_id, limit))

    def extremes(
        self, tx: sqlite3.Connection, user_id: str, limit: int
    ) -> dict[str, list[EntryRow]]:
        return {
            name: _rows(
                tx,
                f"{_SELECT} AND m.watch_count > 0 AND {condition}"
                f" ORDER BY {order}, m.title, m.film_id LIMIT ?",
                (user_id, limit),
            )
            for name, (condition, order) in _EXTREMES.items()
        }

    def rows(
        self, tx: sqlite3.Connection, user_id: str, film_ids: Sequence[str]
    ) -> dict[str, EntryRow]:
        found: dict[str, EntryRow] = {}
        for start in range(0, len(film_ids), _CHUNK):
            chunk = film_ids[start : start + _CHUNK]
            marks = ", ".join("?" * len(chunk))
            for row in _rows(tx, f"{_SELECT} AND m.film_id IN ({marks})", (user_id, *chunk)):
                found[row.film_id] = row
        return found

    def films_between(
        self, tx: sqlite3.Connection, user_id: str, first: str, last: str
    ) -> list[str]:
        rows = tx.execute(
            "SELECT DISTINCT film_id FROM watches WHERE user_id = ? AND date BETWEEN ? AND ?",
            (user_id, first, last),
        )
        return [row[0] for row in rows]

    def opinions(self, tx: sqlite3.Connection, user_id: str) -> list[Opinion]:
        return [Opinion(*row) for row in tx.execute(_OPINIONS, (user_id,))]


def _rows(tx: sqlite3.Connection, statement: str, values: Sequence[object]) -> list[EntryRow]:
    cursor = tx.cursor()
    cursor.row_factory = None
    return [
        EntryRow(
            film_id=row[0],
            title=row[1],
            title_en=row[2],
            title_it=row[3],
            year=row[4],
            rating=None if row[5] is None else row[5] / 2,
            runtime=row[6],
            last_watched=row[7],
            watch_count=row[8],
            genres=msgspec.Raw(row[9].encode()),
            directors=[NamedPerson(person.id, person.name) for person in _people(row[10])],
        )
        for row in cursor.execute(statement, values)
    ]
