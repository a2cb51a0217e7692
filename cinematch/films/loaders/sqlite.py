"""Where a load stands, in a small database of its own beside the catalogue's.

It holds what has been read and joined but not yet saved, so that memory stays flat whatever the
files' size, and a load that was stopped goes on where it was.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

_TABLES = (
    "CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS staged (film TEXT PRIMARY KEY, row TEXT NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS names (person TEXT PRIMARY KEY, name TEXT) STRICT",
)


class Staged(msgspec.Struct, frozen=True, kw_only=True):
    """A film as it was read; people still by their ids alone."""

    imdb_id: str
    title: str
    title_en: str | None
    title_it: str | None
    aliases: tuple[str, ...]
    year: int | None
    runtime: int | None
    genres: tuple[str, ...]
    directors: tuple[str, ...]
    cast: tuple[str, ...]
    votes: int
    mean_rating: float


_encode = msgspec.json.Encoder().encode
_staged = msgspec.json.Decoder(Staged).decode


class Staging:
    """A load under way. Each call that writes is one transaction."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode = WAL")
        for table in _TABLES:
            self._connection.execute(table)

    def begin(self, fingerprint: str) -> None:
        """Go on with the load of this fingerprint, or start anew if another was under way."""
        if self.state("fingerprint") == fingerprint:
            return
        with self._connection as tx:
            tx.execute("BEGIN")
            for table in ("state", "staged", "names"):
                tx.execute(f"DELETE FROM {table}")
            _set(tx, "fingerprint", fingerprint)

    def state(self, name: str) -> str:
        """Return what was noted under `name`, empty at first."""
        row = self._connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, name: str, value: str) -> None:
        """Note where the load stands."""
        _set(self._connection, name, value)

    def add(self, films: Sequence[Staged], position: str) -> None:
        """Keep films that were read, the people whose names they need, and how far that was."""
        with self._connection as tx:
            tx.execute("BEGIN")
            tx.executemany(
                "INSERT OR REPLACE INTO staged (film, row) VALUES (?, ?)",
                [(film.imdb_id, _encode(film).decode()) for film in films],
            )
            tx.executemany(
                "INSERT OR IGNORE INTO names (person) VALUES (?)",
                [(p,) for film in films for p in (*film.directors, *film.cast)],
            )
            _set(tx, "read", position)

    def people_after(self, person: str, limit: int, *, by_length: bool) -> list[str]:
        """Return people past `person`, in the order asked for."""
        past = "(length(person), person) > (length(?1), ?1)" if by_length else "person > ?1"
        order = "length(person), person" if by_length else "person"
        rows = self._connection.execute(
            f"SELECT person FROM names WHERE {past} ORDER BY {order} LIMIT ?2", (person, limit)
        )
        return [row[0] for row in rows]

    def name(self, people: Iterable[tuple[str, str]], position: str) -> None:
        """Keep (person, name), and how far the names were read."""
        with self._connection as tx:
            tx.execute("BEGIN")
            tx.executemany(
                "UPDATE names SET name = ? WHERE person = ?",
                [(name, person) for person, name in people],
            )
            _set(tx, "named", position)

    def names_of(self, people: Sequence[str]) -> dict[str, str]:
        """Return the known names."""
        found: dict[str, str] = {}
        for person in people:
            row = self._connection.execute(
                "SELECT name FROM names WHERE person = ? AND name IS NOT NULL", (person,)
            ).fetchone()
            if row:
                found[person] = row[0]
        return found

    def films_after(self, film: str, limit: int) -> list[Staged]:
        """Return staged films past `film`."""
        rows = self._connection.execute(
            "SELECT row FROM staged WHERE film > ? ORDER BY film LIMIT ?", (film, limit)
        )
        return [_staged(row[0]) for row in rows]

    def count(self) -> int:
        """Return how many films are staged."""
        return int(self._connection.execute("SELECT count(*) FROM staged").fetchone()[0])

    def close(self) -> None:
        """Let go of the file; what was noted stays."""
        self._connection.close()

    def discard(self) -> None:
        """Remove the file: the load is complete."""
        self.close()
        for suffix in ("", "-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)


def _set(tx: sqlite3.Connection, name: str, value: str) -> None:
    tx.execute(
        "INSERT INTO state (name, value) VALUES (?, ?)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (name, value),
    )
