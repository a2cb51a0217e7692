"""What is derived from a film for finding it: title keys, links, people, the index, the words."""

import sqlite3
from collections.abc import Iterator, Sequence

from cinematch.events.core import Person
from cinematch.films.core.film import Film
from cinematch.films.core.title import normalize_title, without_article


def save_derived(tx: sqlite3.Connection, films: Sequence[Film]) -> None:
    """Make everything derived from these films anew."""
    _clear(tx, films)
    tx.executemany(
        "INSERT INTO film_title_keys (title_key, film_id) VALUES (?, ?)",
        [(key, film.film_id) for film in films for key in film.title_keys],
    )
    tx.executemany(
        "INSERT OR IGNORE INTO film_links (kind, key, film_id) VALUES (?, ?, ?)",
        [(kind, key, film.film_id) for film in films for kind, key in links_of(film)],
    )
    tx.executemany(
        "INSERT INTO people (person_id, name) VALUES (?, ?)"
        " ON CONFLICT (person_id) DO UPDATE SET name = excluded.name",
        [(p.id, p.name) for film in films for p in (*film.directors, *film.cast)],
    )
    tx.executemany(
        "INSERT INTO film_index"
        " (film_id, sort_title, year, runtime, popularity, owner_user_id)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (film_id) DO UPDATE SET"
        " sort_title = excluded.sort_title, year = excluded.year, runtime = excluded.runtime,"
        " popularity = excluded.popularity, owner_user_id = excluded.owner_user_id",
        [_index_row(film) for film in films],
    )
    _save_words(tx, films)


def _clear(tx: sqlite3.Connection, films: Sequence[Film]) -> None:
    ids = [(film.film_id,) for film in films]
    tx.executemany("DELETE FROM film_title_keys WHERE film_id = ?", ids)
    tx.executemany("DELETE FROM film_links WHERE film_id = ?", ids)


def _save_words(tx: sqlite3.Connection, films: Sequence[Film]) -> None:
    numbered = []
    for film in films:
        (number,) = tx.execute(
            "SELECT film_no FROM film_index WHERE film_id = ?", (film.film_id,)
        ).fetchone()
        numbered.append((number, _titles(film), _names(film)))
    # FTS5 writes its pending words out whenever a row number goes back: so, in order.
    tx.executemany(
        "INSERT OR REPLACE INTO film_search (rowid, titles, people) VALUES (?, ?, ?)",
        sorted(numbered),
    )


def links_of(film: Film) -> Iterator[tuple[str, str]]:
    """Yield by what a film can be narrowed to: (kind, key)."""
    for kind, people in (("director", film.directors), ("actor", film.cast)):
        yield from ((kind, person.id) for person in people)
    yield from (("genre", genre) for genre in film.genres)
    yield from (("country", country) for country in film.countries)
    yield from (("language", language) for language in film.languages)
    if film.year is not None:
        yield "decade", str(film.year // 10 * 10)


def _index_row(film: Film) -> tuple[object, ...]:
    return (
        film.film_id,
        without_article(normalize_title(film.title)),
        film.year,
        film.runtime,
        film.popularity,
        film.owner_user_id,
    )


def _titles(film: Film) -> str:
    titles = (film.title, film.title_en, film.title_it, *film.aliases)
    return " | ".join(dict.fromkeys(normalize_title(title) for title in titles if title))


def _names(film: Film) -> str:
    people: dict[Person, None] = dict.fromkeys((*film.directors, *film.cast))
    return " | ".join(normalize_title(person.name) for person in people)
