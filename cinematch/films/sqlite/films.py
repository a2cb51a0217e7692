"""The films themselves, their people and the corrections made to them."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from cinematch.events.core import FilmFacts
from cinematch.films.core.catalogue import Correction, Facet, FilmCard, FilmQuery, PersonFigures
from cinematch.films.core.film import Film
from cinematch.films.core.matching import Namesake
from cinematch.films.core.searching import likest
from cinematch.films.sqlite.derived import save_derived
from cinematch.films.sqlite.feed import note
from cinematch.films.sqlite.rows import (
    CARD_COLUMNS,
    CARD_JOINS,
    COLUMNS,
    FACTS_COLUMNS,
    NAMESAKE_COLUMNS,
    SAVE,
    to_card,
    to_facts,
    to_film,
    to_namesake,
    to_row,
)
from cinematch.films.sqlite.search import alike_ids, search
from cinematch.kit.paging import Page

T = TypeVar("T")

_CHUNK = 500
_COMPARED = 400
_STAMP = "films.starter"
# The plus keeps SQLite from walking all of the owner's index, where nearly every film is nobody's.
_VISIBLE = "(+c.owner_user_id IS NULL OR +c.owner_user_id = ?)"
_FACET_KINDS = (
    ("genres", "genre"),
    ("decades", "decade"),
    ("countries", "country"),
    ("languages", "language"),
)
_encode = msgspec.json.Encoder().encode
_values = msgspec.json.Decoder(dict[str, object]).decode


class SqliteFilms:
    """Implements `films.ports.FilmsRepository`."""

    def __init__(self, *, noting: bool = False) -> None:
        """Make it; `noting` has every changed film noted for an index outside."""
        self._noting = noting

    def save(self, tx: sqlite3.Connection, films: Iterable[Film]) -> None:
        unique = list({film.film_id: film for film in films}.values())
        tx.executemany(SAVE, [to_row(film) for film in unique])
        save_derived(tx, unique)
        self._note(tx, [film.film_id for film in unique])

    def get(self, tx: sqlite3.Connection, film_id: str) -> Film | None:
        return self.get_many(tx, [film_id]).get(film_id)

    def get_many(self, tx: sqlite3.Connection, film_ids: Collection[str]) -> dict[str, Film]:
        return {film.film_id: film for film in _films_by(tx, "film_id", film_ids)}

    def by_tmdb_ids(self, tx: sqlite3.Connection, ids: Collection[int]) -> dict[int, Film]:
        return {film.tmdb_id: film for film in _films_by(tx, "tmdb_id", ids) if film.tmdb_id}

    def by_imdb_ids(self, tx: sqlite3.Connection, ids: Collection[str]) -> dict[str, Film]:
        return {film.imdb_id: film for film in _films_by(tx, "imdb_id", ids) if film.imdb_id}

    def by_title_keys(
        self, tx: sqlite3.Connection, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Film]]:
        found: dict[str, list[Film]] = {}
        films: dict[str, Film] = {}
        for chunk in _chunks(keys):
            for row in tx.execute(
                f"SELECT {COLUMNS}, k.title_key FROM film_title_keys k"
                f" CROSS JOIN movies_catalog c ON c.film_id = k.film_id"
                f" WHERE k.title_key IN ({_marks(chunk)}) AND {_VISIBLE}",
                (*chunk, user_id),
            ):
                film = films.get(row["film_id"]) or to_film(row)
                films[film.film_id] = film
                found.setdefault(row["title_key"], []).append(film)
        return found

    def namesakes(
        self, tx: sqlite3.Connection, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Namesake]]:
        found: dict[str, list[Namesake]] = {}
        films: dict[str, Namesake] = {}
        for chunk in _chunks(keys):
            for row in tx.execute(
                f"SELECT k.title_key, {NAMESAKE_COLUMNS} FROM film_title_keys k"
                f" CROSS JOIN movies_catalog c ON c.film_id = k.film_id"
                f" WHERE k.title_key IN ({_marks(chunk)}) AND {_VISIBLE}",
                (*chunk, user_id),
            ):
                film = films.get(row[1]) or to_namesake(row[1:])
                films[film.film_id] = film
                found.setdefault(row[0], []).append(film)
        return found

    def facts_of(self, tx: sqlite3.Connection, film_ids: Collection[str]) -> dict[str, FilmFacts]:
        found: dict[str, FilmFacts] = {}
        for chunk in _chunks(film_ids):
            for row in tx.execute(
                f"SELECT {FACTS_COLUMNS} FROM movies_catalog c"
                f" WHERE c.film_id IN ({_marks(chunk)})",
                chunk,
            ):
                found[row[0]] = to_facts(row)
        return found

    def alike(
        self, tx: sqlite3.Connection, title: str, user_id: str | None, limit: int = 12
    ) -> list[Film]:
        best = likest(title, alike_ids(tx, title, user_id, _COMPARED), limit)
        films = self.get_many(tx, best)
        return [films[film_id] for film_id in best]

    def search(
        self, tx: sqlite3.Connection, query: FilmQuery, user_id: str | None
    ) -> Page[FilmCard]:
        return search(tx, query, user_id)

    def cards(
        self, tx: sqlite3.Connection, film_ids: Sequence[str], user_id: str | None
    ) -> dict[str, FilmCard]:
        cards: dict[str, FilmCard] = {}
        for chunk in _chunks(film_ids):
            for row in tx.execute(
                f"SELECT {CARD_COLUMNS} FROM movies_catalog c{CARD_JOINS}"
                f" WHERE c.film_id IN ({_marks(chunk)}) AND {_VISIBLE}",
                (user_id, *chunk, user_id),
            ):
                card = to_card(row)
                cards[card.film.film_id] = card
        return cards

    def facets(self, tx: sqlite3.Connection, user_id: str | None) -> dict[str, list[Facet]]:
        rows = tx.execute(
            "SELECT kind, key, count(*) FROM film_links"
            " WHERE kind IN ('genre', 'decade', 'country', 'language') AND film_id NOT IN"
            " (SELECT film_id FROM movies_catalog"
            " WHERE owner_user_id IS NOT NULL AND owner_user_id IS NOT ?)"
            " GROUP BY kind, key ORDER BY count(*) DESC, key",
            (user_id,),
        ).fetchall()
        return {
            name: [Facet(key, count) for kind, key, count in rows if kind == wanted]
            for name, wanted in _FACET_KINDS
        }

    def person(
        self, tx: sqlite3.Connection, person_id: str, user_id: str | None
    ) -> PersonFigures | None:
        row = tx.execute("SELECT name FROM people WHERE person_id = ?", (person_id,)).fetchone()
        counts = dict(
            tx.execute(
                "SELECT l.kind, count(*) FROM film_links l CROSS JOIN movies_catalog c"
                " ON c.film_id = l.film_id WHERE l.kind IN ('director', 'actor') AND l.key = ?"
                f" AND {_VISIBLE} GROUP BY l.kind",
                (person_id, user_id),
            ).fetchall()
        )
        if row is None or not counts:
            return None
        return PersonFigures(person_id, row[0], counts.get("director", 0), counts.get("actor", 0))

    def with_entries(self, tx: sqlite3.Connection, film_ids: Collection[str]) -> set[str]:
        return {
            row[0]
            for chunk in _chunks(film_ids)
            for row in tx.execute(
                f"SELECT DISTINCT film_id FROM movies WHERE film_id IN ({_marks(chunk)})", chunk
            )
        }

    def forget_owner(self, tx: sqlite3.Connection, user_id: str) -> None:
        self._note(tx, [film.film_id for film in self.owned(tx, user_id)] if self._noting else [])
        tx.execute(
            "DELETE FROM film_search WHERE rowid IN (SELECT i.film_no FROM movies_catalog c"
            " JOIN film_index i ON i.film_id = c.film_id WHERE c.owner_user_id = ?)",
            (user_id,),
        )
        tx.execute(
            "DELETE FROM film_corrections WHERE film_id IN"
            " (SELECT film_id FROM movies_catalog WHERE owner_user_id = ?)",
            (user_id,),
        )

    def replace_by(self, tx: sqlite3.Connection, film_id: str, into: str) -> None:
        tx.execute("UPDATE OR IGNORE list_items SET film_id = ? WHERE film_id = ?", (into, film_id))
        tx.execute("DELETE FROM list_items WHERE film_id = ?", (film_id,))
        tx.execute(
            "DELETE FROM film_search WHERE rowid ="
            " (SELECT film_no FROM film_index WHERE film_id = ?)",
            (film_id,),
        )
        tx.execute("DELETE FROM movies_catalog WHERE film_id = ?", (film_id,))
        self._note(tx, [film_id])

    def owned(self, tx: sqlite3.Connection, user_id: str) -> list[Film]:
        rows = tx.execute(
            "SELECT film_id FROM movies_catalog WHERE owner_user_id = ? ORDER BY film_id",
            (user_id,),
        )
        films = self.get_many(tx, [row[0] for row in rows])
        return [films[film_id] for film_id in sorted(films)]

    def remove_unused(self, tx: sqlite3.Connection, film_ids: Collection[str]) -> None:
        for film_id in film_ids:
            held = tx.execute(
                "SELECT 1 FROM movies_catalog c WHERE c.film_id = ?1 AND (c.owner_user_id IS NULL"
                " OR EXISTS (SELECT 1 FROM movies WHERE film_id = ?1)"
                " OR EXISTS (SELECT 1 FROM list_items WHERE film_id = ?1))",
                (film_id,),
            ).fetchone()
            if held is None:
                self.replace_by(tx, film_id, film_id)

    def add_correction(self, tx: sqlite3.Connection, correction: Correction) -> int:
        cursor = tx.execute(
            "INSERT INTO film_corrections (film_id, changed_by, changed_at, before, after)"
            " VALUES (?, ?, ?, ?, ?)",
            (
                correction.film_id,
                correction.changed_by,
                correction.changed_at,
                _encode(correction.before).decode(),
                _encode(correction.after).decode(),
            ),
        )
        return int(cursor.lastrowid or 0)

    def corrections(self, tx: sqlite3.Connection, film_id: str) -> list[Correction]:
        return _corrections(tx, "film_id = ? ORDER BY correction_id DESC", (film_id,))

    def corrections_to_spread(self, tx: sqlite3.Connection, limit: int) -> list[Correction]:
        return _corrections(tx, "spread = 0 ORDER BY correction_id LIMIT ?", (limit,))

    def mark_spread(self, tx: sqlite3.Connection, correction_id: int) -> None:
        tx.execute(
            "UPDATE film_corrections SET spread = 1 WHERE correction_id = ?", (correction_id,)
        )

    def stamp(self, tx: sqlite3.Connection) -> str | None:
        row = tx.execute("SELECT value FROM settings WHERE name = ?", (_STAMP,)).fetchone()
        return msgspec.json.decode(row[0], type=str) if row else None

    def save_stamp(self, tx: sqlite3.Connection, stamp: str) -> None:
        tx.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (_STAMP, _encode(stamp).decode()),
        )

    def count(self, tx: sqlite3.Connection) -> int:
        row = tx.execute("SELECT count(*) FROM film_index WHERE owner_user_id IS NULL").fetchone()
        return int(row[0])

    def rebuild_search(self, tx: sqlite3.Connection) -> None:
        for table in ("film_title_keys", "film_links", "film_search", "film_index", "people"):
            tx.execute(f"DELETE FROM {table}")
        last = ""
        while films := [
            to_film(row)
            for row in tx.execute(
                f"SELECT {COLUMNS} FROM movies_catalog c WHERE c.film_id > ?"
                " ORDER BY c.film_id LIMIT ?",
                (last, _CHUNK),
            )
        ]:
            save_derived(tx, films)
            last = films[-1].film_id

    def _note(self, tx: sqlite3.Connection, film_ids: Collection[str]) -> None:
        if self._noting:
            note(tx, film_ids)


def _films_by(
    tx: sqlite3.Connection, column: str, ids: Collection[str] | Collection[int]
) -> Iterator[Film]:
    for chunk in _chunks(ids):
        for row in tx.execute(
            f"SELECT {COLUMNS} FROM movies_catalog c WHERE c.{column} IN ({_marks(chunk)})", chunk
        ):
            yield to_film(row)


def _corrections(
    tx: sqlite3.Connection, where: str, values: tuple[object, ...]
) -> list[Correction]:
    rows = tx.execute(
        "SELECT correction_id, film_id, changed_by, changed_at, before, after"
        f" FROM film_corrections WHERE {where}",
        values,
    )
    return [
        Correction(
            correction_id=row[0],
            film_id=row[1],
            changed_by=row[2],
            changed_at=row[3],
            before=_values(row[4]),
            after=_values(row[5]),
        )
        for row in rows
    ]


def _chunks(ids: Collection[T]) -> Iterator[list[T]]:
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), _CHUNK):
        yield known[start : start + _CHUNK]


def _marks(chunk: Sequence[object]) -> str:
    return ", ".join("?" * len(chunk))
