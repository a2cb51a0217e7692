"""Stream 1's throughput in events a second, on a real broker, a real Spark and a MongoDB server.

- `described`: the described design (tracker spec, T152 to T169) as it stands before anything is
  combined: one increment for each counter of each event, a catalogue query per batch, upserts.
- `dropped`: the same Spark reads the same topic, parses its JSON and drops it; ours, beside it,
  writes into nothing.
- `raw`: the very writes that ours made, sent again in bulk to a fresh database, in one transaction:
  no reads, no Spark. (Without the transaction the test server is slower still: it syncs each.)

All through Structured Streaming with the trigger `availableNow`; measured is the time that its
batches took, so that the start of a query counts for nobody.
"""

import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from confluent_kafka import Producer
from pymongo import MongoClient, UpdateOne, monitoring
from pyspark.sql import DataFrame, SparkSession

from benchmarks.harness import Figure, against, in_turns, options, report
from benchmarks.workload import make_events, make_films
from cinematch.events.core import Event, FilmFacts, decode, encode
from cinematch.events.mongo import COLLECTIONS as OUTBOX
from cinematch.events.mongo import MongoOutbox
from cinematch.infra.mongo import Collection, MongoStore, MongoTx, open_mongo, prepare
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import system_clock
from cinematch.stats.core.delta import delta
from cinematch.stats.mongo import COLLECTIONS as STATS
from cinematch.stats.mongo import MongoStats
from cinematch.stats.ports import StatsRepository, UserDelta
from cinematch.stats.service.applying import ApplyOptions, ApplyService
from cinematch.stats.spark.stream import StatsStream, StreamOptions
from tests.support.kafka import KafkaServer
from tests.support.mongo import MongoServer
from tests.support.spark import spark_session

T = TypeVar("T")
_COLLECTIONS = (Collection("users"), Collection("movies_catalog"), *OUTBOX, *STATS)
_EVENT = """
    event_id STRING, user_id STRING, seq BIGINT, event_type STRING, occurred_at STRING,
    before STRUCT<{image}>, after STRUCT<{image}>, cause STRING, schema_version INT
""".format(
    image="film STRUCT<film_id: STRING, title: STRING, year: INT, runtime: INT,"
    " genres: ARRAY<STRING>, directors: ARRAY<ARRAY<STRING>>, cast: ARRAY<ARRAY<STRING>>,"
    " countries: ARRAY<STRING>, languages: ARRAY<STRING>>, rating: INT,"
    " watches: ARRAY<STRUCT<watch_id: STRING, date: STRING, rewatch: BOOLEAN, context: STRING>>,"
    " liked: BOOLEAN, watchlist: BOOLEAN, has_review: BOOLEAN, tags: ARRAY<STRING>"
)


@dataclass
class Ground:
    """What all runs share: the servers, the session, and topics with events."""

    spark: SparkSession
    kafka: KafkaServer
    mongo: MongoServer
    folder: Path
    films: Sequence[FilmFacts] = field(default_factory=lambda: make_films(4000))

    def topic(self, users: int, each: int) -> "Topic":
        """Make a topic with `each` events of each user, the users taking turns."""
        names = [f"user{number:04}" for number in range(users)]
        streams = [make_events(self.films, name, each, seed=2) for name in names]
        events = [event for turn in zip(*streams, strict=True) for event in turn]
        known = sorted({event.film_id for event in events})
        topic = Topic(self.kafka.fresh_topic(partitions=2), names, known, len(events))
        send(self.kafka, topic.name, events)
        return topic


@dataclass(frozen=True)
class Topic:
    """A topic: whose events it holds, about which films, and how many."""

    name: str
    users: Sequence[str]
    films: Sequence[str]
    events: int


def send(kafka: KafkaServer, topic: str, events: Iterable[Event]) -> None:
    """Publish events as the relay does."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap, "enable.idempotence": True})
    for count, event in enumerate(events):
        producer.produce(topic, key=event.user_id, value=encode(event))
        if count % 1000 == 0:
            producer.poll(0)
    producer.flush()


_LAST = 2**40  # past every event: the outbox, whose last number bounds what is taken, is left out


class Nowhere:
    """Figures, store and outbox in one that only remember how far each user has come."""

    def __init__(self, users: Iterable[str]) -> None:
        self._seqs = dict.fromkeys(users, 0)

    def transact(self, work: Callable[[Tx], T]) -> T:
        return work(None)

    snapshot = transact

    def progress(self, _tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        return {user_id: self._seqs[user_id] for user_id in user_ids}

    def last_seqs(self, _tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        return dict.fromkeys(user_ids, _LAST)

    def begin(self, _tx: Tx, _user_ids: Iterable[str]) -> None:
        """There is nothing to begin."""

    def apply(self, _tx: Tx, changes: Sequence[UserDelta]) -> None:
        self._seqs.update((change.user_id, change.seq) for change in changes)

    def forget_days(self, _tx: Tx, _before: str) -> None:
        """There are none."""

    def negatives(self, _tx: Tx, _user_ids: Iterable[str]) -> list[str]:
        return []


def stream_rate(ground: Ground, topic: Topic, service: ApplyService, per_batch: int) -> float:
    """Run our stream over a topic; return events a second."""
    with tempfile.TemporaryDirectory() as folder:
        chosen = StreamOptions(
            servers=ground.kafka.bootstrap,
            topic=topic.name,
            checkpoints=Path(folder),
            trigger="availableNow",
            per_batch=per_batch,
        )
        query = StatsStream(ground.spark, service, chosen).start()
        query.awaitTermination()
        return rate_of(query.recentProgress, topic.events)


def rate_of(progress: Iterable[Mapping[str, Any]], expected: int) -> float:
    """Return rows a second of the batches that had some; all of them must have come."""
    batches = [(one["numInputRows"], one["durationMs"]["triggerExecution"]) for one in progress]
    rows: int = sum(count for count, _ in batches)
    assert rows == expected, (rows, expected)
    return rows / float(sum(spent for count, spent in batches if count)) * 1000


def dropped(ground: Ground, topic: Topic, per_batch: int) -> float:
    """Read, parse and drop in Spark alone; return events a second."""
    with tempfile.TemporaryDirectory() as folder:
        query = (
            messages(ground, topic, per_batch)
            .selectExpr(f"from_json(CAST(value AS STRING), '{_EVENT}') AS event")
            .writeStream.format("noop")
            .option("checkpointLocation", folder)
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()
        return rate_of(query.recentProgress, topic.events)


def messages(ground: Ground, topic: Topic, per_batch: int) -> DataFrame:
    """Return the topic as a stream."""
    return (
        ground.spark.readStream.format("kafka")
        .option("kafka.bootstrap.servers", ground.kafka.bootstrap)
        .option("subscribe", topic.name)
        .option("startingOffsets", "earliest")
        .option("maxOffsetsPerTrigger", per_batch)
        .load()
    )


def described(ground: Ground, topic: Topic) -> float:
    """Run the described design over a topic; return events a second."""
    with fresh(ground, topic) as store, tempfile.TemporaryDirectory() as folder:
        store.db.movies_catalog.insert_many([{"_id": film_id} for film_id in topic.films])

        def process(frame: DataFrame, _batch: int) -> None:
            events = [decode(bytes(row.value)) for row in frame.select("value").collect()]
            wanted = list({event.film_id for event in events})
            found = {one["_id"] for one in store.db.movies_catalog.find({"_id": {"$in": wanted}})}
            counters = [one for event in events if event.film_id in found for one in single(event)]
            for collection in ("user_stats_described", "user_affinities_described"):
                writes = [write for name, write in counters if name == collection]
                store.db[collection].bulk_write(writes, ordered=False)

        query = (
            messages(ground, topic, 1000)
            .writeStream.foreachBatch(process)
            .option("checkpointLocation", folder)
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()
        return rate_of(query.recentProgress, topic.events)


def single(event: Event) -> Iterator[tuple[str, UpdateOne]]:
    """Yield one increment for each counter that the described design moves (T161 to T169)."""
    change, user_id = delta(event), event.user_id
    amounts = {
        name: change.scalars.get(name, 0)
        for name in ("total_watched", "sum_half_stars", "watch_time_minutes")
    }
    amounts |= {
        f"{kind}.{key}": value
        for (kind, key), value in change.counters.items()
        if kind in {"rating", "month"}
    }
    for name, amount in amounts.items():
        if amount:
            yield (
                "user_stats_described",
                UpdateOne({"_id": user_id}, {"$inc": {name: amount}}, upsert=True),
            )
    for (kind, key), (count, _, half_stars) in change.affinities.items():
        if kind in {"director", "actor", "genre"} and (count or half_stars):
            for name, amount in (("count", count), ("sum_ratings", half_stars)):
                update = {"$inc": {name: amount}, "$set": {"name": change.names[kind, key]}}
                yield (
                    "user_affinities_described",
                    UpdateOne({"_id": f"{user_id}/{kind}/{key}"}, update, upsert=True),
                )


@contextmanager
def fresh(
    ground: Ground, topic: Topic, listener: monitoring.CommandListener | None = None
) -> Iterator[MongoStore]:
    """Yield a store on a database of its own, with the topic's users; it goes with the server."""
    url, name = ground.mongo.url("bench"), f"bench_{uuid.uuid4().hex[:12]}"
    if listener is None:
        store = open_mongo(ground.mongo.url(name))
    else:
        client: MongoClient[dict[str, Any]] = MongoClient(
            url, w="majority", journal=True, event_listeners=[listener]
        )
        store = MongoStore(client, name)
    try:
        prepare(store, _COLLECTIONS)
        store.db.users.insert_many(
            [{"_id": user_id, "user_id": user_id, "seq": _LAST} for user_id in topic.users]
        )
        yield store
    finally:
        store.close()


def ours(ground: Ground, topic: Topic, listener: monitoring.CommandListener | None = None) -> float:
    """Run our stream into MongoDB; return events a second."""
    with fresh(ground, topic, listener) as store:
        service = service_of(store, Signals())
        rate = stream_rate(ground, topic, service, per_batch=20_000)
        held = store.snapshot(lambda tx: MongoStats().progress(tx, topic.users))
        assert sum(held.values()) == topic.events
        return rate


def service_of(
    store: Store, signals: Signals, figures: StatsRepository | None = None
) -> ApplyService:
    """Return the use case as a cluster has it: the community's figures are another stream's."""
    return ApplyService(
        store,
        MongoOutbox(),
        figures or MongoStats(community=False),
        signals,
        system_clock,
        options=ApplyOptions(community=False),
    )


def nowhere(ground: Ground, topic: Topic, per_batch: int) -> float:
    """Run our stream into nothing; return events a second."""
    nothing: Any = Nowhere(topic.users)
    service = ApplyService(
        nothing, nothing, nothing, Signals(), system_clock, options=ApplyOptions(card_users=0)
    )
    return stream_rate(ground, topic, service, per_batch)


class Writes(monitoring.CommandListener):
    """Keeps the writes that go to the server, as they are."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, list[Any]]] = []

    def started(self, event: monitoring.CommandStartedEvent) -> None:
        parts = {"insert": "documents", "update": "updates", "delete": "deletes"}
        part = parts.get(event.command_name)
        # `users` are the ground, not the effect; outside a transaction there is no effect either.
        if part and event.command.get("txnNumber") and event.command.get("autocommit") is False:
            collection = event.command[event.command_name]
            self.sent.append((event.command_name, collection, list(event.command[part])))

    def succeeded(self, event: monitoring.CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: monitoring.CommandFailedEvent) -> None:
        """The run ends with it."""


def raw(ground: Ground, topic: Topic, writes: Writes) -> float:
    """Send our own writes again in one transaction, and nothing else; return events a second."""
    parts = {"insert": "documents", "update": "updates", "delete": "deletes"}

    def work(tx: MongoTx) -> None:
        for command, collection, found in writes.sent:
            sent = {command: collection, parts[command]: found, "ordered": True}
            assert tx.db.command(sent, session=tx.session)["ok"]

    with fresh(ground, topic) as store:
        began = time.perf_counter()
        store.transact(work)
        return topic.events / (time.perf_counter() - began)


def measure(ground: Ground, *, quick: bool) -> list[Figure]:
    """Let ours and the baselines take turns."""
    wide = ground.topic(users=500, each=16 if quick else 80)
    stored = ground.topic(users=40, each=10 if quick else 50)
    small = ground.topic(users=5, each=2 if quick else 20)
    per_batch = wide.events // 2
    writes = Writes()
    nowhere(ground, wide, per_batch), dropped(ground, wide, per_batch)  # the JVM warms up
    ours(ground, stored, writes)
    measured = in_turns(
        {
            "nowhere": lambda: nowhere(ground, wide, per_batch),
            "dropped": lambda: dropped(ground, wide, per_batch),
            "ours": lambda: ours(ground, stored),
            "raw": lambda: raw(ground, stored, writes),
            "described": lambda: described(ground, small),
        }
    )
    count = sum(len(found) for _, _, found in writes.sent)
    return [
        _beside(measured, "nowhere", "dropped", wide.events, "aim ≥ 0.4"),
        _beside(
            measured, "ours", "described", stored.events, f"aim ≥ 5 (on {small.events} events)"
        ),
        _beside(measured, "ours", "raw", stored.events, f"aim ≥ 0.6; {count} writes"),
    ]


_NAMES = {
    "nowhere": "stream, into nothing",
    "ours": "stream, into the store",
    "dropped": "Spark reading, parsing and dropping",
    "described": "the described design",
    "raw": "the store's raw bulk writes",
}


def _beside(
    measured: Mapping[str, Sequence[float]], what: str, other: str, n: int, note: str
) -> Figure:
    name = f"{_NAMES[what]}, against {_NAMES[other]}"
    return against(name, measured[what], measured[other], unit="events/s", n=n, note=note)


@contextmanager
def ground_of(folder: Path) -> Iterator[Ground]:
    """Start a broker, a database server and a Spark; end them afterwards."""
    with ExitStack() as stack:
        kafka, mongo = KafkaServer(folder / "kafka"), MongoServer(folder / "mongo")
        for server in (kafka, mongo):
            stack.callback(server.stop)
        starting = [threading.Thread(target=server.start) for server in (kafka, mongo)]
        for thread in starting:
            thread.start()
        session = stack.enter_context(spark_session("benchmark"))
        for thread in starting:
            thread.join()
        yield Ground(session, kafka, mongo, folder)


def main() -> None:
    """Start the parts, measure and print."""
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder, ground_of(Path(folder)) as ground:
        figures = measure(ground, quick=chosen.quick)
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
