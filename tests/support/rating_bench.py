"""A catalogue, people who rate and communities from outside, over a real database."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cinematch.accounts import mongo as accounts
from cinematch.accounts.core import Account
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.bootstrap.moving import collections
from cinematch.diary.core import Entry
from cinematch.diary.mongo import MongoEntries
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import Watch
from cinematch.films.core.film import Film
from cinematch.films.mongo import MongoFilmFeed, MongoFilms
from cinematch.films.ports import FilmFeed, FilmsRepository
from cinematch.films.sqlite import SqliteFilmFeed, SqliteFilms
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.recommender.communities import FolderCommunities
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.background import Background, SourceFilm
from cinematch.recommender.core.ratings import Rating, gather
from cinematch.recommender.mongo import MongoTaste
from cinematch.recommender.ports import TasteRepository
from cinematch.recommender.service.sources import Sources
from cinematch.recommender.sqlite import SqliteTaste
from tests.support.builders import film
from tests.support.mongo import MongoServer, fresh_store

AT = "2026-01-01T00:00:00.000000Z"
PEOPLE = [f"person-{number:02}" for number in range(12)]


@dataclass(frozen=True)
class Adapters:
    """A store and what is read and written there."""

    store: Store
    accounts: AccountsRepository
    catalogue: FilmsRepository
    feed: FilmFeed
    entries: EntriesRepository
    taste: TasteRepository


@contextmanager
def sqlite_bench(folder: Path) -> Iterator["RatingBench"]:
    """Yield a bench over a file."""
    store = open_database(folder)
    films, entries = SqliteFilms(), SqliteEntries()
    yield RatingBench(
        folder, Adapters(store, SqliteAccounts(), films, SqliteFilmFeed(), entries, SqliteTaste())
    )
    store.close()


@contextmanager
def mongo_bench(server: MongoServer, folder: Path) -> Iterator["RatingBench"]:
    """Yield a bench over a database of its own."""
    named = {"movies", "movies_catalog", "film_words", "film_stats"}
    needed = [one for one in collections() if one.name in named]
    with fresh_store(server, [*accounts.COLLECTIONS, *needed]) as store:
        films, entries = MongoFilms(), MongoEntries()
        people = accounts.MongoAccounts()
        yield RatingBench(
            folder, Adapters(store, people, films, MongoFilmFeed(), entries, MongoTaste())
        )


class RatingBench:
    """A catalogue of 120 films, and people who rate."""

    def __init__(self, folder: Path, adapters: Adapters) -> None:
        self.folder = folder / "communities"
        self.adapters = adapters
        self.store, self.taste = adapters.store, adapters.taste
        self.communities = FolderCommunities(self.folder)
        self.films = [
            film(f"f{number:03}", imdb_id=f"tt{number:07}", year=1980 + number % 40)
            for number in range(120)
        ]
        self.save(self.films)
        rule = synthetic.Community(people=60)
        self.sources = Sources(self.store, self.taste, adapters.feed, self.communities, rule)
        self._known: set[str] = set()

    def save(self, films: Iterable[Film]) -> None:
        """Put films into the catalogue."""
        new = list(films)
        self.store.transact(lambda tx: self.adapters.catalogue.save(tx, new))

    def rate(self, rows: Iterable[tuple[str, str, int | None]]) -> None:
        """Put down (user, film, half-stars)."""
        entries = [
            Entry(
                user_id=user_id,
                film_id=film_id,
                facts=film(film_id).facts,
                rating=half_stars,
                watches=(Watch("w", "2026-01-01"),),
                seq=1,
                added_at=AT,
                updated_at=AT,
            )
            for user_id, film_id, half_stars in rows
        ]
        new = sorted({entry.user_id for entry in entries} - self._known)
        self._known.update(new)

        def work(tx: Tx) -> None:
            for user_id in new:
                account = Account(user_id, user_id, "", "user", AT)
                self.adapters.accounts.add(tx, account, user_id)
            self.adapters.entries.save(tx, *entries)

        self.store.transact(work)

    def rate_much(self) -> None:
        """Have twelve people rate a hundred films each."""
        self.rate(
            (person, f"f{at:03}", 2 + (row + at) % 9)
            for row, person in enumerate(PEOPLE)
            for at in range(100)
        )

    def add(self, name: str = "outside", rows: int = 1_200) -> Background:
        """Keep a background community that knows films of ours, and two that we have not."""
        films = [SourceFilm(("A film",), 1990, f"tt{number:07}") for number in range(122)]
        given = (
            Rating(str(row // 40), str((row * 7) % 122), 1.0 + row % 9 / 2, 1_000 + row)
            for row in range(rows)
        )
        background = Background(
            name, "Terms.", gather(given, [str(at) for at in range(122)]), tuple(films)
        )
        self.communities.put(background, AT)
        return background
