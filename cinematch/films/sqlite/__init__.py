"""The catalogue in SQLite. Beside `movies_catalog` stands what is derived from it for finding."""

from cinematch.films.sqlite.feed import SqliteFilmFeed
from cinematch.films.sqlite.films import SqliteFilms

__all__ = ["SqliteFilmFeed", "SqliteFilms"]
