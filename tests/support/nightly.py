"""A store whose users' events went to the stream's figures and to a lake, for the nightly batch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pyarrow.dataset as ds

from benchmarks.workload import make_events, make_films
from cinematch.diary.core import Entry
from cinematch.events.core import Event, FilmFacts
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.clock import from_iso, to_iso
from cinematch.lake.parquet import SCHEMA
from cinematch.stats.core.delta import Delta
from cinematch.stats.core.recount import Recounted, from_plain, own, recounts
from cinematch.stats.parquet import TrainingFolder
from cinematch.stats.ports import BatchFigures, BatchRecords
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.service.applying import ApplyOptions, ApplyService
from cinematch.stats.service.batch import BatchParts, BatchReport, BatchService, Histories, Report
from tests.support.lake import LakeBench
from tests.support.mongo import MongoServer
from tests.support.tracker import NOW, Ground

FILMS = tuple(make_films(80))


def silent(_what: str, _done: int, _total: int) -> None:
    """Hear no report."""


class PlainHistories:
    """The lake read in this process, with the same core."""

    def __init__(self, lake: LakeBench) -> None:
        self._lake = lake

    @contextmanager
    def recounted(self, report: Report) -> Iterator[Iterator[Recounted]]:
        """See `stats.service.batch.Histories`."""
        table = ds.dataset(self._lake.files.events, format="parquet", schema=SCHEMA).to_table()
        names = ("user_id", "seq", "film_id", "payload")
        columns = (table.column(name).to_pylist() for name in names)
        rows = sorted(zip(*columns, strict=True))
        report("reading the lake", 0, 0)
        yield recounts((user, seq, film, text.encode()) for user, seq, film, text in rows)


@dataclass
class NightBench:
    """Users with events; `stream` and `fill` bring them to figures and lake."""

    ground: Ground
    records: BatchRecords
    films: FilmsRepository
    folder: Path
    lake: LakeBench
    histories: Histories
    catalogue: Sequence[FilmFacts] = FILMS[:40]
    fresh: bool = True
    now: datetime = NOW
    rebuilt: list[str] = field(default_factory=list)
    written: dict[str, list[Event]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.store, self.figures = self.ground.store, self.ground.figures
        self.outbox = self.ground.outbox
        self.training = TrainingFolder(self.folder / "training")
        if self.fresh:
            self.ground.add_films(self.catalogue)
        signals = Signals()
        parts = Parts(
            store=self.store,
            figures=self.figures,
            lists=self.ground.lists,
            entries=self.ground.entries,
            outbox=self.outbox,
            signals=signals,
            clock=lambda: self.now,
            catch_up=lambda: 0,
        )
        self.stats = StatsService(parts)
        self.applying = ApplyService(
            self.store, self.outbox, self.figures, signals, lambda: self.now,
            options=ApplyOptions(),
        )  # fmt: skip

    def live(self, user_ids: Sequence[str], count: int) -> None:
        """Have each user make `count` changes, over ten days."""
        self.ground.add_users(user_ids)
        for user_id in user_ids:
            events = make_events(self.catalogue[:-10], user_id, count, seed=7)
            self.put([_on_day(event, number % 10) for number, event in enumerate(events)])

    def put(self, events: Sequence[Event]) -> None:
        """Write one user's events, and the films that come of them."""
        user_id = events[0].user_id
        self.written.setdefault(user_id, []).extend(events)
        last = {event.film_id: event for event in events}

        def work(tx: Tx) -> None:
            first = self.outbox.next_seq(tx, user_id, len(events))
            assert first == events[0].seq
            self.outbox.append(tx, *events)
            for film_id, event in last.items():
                if event.after is None:
                    self.ground.entries.delete(tx, user_id, film_id)
                else:
                    self.ground.entries.save(tx, _entry(event))

        self.store.transact(work)

    def later(self, user_id: str, count: int = 1) -> None:
        """Have a user see so many films more, of the last ten; to be called once for each user."""
        held = len(self.written[user_id])
        events = make_events(self.catalogue[-10:], f"{user_id} later", count, seed=held)
        self.put(
            [
                msgspec.structs.replace(event, user_id=user_id, seq=held + event.seq)
                for event in events
            ]
        )

    def stream(self) -> None:
        """Apply what the figures lack."""
        self.applying.sweep()

    def fill(self, *user_ids: str, without: Sequence[int] = ()) -> None:
        """Take everybody's events, or some users', to the lake, but for these numbers."""
        chosen = user_ids or tuple(self.written)
        self.lake.take(
            [
                event
                for user_id in chosen
                for event in self.written[user_id]
                if event.seq not in without
            ]
        )

    def service(self, **instead: Any) -> BatchService:
        """Return the use case on all this."""
        parts: dict[str, Any] = {
            "store": self.store,
            "records": self.records,
            "figures": self.figures,
            "entries": self.ground.entries,
            "outbox": self.outbox,
            "clock": lambda: self.now,
            "histories": self.histories,
            "training": self.training,
            "films": self.films.get_many,
            "rebuild": self._rebuild,
        }
        return BatchService(BatchParts(**(parts | instead)))

    def run(self, report: Report = silent, *, repair: bool = True) -> BatchReport:
        """Run the batch a minute later than the last."""
        self.now += timedelta(minutes=1)
        return self.service().nightly(report, repair=repair)

    def seen(self, user_id: str) -> BatchFigures | None:
        """Return what readers of the batch view see."""
        return self.store.snapshot(lambda tx: self.records.figures(tx, user_id))

    def differing(self) -> list[str]:
        """Say whose batch view is not what the stream has; nobody's, it should be."""
        return [user_id for user_id in self.written if not self._same(user_id)]

    def last_events(self, user_id: str) -> list[Event]:
        """Return the last event of each film that the user has, by film."""
        last = {event.film_id: event for event in self.written[user_id]}
        return [event for _, event in sorted(last.items()) if event.after is not None]

    def manifest(self) -> dict[str, Any]:
        """Return what the training data says of itself."""
        found: dict[str, Any] = msgspec.json.decode(
            (self.folder / "training" / "manifest.json").read_bytes()
        )
        return found

    def _same(self, user_id: str) -> bool:
        seen = self.seen(user_id)
        known: Delta = self.store.snapshot(lambda tx: self.figures.figures(tx, user_id))
        if seen is None or seen.figures is None:
            return False
        return own(known).pruned() == from_plain(seen.figures) and seen.seq == len(
            self.written[user_id]
        )

    def _rebuild(self, user_id: str) -> None:
        self.rebuilt.append(user_id)
        self.stats.rebuild(user_id)


def _on_day(event: Event, days: int) -> Event:
    at = to_iso(from_iso(event.occurred_at) - timedelta(days=days))
    return msgspec.structs.replace(event, occurred_at=at)


def _entry(event: Event) -> Entry:
    image = event.after
    assert image is not None
    return Entry(
        user_id=event.user_id,
        film_id=event.film_id,
        facts=image.film,
        rating=image.rating,
        liked=image.liked,
        watchlist=image.watchlist,
        tags=image.tags,
        watches=tuple(
            msgspec.structs.replace(watch, watch_id=f"w{place}")
            for place, watch in enumerate(image.watches)
        ),
        added_at=event.occurred_at,
        updated_at=event.occurred_at,
        version=1,
        seq=event.seq,
    )


@contextmanager
def lake_in(folder: Path) -> Iterator[LakeBench]:
    """Yield a lake with a store of its own for its records."""
    store: Database = open_database(folder / "lake-records")
    try:
        yield LakeBench(folder / "lake", store)
    finally:
        store.close()


@contextmanager
def sqlite_night(folder: Path, films: int = 40, *, fresh: bool = True) -> Iterator[NightBench]:
    """Yield a bench on an SQLite file, which is not `fresh` where another made it."""
    from cinematch.films.sqlite import SqliteFilms
    from cinematch.stats.sqlite.batch import SqliteBatchRecords
    from tests.support.tracker import SqliteGround

    ground = SqliteGround(folder / "data")
    with lake_in(folder) as lake:
        yield NightBench(
            ground, SqliteBatchRecords(), SqliteFilms(), folder, lake,
            PlainHistories(lake), FILMS[:films], fresh,
        )  # fmt: skip
    ground.store.close()


@contextmanager
def mongo_night(server: MongoServer, folder: Path) -> Iterator[NightBench]:
    """Yield a bench on a MongoDB database of its own."""
    from cinematch.films.mongo import MongoFilms
    from cinematch.stats.mongo import MongoBatchRecords
    from tests.support.mongo_tracker import mongo_ground

    with mongo_ground(server) as ground, lake_in(folder) as lake:
        yield NightBench(
            ground, MongoBatchRecords(), MongoFilms(), folder, lake,
            PlainHistories(lake),
        )  # fmt: skip
