"""What `tests.support.tracker.Tracker` stands on in a cluster: a database on a test server."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec

from cinematch.accounts import mongo as accounts
from cinematch.diary import mongo as diary
from cinematch.diary.mongo import MongoEntries
from cinematch.events import mongo as events
from cinematch.events.core import FilmFacts
from cinematch.events.mongo import MongoOutbox, lane_of
from cinematch.films import mongo as films
from cinematch.films.core.film import Film
from cinematch.films.mongo import MongoFilms
from cinematch.infra.mongo import MongoStore
from cinematch.stats import mongo as stats
from cinematch.stats.mongo import MongoDiaryLists, MongoStats
from tests.support.mongo import MongoServer, fresh_store

COLLECTIONS = (
    *accounts.COLLECTIONS,
    *films.COLLECTIONS,
    *diary.COLLECTIONS,
    *events.COLLECTIONS,
    *stats.COLLECTIONS,
)


class MongoGround:
    """Implements `tests.support.tracker.Ground`."""

    def __init__(self, store: MongoStore) -> None:
        self.store = store
        self.entries, self.outbox = MongoEntries(), MongoOutbox()
        self.figures, self.lists = MongoStats(), MongoDiaryLists()

    def add_users(self, user_ids: Iterable[str]) -> None:
        """See `Ground`."""
        for key in user_ids:
            account = {
                **dict.fromkeys(("user_id", "username", "username_key"), key),
                **dict.fromkeys(("password_hash", "created_at"), ""),
                "role": "user",
                "disabled": False,
                "settings": {},
                "seq": 0,
                "has_data": False,
            }
            self.store.db.users.update_one({"_id": key}, {"$setOnInsert": account}, upsert=True)

    def add_films(self, films: Iterable[FilmFacts]) -> None:
        """See `Ground`."""
        whole = [Film(**msgspec.structs.asdict(film)) for film in films]
        self.store.transact(lambda tx: MongoFilms().save(tx, whole))

    def place(self, user_id: str, seq: int, payload: bytes) -> None:
        """See `Ground`."""
        self.store.db.outbox.insert_one(
            {
                "_id": f"{user_id}/{seq:012}",
                "user_id": user_id,
                "seq": seq,
                "event_type": "ADD",
                "film_id": "kes",
                "occurred_at": "",
                "payload": payload,
                "lane": lane_of(user_id),
                "position": None,
                "published_at": None,
            }
        )

    def tamper(self, user_id: str, scalar: str, value: int) -> None:
        """See `Ground`."""
        self.store.db.user_stats.update_one({"_id": user_id}, {"$set": {scalar: value}})


@contextmanager
def mongo_ground(server: MongoServer) -> Iterator[MongoGround]:
    """Yield a database of its own, which is dropped afterwards."""
    with fresh_store(server, COLLECTIONS) as store:
        yield MongoGround(store)
