"""What is derived from a film for finding it: title keys, links, people, the index, the words."""

import sqlite3
from collections.abc import Sequence

from cinematch.films.core.film import Film
from cinematch.films.core.finding import links_of, names_of, sort_title, titles_of


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
        numbered.append((number, " | ".join(titles_of(film)), " | ".join(names_of(film))))
    # FTS5 writes its pending words out whenever a row number goes back: so, in order.
    tx.executemany(
        "INSERT OR REPLACE INTO film_search (rowid, titles, people) VALUES (?, ?, ?)",
        sorted(numbered),
    )


def _index_row(film: Film) -> tuple[object, ...]:
    return (
        film.film_id,
        sort_title(film),
        film.year,
        film.runtime,
        film.popularity,
        film.owner_user_id,
    )
