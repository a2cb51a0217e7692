"""Notes of changed films, for an index outside the store."""

import sqlite3
from collections.abc import Collection, Mapping

from cinematch.films.core.film import Film
from cinematch.films.ports import Changes
from cinematch.films.sqlite.rows import COLUMNS, to_film
from cinematch.kit.ids import new_id


def note(tx: sqlite3.Connection, film_ids: Collection[str]) -> None:
    """Note that these films have changed, or are gone."""
    mark = new_id()
    tx.executemany(
        "INSERT INTO films_to_index (film_id, note) VALUES (?, ?)"
        " ON CONFLICT (film_id) DO UPDATE SET note = excluded.note",
        [(film_id, mark) for film_id in film_ids],
    )


class SqliteFilmFeed:
    """Implements `films.ports.FilmFeed`."""

    def changes(self, tx: sqlite3.Connection, limit: int) -> Changes:
        notes = {
            row[0]: row[1]
            for row in tx.execute("SELECT film_id, note FROM films_to_index LIMIT ?", (limit,))
        }
        rows = tx.execute(
            f"SELECT {COLUMNS} FROM movies_catalog c"
            f" WHERE c.film_id IN ({', '.join('?' * len(notes))})",
            list(notes),
        )
        return Changes(notes, {film.film_id: film for film in map(to_film, rows)})

    def settle(self, tx: sqlite3.Connection, notes: Mapping[str, str]) -> None:
        tx.executemany(
            "DELETE FROM films_to_index WHERE film_id = ? AND note = ?", list(notes.items())
        )

    def waiting(self, tx: sqlite3.Connection) -> int:
        return int(tx.execute("SELECT count(*) FROM films_to_index").fetchone()[0])

    def following(self, tx: sqlite3.Connection, film_id: str, limit: int) -> list[Film]:
        rows = tx.execute(
            f"SELECT {COLUMNS} FROM movies_catalog c WHERE c.film_id > ?"
            " ORDER BY c.film_id LIMIT ?",
            (film_id, limit),
        )
        return [to_film(row) for row in rows]

    def seen(self, tx: sqlite3.Connection, user_id: str | None) -> list[str]:
        rows = tx.execute(
            "SELECT film_id FROM movies WHERE user_id = ? AND watch_count > 0", (user_id,)
        )
        return [row[0] for row in rows]
