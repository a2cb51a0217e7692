"""A catalogue in either store with two users, whose changes are noted for an index outside."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cinematch.accounts.core import Account
from cinematch.accounts.mongo import COLLECTIONS as OF_ACCOUNTS
from cinematch.accounts.mongo import MongoAccounts
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.diary.core import Entry
from cinematch.diary.mongo import COLLECTIONS as OF_DIARY
from cinematch.diary.mongo import MongoEntries
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events.core import Watch
from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.mongo import COLLECTIONS as OF_FILMS
from cinematch.films.mongo import MongoFilmFeed, MongoFilms
from cinematch.films.ports import FilmFeed, FilmsRepository
from cinematch.films.sqlite import SqliteFilmFeed, SqliteFilms
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.paging import Page
from cinematch.lists.mongo import COLLECTIONS as OF_LISTS
from tests.support.mongo import MongoServer, fresh_store


@dataclass(frozen=True)
class Noted:
    """A store with a catalogue and what stands around it."""

    store: Store
    films: FilmsRepository
    feed: FilmFeed
    accounts: AccountsRepository
    entries: EntriesRepository

    def add_users(self) -> None:
        def work(tx: Tx) -> None:
            for user in ("ada", "ben"):
                self.accounts.add(tx, Account(user, user, "", "user", ""), user)

        self.store.transact(work)

    def save(self, films: Iterable[Film]) -> None:
        self.store.transact(lambda tx: self.films.save(tx, films))

    def see(self, user_id: str, films: Iterable[Film]) -> None:
        """Have the user watch these films once."""

        def work(tx: Tx) -> None:
            for known in films:
                watches = (Watch("w", "2024-05-17"),)
                entry = Entry(
                    user_id=user_id,
                    film_id=known.film_id,
                    facts=known.facts,
                    watches=watches,
                    version=1,
                )
                self.entries.save(tx, entry)

        self.store.transact(work)

    def search(self, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
        return self.store.snapshot(lambda tx: self.films.search(tx, query, user_id))

    def waiting(self) -> int:
        return self.store.snapshot(self.feed.waiting)


@contextmanager
def in_sqlite(folder: Path) -> Iterator[Noted]:
    """Yield a catalogue in SQLite."""
    database = open_database(folder)
    made = Noted(
        database, SqliteFilms(noting=True), SqliteFilmFeed(), SqliteAccounts(), SqliteEntries()
    )
    made.add_users()
    yield made
    database.close()


@contextmanager
def in_mongo(server: MongoServer) -> Iterator[Noted]:
    """Yield a catalogue in MongoDB."""
    with fresh_store(server, (*OF_ACCOUNTS, *OF_DIARY, *OF_FILMS, *OF_LISTS)) as store:
        made = Noted(
            store, MongoFilms(noting=True), MongoFilmFeed(), MongoAccounts(), MongoEntries()
        )
        made.add_users()
        yield made
