"""The same events through the embedded follower and through Kafka and Spark, and what differs."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from confluent_kafka import Producer
from pyspark.sql import SparkSession

from cinematch.diary.core import Entry
from cinematch.events.core import Event
from cinematch.infra.ports import Tx
from cinematch.infra.signals import Signals
from cinematch.stats.core.delta import Delta
from cinematch.stats.core.trends import WINDOWS, days_of
from cinematch.stats.follower import Follower
from cinematch.stats.service import Parts, StatsService
from cinematch.stats.service.applying import ApplyOptions, ApplyService
from cinematch.stats.service.reading import COUNTER_KINDS
from cinematch.stats.service.top_lists import top_lists
from cinematch.stats.spark.run import follow_stream
from cinematch.stats.spark.stream import StatsStream, StreamOptions
from cinematch.stats.spark.trends import TrendsOptions, TrendsStream
from tests.support.community import CommunityBench
from tests.support.kafka import KafkaServer
from tests.support.recorded_day import NOW, Message, RecordedDay

Item = TypeVar("Item")
_AT_ONCE = 1_000  # documents in one transaction of filling
_PER_BATCH = 6_000  # messages of one batch of Spark's


class Embedded:
    """The follower over SQLite, in this process."""

    def __init__(self, bench: CommunityBench) -> None:
        self.bench = bench
        self.follower = Follower(
            bench.store, bench.outbox, bench.figures, Signals(), bench.clock, batch=700
        )
        self.pages = StatsService(_parts(bench, self.follower))

    def run(self) -> None:
        """Apply everything."""
        self.follower.catch_up()


class Distributed:
    """Both streams over MongoDB; Kafka brings what it is given."""

    def __init__(
        self, bench: CommunityBench, kafka: KafkaServer, spark: SparkSession, folder: Path
    ) -> None:
        self.bench, self._kafka, self._spark, self._folder = bench, kafka, spark, folder
        self._topic = kafka.fresh_topic()
        self._service = ApplyService(
            bench.store, bench.outbox, bench.figures, Signals(), bench.clock,
            options=ApplyOptions(community=False),
        )  # fmt: skip
        self.pages = StatsService(_parts(bench, None))
        # As on the first day of an installation: what comes later is the stream's to count.
        bench.community.ensure()

    def send(self, messages: Sequence[Message]) -> None:
        """Put messages into the topic."""
        producer = Producer(
            {"bootstrap.servers": self._kafka.bootstrap, "enable.idempotence": True}
        )
        for key, value in messages:
            producer.produce(self._topic, key=key, value=value)
            producer.poll(0)
        assert producer.flush(60) == 0

    def run(self) -> None:
        """Apply all that the topic holds by stream 1, then by stream 2."""
        options: dict[str, Any] = {
            "servers": self._kafka.bootstrap,
            "topic": self._topic,
            "checkpoints": self._folder,
            "trigger": "availableNow",
            "per_batch": _PER_BATCH,
        }
        stats = StatsStream(self._spark, self._service, StreamOptions(**options))
        follow_stream(stats, threading.Event())
        trends = TrendsStream(self._spark, self.bench.community, TrendsOptions(**options))
        follow_stream(trends, threading.Event())


def fill(bench: CommunityBench, day: RecordedDay) -> None:
    """Put a day's films, events and what came of them into a store, in bulk."""
    bench.add_films(day.films.values())
    for user_id, last in day.seqs.items():
        bench.store.transact(partial(_give, bench, user_id, last))
    for events in _chunks(iter(day.events)):
        bench.store.transact(partial(_append, bench, events))
    for entries in _chunks(day.entries()):
        bench.store.transact(partial(_save, bench, entries))


@dataclass
class Comparison:
    """What was compared, in documents and in figures, and what differs, in words."""

    documents: int = 0
    figures: int = 0
    differences: list[str] = field(default_factory=list)

    def see(self, what: str, left: Any, right: Any, *, documents: int = 1) -> None:
        """Compare two things that should be equal."""
        self.documents += documents
        self.figures += _size(left)
        if left != right:
            self.differences += list(_between(what, left, right))


def compare(
    embedded: Embedded, distributed: Distributed, day: RecordedDay, shown: Sequence[str]
) -> Comparison:
    """Compare every derived document of both, and what is served of the users `shown`."""
    told = Comparison()
    sides = (embedded, distributed)
    for user_id in day.users:
        left, right = (_of_user(side.bench, user_id) for side in sides)
        told.see(f"{user_id} standing", left[0], right[0])
        told.see(f"{user_id} counters", left[1], right[1])
        _see_delta(told, user_id, left[2], right[2])
        told.see(f"{user_id} seq", left[0]["seq"], day.seqs[user_id])
    community = [side.bench.store.snapshot(side.bench.figures.community) for side in sides]
    _see_delta(told, "community", *community)
    for window in WINDOWS:
        told.see(f"top lists {window}", *(_top(side.bench, window) for side in sides))
        told.see(f"trends {window}", *(_read(side.pages.trends(window)) for side in sides))
    for user_id in shown:
        told.see(
            f"user-stats {user_id}", *(_read(side.pages.user_stats(user_id)) for side in sides)
        )
    return told


def _see_delta(told: Comparison, what: str, left: Delta, right: Delta) -> None:
    """Compare figures; each affinity, film and day is a document of its own."""
    for part in ("scalars", "counters", "affinities", "names", "films", "trend_days"):
        one, other = getattr(left.pruned(), part), getattr(right.pruned(), part)
        several = len(one) if part in ("affinities", "films", "trend_days") else 0
        told.see(f"{what} {part}", one, other, documents=several)


def _of_user(bench: CommunityBench, user_id: str) -> tuple[dict[str, Any], Any, Delta]:
    def work(tx: Tx) -> tuple[dict[str, Any], Any, Delta]:
        figures = bench.figures
        standing = figures.standing(tx, user_id)
        known = {
            **standing.scalars, "seq": standing.seq, "as_of": standing.as_of,
            "epoch": standing.epoch,
        }  # fmt: skip
        counters = figures.counters(tx, user_id, COUNTER_KINDS)
        return known, counters, figures.figures(tx, user_id)

    return bench.store.snapshot(work)


def _top(bench: CommunityBench, window: str) -> dict[str, Any]:
    days = days_of(window, NOW.date())
    return bench.store.snapshot(lambda tx: top_lists(bench.figures, tx, *days))


def _read(body: bytes) -> Any:
    return msgspec.json.decode(body)


def _between(what: str, left: Any, right: Any) -> Iterator[str]:
    if isinstance(left, dict) and isinstance(right, dict):
        for key in {*left, *right}:
            if left.get(key) != right.get(key):
                yield f"{what} {key}: {left.get(key)!r}, but distributed {right.get(key)!r}"
    else:
        yield f"{what}: {left!r}, but distributed {right!r}"


def _size(value: Any) -> int:
    """Return how many single values there are in something."""
    if isinstance(value, dict):
        return sum(map(_size, value.values()))
    return sum(map(_size, value)) if isinstance(value, list | tuple) else 1


def _parts(bench: CommunityBench, follower: Follower | None) -> Parts:
    """Return what the pages are made of; without a follower, streams do the work."""
    return Parts(
        store=bench.store,
        figures=bench.figures,
        lists=bench.lists,
        entries=bench.entries,
        outbox=bench.outbox,
        signals=Signals(),
        clock=bench.clock,
        catch_up=follower.catch_up if follower else lambda: 0,
        community=None if follower else bench.records,
        counting=None if follower else bench.community,
    )


def _chunks(items: Iterator[Item]) -> Iterator[list[Item]]:
    while chunk := list(islice(items, _AT_ONCE)):
        yield chunk


def _give(bench: CommunityBench, user_id: str, last: int, tx: Tx) -> None:
    bench.outbox.next_seq(tx, user_id, last)


def _append(bench: CommunityBench, events: Sequence[Event], tx: Tx) -> None:
    bench.outbox.append(tx, *events)


def _save(bench: CommunityBench, entries: Sequence[Entry], tx: Tx) -> None:
    bench.entries.save(tx, *entries)
