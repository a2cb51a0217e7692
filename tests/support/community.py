"""Diaries of a few users with the community's figures beside them, over either store."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cinematch.accounts import mongo as accounts
from cinematch.diary import mongo as diary
from cinematch.diary.core import Entry
from cinematch.diary.ports import EntriesRepository
from cinematch.diary.service import DiaryService
from cinematch.diary.sqlite import SqliteEntries
from cinematch.events import mongo as events
from cinematch.events.core import FilmFacts, Image, encode
from cinematch.events.ports import Outbox
from cinematch.events.service import EventLog
from cinematch.events.sqlite import SqliteOutbox
from cinematch.films import mongo as films
from cinematch.infra.mongo import MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.stats import mongo as stats
from cinematch.stats.ports import CommunityRecords, DiaryLists, StatsRepository
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.service.community import CommunityFigures, CommunityParts
from cinematch.stats.sqlite import SqliteDiaryLists, SqliteStats
from cinematch.stats.sqlite.progress import SqliteCommunityRecords
from tests.support.builders import film as whole
from tests.support.mongo import MongoServer, fresh_store
from tests.support.tracker import write_films

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@dataclass
class CommunityBench:
    """The truth, its events, and what is counted of them; `now` may be pushed."""

    store: Store
    figures: StatsRepository
    records: CommunityRecords
    entries: EntriesRepository
    outbox: Outbox
    lists: DiaryLists
    now: datetime = NOW
    films: dict[str, FilmFacts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.diary = DiaryService(
            self.store,
            self.entries,
            EventLog(self.outbox, self.clock),
            lambda tx, user_id, film_id: self.films[film_id],
            Signals(),
            self.clock,
        )
        self.community = CommunityFigures(
            CommunityParts(
                self.store, self.figures, self.records, self.entries, self.outbox, self.clock
            )
        )

    def pages(self) -> StatsService:
        """Return what pages ask, where a stream of its own counts the community."""
        return StatsService(
            Parts(
                store=self.store,
                figures=self.figures,
                lists=self.lists,
                entries=self.entries,
                outbox=self.outbox,
                signals=Signals(),
                clock=self.clock,
                catch_up=lambda: 0,
                community=self.records,
            )
        )

    def clock(self) -> datetime:
        return self.now

    def push(self, **by: float) -> None:
        self.now += timedelta(**by)

    def put(self, user_id: str, film_id: str, image: Image | None) -> None:
        """Change a user's film, which makes an event of the present moment."""
        entry = None
        if image is not None:
            entry = Entry(
                user_id=user_id,
                film_id=film_id,
                facts=image.film,
                rating=image.rating,
                watches=image.watches,
                liked=image.liked,
                watchlist=image.watchlist,
                review="words" if image.has_review else None,
            )
        self.store.transact(lambda tx: self.diary.put(tx, user_id, film_id, entry))

    def payloads(self, *user_ids: str) -> list[bytes]:
        """Return all events of these users, as a topic holds them."""
        return self.store.snapshot(
            lambda tx: [
                encode(event) for user_id in user_ids for event in self.outbox.of_user(tx, user_id)
            ]
        )

    def held(self, user_id: str) -> int:
        """Return the last `seq` of a user that the community holds."""
        return self.store.snapshot(lambda tx: self.records.seqs(tx, [user_id]))[user_id]

    def last(self, user_id: str) -> int:
        """Return the `seq` of a user's last event."""
        return self.store.snapshot(lambda tx: self.outbox.last_seq(tx, user_id))

    def days(self) -> dict[tuple[str, str, str], int]:
        """Return the day buckets that are kept."""
        return self.store.snapshot(self.figures.community).trend_days

    def add_users(self, user_ids: Iterable[str]) -> None:
        """Make accounts that nobody can sign in to."""
        users = list(user_ids)
        self.store.transact(lambda tx: _write_users(tx, users))

    def add_films(self, films: Iterable[FilmFacts]) -> None:
        """Put films into the catalogue."""
        new = list(films)
        self.films |= {film.film_id: film for film in new}
        self.store.transact(lambda tx: _write_films(tx, new))

    def remove_user(self, user_id: str) -> None:
        """Erase an account as the house does: figures first, then everything of theirs."""
        self.store.transact(lambda tx: self._remove(tx, user_id))

    def _remove(self, tx: Tx, user_id: str) -> None:
        self.community.erase_user(tx, user_id)
        self.outbox.erase_user(tx, user_id)
        if hasattr(tx, "db"):
            tx.db["movies"].delete_many({"user_id": user_id}, session=tx.session)
            tx.db["users"].delete_one({"_id": user_id}, session=tx.session)
        else:
            tx.execute("DELETE FROM users WHERE user_id = ?", (user_id,))


@contextmanager
def sqlite_bench(folder: Path) -> Iterator[CommunityBench]:
    """Yield a bench on a file of its own."""
    store = open_database(folder)
    yield CommunityBench(
        store,
        SqliteStats(),
        SqliteCommunityRecords(),
        SqliteEntries(),
        SqliteOutbox(),
        SqliteDiaryLists(),
    )
    store.close()


@contextmanager
def mongo_bench(server: MongoServer) -> Iterator[CommunityBench]:
    """Yield a bench on a database of its own."""
    rooms = (accounts, films, diary, events, stats)
    collections = [collection for room in rooms for collection in room.COLLECTIONS]
    with fresh_store(server, collections) as store:
        yield bench_on(store)


def bench_on(store: MongoStore) -> CommunityBench:
    """Return a bench on a database that has the collections."""
    return CommunityBench(
        store,
        stats.MongoStats(),
        stats.MongoCommunityRecords(),
        diary.MongoEntries(),
        events.MongoOutbox(),
        stats.MongoDiaryLists(),
    )


def _write_users(tx: Tx, user_ids: list[str]) -> None:
    if hasattr(tx, "db"):
        tx.db["users"].insert_many(
            [
                {
                    "_id": key,
                    "user_id": key,
                    "username": key,
                    "username_key": key,
                    "password_hash": "",
                    "role": "user",
                    "disabled": False,
                    "settings": {},
                    "seq": 0,
                    "has_data": False,
                    "created_at": "",
                }
                for key in user_ids
            ],
            session=tx.session,
        )
    else:
        tx.executemany(
            "INSERT INTO users (user_id, username, username_key, password_hash, role, created_at)"
            " VALUES (?, ?, ?, '', 'user', '')",
            [(key, key, key) for key in user_ids],
        )


def _write_films(tx: Tx, made: list[FilmFacts]) -> None:
    if not hasattr(tx, "db"):
        write_films(tx, made)
        return
    known = ("title", "year", "runtime", "genres", "directors", "cast", "countries", "languages")
    films.MongoFilms().save(
        tx, [whole(one.film_id, **{name: getattr(one, name) for name in known}) for one in made]
    )
