"""A diary and its statistics over a real store, without accounts or HTTP."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from cinematch.diary.ports import EntriesRepository
from cinematch.diary.service import DiaryService
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import FilmFacts
from cinematch.events.ports import Outbox
from cinematch.events.service import EventLog
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import NotFound
from cinematch.stats.follower import Follower
from cinematch.stats.ports import DiaryLists, StatsRepository
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.sqlite import SqliteDiaryLists, SqliteStats

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


class Ground(Protocol):
    """A store with the adapters on it, and what is written there as no code of ours does."""

    @property
    def store(self) -> Store:
        """The database."""
        ...

    @property
    def entries(self) -> EntriesRepository:
        """The adapter of the diary."""
        ...

    @property
    def outbox(self) -> Outbox:
        """The adapter of the events."""
        ...

    @property
    def figures(self) -> StatsRepository:
        """The adapter of the statistics."""
        ...

    @property
    def lists(self) -> DiaryLists:
        """The adapter of the short lists."""
        ...

    def add_users(self, user_ids: Iterable[str]) -> None:
        """Make accounts that nobody can sign in to; those that exist stay."""
        ...

    def add_films(self, films: Iterable[FilmFacts]) -> None:
        """Put films into the catalogue."""
        ...

    def place(self, user_id: str, seq: int, payload: bytes) -> None:
        """Write something into the outbox as it stands."""
        ...

    def tamper(self, user_id: str, scalar: str, value: int) -> None:
        """Change one of a user's figures."""
        ...


class SqliteGround:
    """A real file."""

    def __init__(self, folder: Path) -> None:
        self.store = open_database(folder)
        self.entries, self.outbox = SqliteEntries(), SqliteOutbox()
        self.figures, self.lists = SqliteStats(), SqliteDiaryLists()

    def add_users(self, user_ids: Iterable[str]) -> None:
        """See `Ground`."""
        rows = [(key, key, key) for key in user_ids]
        self.store.transact(
            lambda tx: tx.executemany(
                "INSERT OR IGNORE INTO users (user_id, username, username_key, password_hash,"
                " role, created_at) VALUES (?, ?, ?, '', 'user', '')",
                rows,
            )
        )

    def add_films(self, films: Iterable[FilmFacts]) -> None:
        """See `Ground`."""
        self.store.transact(lambda tx: write_films(tx, films))

    def place(self, user_id: str, seq: int, payload: bytes) -> None:
        """See `Ground`."""
        self.store.transact(
            lambda tx: tx.execute(
                "INSERT INTO outbox (user_id, seq, event_type, film_id, occurred_at, payload)"
                " VALUES (?, ?, 'ADD', 'kes', '', ?)",
                (user_id, seq, payload),
            )
        )

    def tamper(self, user_id: str, scalar: str, value: int) -> None:
        """See `Ground`."""
        self.store.transact(
            lambda tx: tx.execute(
                f"UPDATE user_stats SET {scalar} = ? WHERE user_id = ?",  # noqa: S608 - a column
                (value, user_id),
            )
        )


class Tracker:
    """Everything from a rating to its figures; `now` may be set to move the clock."""

    def __init__(
        self,
        on: Path | Ground,
        films: Iterable[FilmFacts] = (),
        users: Iterable[str] = ("u",),
    ) -> None:
        self.now = NOW
        self.films: dict[str, FilmFacts] = {}
        self.ground: Ground = SqliteGround(on) if isinstance(on, Path) else on
        self.store = self.ground.store
        self.signals = Signals()
        self.entries, self.outbox = self.ground.entries, self.ground.outbox
        self.figures = self.ground.figures
        self.log = EventLog(self.outbox, self.clock)
        self.diary = DiaryService(
            self.store, self.entries, self.log, self._facts_of, self.signals, self.clock
        )
        self.follower = self.new_follower()
        self.stats = StatsService(
            Parts(
                store=self.store,
                figures=self.figures,
                lists=self.ground.lists,
                entries=self.entries,
                outbox=self.outbox,
                signals=self.signals,
                clock=self.clock,
                catch_up=self.follower.catch_up,
            )
        )
        self.add_users(users)
        self.add_films(films)

    def clock(self) -> datetime:
        """Return the instant that the tests have set."""
        return self.now

    def new_follower(self) -> Follower:
        """Return another follower of the same outbox."""
        return Follower(self.store, self.outbox, self.figures, self.signals, self.clock)

    def add_users(self, user_ids: Iterable[str]) -> None:
        """Make accounts that nobody can sign in to; those that exist stay."""
        self.ground.add_users(user_ids)

    def add_films(self, films: Iterable[FilmFacts]) -> None:
        """Put films into the catalogue."""
        new = list(films)
        self.films |= {film.film_id: film for film in new}
        self.ground.add_films(new)

    def correct(self, film: FilmFacts) -> int:
        """Change a film's facts and carry them to everybody; return how many entries changed."""
        self.films[film.film_id] = film
        return self.diary.refresh_facts(film.film_id, cause="correction:1")

    def user_stats(self, user_id: str = "u") -> Mapping[str, object]:
        """Return the body of `GET /user-stats` after everything has been applied."""
        self.follower.catch_up()
        body: dict[str, object] = msgspec.json.decode(self.stats.user_stats(user_id))
        return body

    def close(self) -> None:
        """Stop what runs and close the store."""
        self.follower.stop()
        self.store.close()

    def _facts_of(self, tx: Tx, user_id: str, film_id: str) -> FilmFacts:
        if film_id not in self.films:
            raise NotFound("No such film.")
        return self.films[film_id]


def write_films(tx: Tx, films: Iterable[FilmFacts]) -> None:
    """Put films with these facts into the catalogue."""
    tx.executemany(
        "INSERT INTO movies_catalog (film_id, title, year, runtime, genres, directors, cast,"
        " countries, languages, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '')",
        [
            (
                film.film_id,
                film.title,
                film.year,
                film.runtime,
                _json(film.genres),
                _json(film.directors),
                _json(film.cast),
                _json(film.countries),
                _json(film.languages),
            )
            for film in films
        ],
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
