"""A store with users, their events and the films that come of them, without accounts or HTTP."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.workload import make_events, make_films, write_users
from cinematch.events.core import Event, Image, encode
from cinematch.events.mongo import COLLECTIONS as OUTBOX
from cinematch.events.mongo import MongoOutbox
from cinematch.events.ports import Outbox
from cinematch.events.sqlite import SqliteOutbox
from cinematch.infra.mongo import Collection, MongoTx
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import system_clock
from cinematch.stats.core.delta import Delta, sum_of
from cinematch.stats.core.trends import trends_since
from cinematch.stats.mongo import COLLECTIONS as STATS
from cinematch.stats.mongo import MongoStats
from cinematch.stats.ports import StatsRepository
from cinematch.stats.service.applying import ApplyOptions, ApplyService, Arrival, Refuse
from cinematch.stats.sqlite import SqliteStats
from tests.support.mongo import MongoServer, fresh_store

FILMS = make_films(400)


@dataclass
class Stage:
    """Users whose events stand in the outbox; what brings them to the figures is the test's."""

    store: Store
    outbox: Outbox
    figures: StatsRepository
    signals: Signals = field(default_factory=Signals)
    films: dict[str, dict[str, Image]] = field(default_factory=dict)
    written: dict[str, list[Event]] = field(default_factory=dict)

    def service(
        self, options: ApplyOptions | None = None, refuse: Refuse | None = None
    ) -> ApplyService:
        """Return the use case on this store."""
        return ApplyService(
            self.store, self.outbox, self.figures, self.signals, system_clock,
            options=options, refuse=refuse,
        )  # fmt: skip

    def write(self, events: Sequence[Event]) -> None:
        """Write one user's events into the outbox and follow what becomes of the films."""
        user_id = events[0].user_id
        mine = self.films.setdefault(user_id, {})
        for event in events:
            mine.pop(event.film_id, None)
            if event.after is not None:
                mine[event.film_id] = event.after
        self.written.setdefault(user_id, []).extend(events)

        def work(tx: Tx) -> None:
            self.outbox.next_seq(tx, user_id, len(events))
            self.outbox.append(tx, *events)

        self.store.transact(work)

    def live(self, user_ids: Sequence[str], count: int, seed: int = 5) -> list[Event]:
        """Write `count` events of each user; return all of them, the users taking turns."""
        streams = [make_events(FILMS, user_id, count, seed) for user_id in user_ids]
        for stream in streams:
            self.write(stream)
        return [event for turn in zip(*streams, strict=True) for event in turn]

    def add_users(self, user_ids: Sequence[str]) -> None:
        """Make accounts that nobody can sign in to."""

        def work(tx: Tx) -> None:
            if isinstance(tx, MongoTx):
                tx.db.users.insert_many(map(_account, user_ids), session=tx.session)
            else:
                write_users(tx, user_ids)

        self.store.transact(work)

    def tear(self, *seqs: int) -> None:
        """Spoil everybody's events of these numbers in the outbox."""

        def work(tx: Tx) -> None:
            if isinstance(tx, MongoTx):
                tx.db.outbox.update_many(
                    {"seq": {"$in": seqs}}, {"$set": {"payload": b"torn"}}, session=tx.session
                )
            else:
                spoil = "UPDATE outbox SET payload = X'FF' WHERE seq = ?"
                tx.executemany(spoil, [(seq,) for seq in seqs])

        self.store.transact(work)

    def held(self) -> dict[str, int]:
        """Return the `seq` that everybody's figures hold."""
        return self.store.snapshot(lambda tx: self.figures.progress(tx, self.written))

    def differences(self) -> list[str]:
        """Say whose figures are not the contribution of their films; nobody's, it should be."""
        since = trends_since(system_clock().date())
        community = Delta()

        def work(tx: Tx) -> list[str]:
            wrong = []
            for user_id, mine in self.films.items():
                truth = sum_of(mine.values(), trends_since=since)
                community.add(Delta(films=truth.films, trend_days=truth.trend_days))
                truth.films, truth.trend_days, truth.names = {}, {}, {}
                known = self.figures.figures(tx, user_id)
                known.names = {}
                if known.pruned() != truth.pruned():
                    wrong.append(user_id)
            if self.figures.community(tx).pruned() != community.pruned():
                wrong.append("the community")
            return wrong

        return self.store.snapshot(work)


def arrivals(events: Sequence[Event], first: int = 0) -> list[Arrival]:
    """Return events as they come from a topic of one partition."""
    return [
        Arrival(0, offset, event.user_id.encode(), encode(event))
        for offset, event in enumerate(events, first)
    ]


@contextmanager
def sqlite_stage(folder: Path) -> Iterator[Stage]:
    """Yield a stage on an SQLite file."""
    store = open_database(folder)
    try:
        yield Stage(store, SqliteOutbox(), SqliteStats())
    finally:
        store.close()


@contextmanager
def mongo_stage(server: MongoServer) -> Iterator[Stage]:
    """Yield a stage on a fresh MongoDB database."""
    with fresh_store(server, (Collection("users"), *OUTBOX, *STATS)) as store:
        yield Stage(store, MongoOutbox(), MongoStats())


def _account(user_id: str) -> dict[str, object]:
    return {"_id": user_id, "user_id": user_id, "username": user_id, "username_key": user_id,
            "password_hash": "", "role": "user", "disabled": False, "settings": {}, "seq": 0,
            "has_data": False, "created_at": ""}  # fmt: skip
