"""Stream 2 on a real broker, a real Spark and a server that speaks MongoDB's protocol.

Whatever is doubled, late, lost or replayed: the community is a recount of everybody's films.
"""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from confluent_kafka import Producer
from pyspark.sql import SparkSession

from cinematch.events.core import decode
from cinematch.infra.mongo import MongoStore
from cinematch.kit.clock import from_iso, system_clock
from cinematch.stats.ports import CommunityStanding
from cinematch.stats.service.community import GLOBAL
from cinematch.stats.spark.run import follow_stream
from cinematch.stats.spark.trends import TrendsOptions, TrendsStream
from tests.support.builders import facts, image
from tests.support.community import NOW, CommunityBench, mongo_bench
from tests.support.kafka import KafkaServer
from tests.support.mongo import MongoServer
from tests.support.spark import spark_session

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(300)]
USERS = ("u", "v", "w")
FILMS = [facts(f"film{n}", genres=(("Drama", "War", "Noir")[n % 3],)) for n in range(6)]
TODAY = NOW.date()
CHILD = """
import sys, threading
from pathlib import Path
from cinematch.infra.mongo import open_mongo
from cinematch.stats.spark.trends import TrendsOptions, run_trends_stream
from tests.support.community import bench_on
from tests.support.spark import small_options

url, servers, topic, checkpoints = sys.argv[1:]
options = TrendsOptions(
    servers=servers, topic=topic, checkpoints=Path(checkpoints), trigger="0 seconds", per_batch=10
)
community = bench_on(open_mongo(url)).community
run_trends_stream(community, small_options("child"), options, threading.Event())
"""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session() as session:
        yield session


@pytest.fixture
def bench(mongo_server: MongoServer) -> Iterator[CommunityBench]:
    with mongo_bench(mongo_server) as built:
        built.add_users(USERS)
        built.add_films(FILMS)
        yield built


class Rig:
    """A topic, a folder of checkpoints and the stream between them and a bench."""

    def __init__(
        self, spark: SparkSession, kafka: KafkaServer, bench: CommunityBench, folder: Path
    ) -> None:
        self.spark, self.kafka, self.bench, self.folder = spark, kafka, bench, folder
        self.topic = kafka.fresh_topic(partitions=2)
        self._sent: set[bytes] = set()

    def send(self, payloads: Iterable[bytes]) -> None:
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "acks": "all"})
        for payload in payloads:
            producer.produce(self.topic, key=payload[:4], value=payload)
        assert producer.flush(30) == 0

    def relay(self) -> None:
        """Send what has not been sent, as the relay does."""
        new = [payload for payload in self.bench.payloads(*USERS) if payload not in self._sent]
        self._sent.update(new)
        self.send(new)

    def stream(self, trigger: str = "availableNow") -> TrendsStream:
        options = TrendsOptions(
            servers=self.kafka.bootstrap,
            topic=self.topic,
            checkpoints=self.folder,
            trigger=trigger,
            per_batch=20,
        )
        return TrendsStream(self.spark, self.bench.community, options)

    def run(self) -> None:
        """Count all that the topic holds, through whatever failures."""
        follow_stream(self.stream(), threading.Event())

    @contextmanager
    def running(self) -> Iterator[None]:
        """Have a query run meanwhile, each batch at once after the last."""
        stopping = threading.Event()
        following = threading.Thread(
            target=follow_stream, args=(self.stream("0 seconds"), stopping), daemon=True
        )
        following.start()
        try:
            yield
        finally:
            stopping.set()
            following.join(30)
        assert not following.is_alive()

    def child(self) -> "subprocess.Popen[bytes]":
        """Start the stream as a process, with its JVM in a group of its own."""
        store = self.bench.store
        assert isinstance(store, MongoStore)
        host, port = store.client.address or ("", 0)
        url = f"mongodb://{host}:{port}/{store.db.name}?journal=true"
        arguments = [url, self.kafka.bootstrap, self.topic, str(self.folder)]
        return subprocess.Popen([sys.executable, "-c", CHILD, *arguments], start_new_session=True)

    def standing(self) -> CommunityStanding:
        standing = self.bench.store.snapshot(self.bench.records.standing)
        assert standing is not None
        return standing

    def assert_right(self) -> None:
        assert self.bench.community.verify() == []
        for user_id in USERS:
            assert self.bench.held(user_id) == self.bench.last(user_id)


@pytest.fixture
def rig(
    spark: SparkSession, kafka_server: KafkaServer, bench: CommunityBench, tmp_path: Path
) -> Rig:
    return Rig(spark, kafka_server, bench, tmp_path)


def live(bench: CommunityBench, count: int, seed: int = 3) -> None:
    """Have everybody see, see again and take back films on days of the last two months."""
    chance = random.Random(seed)
    for _ in range(count):
        film = chance.choice(FILMS)
        dates = sorted(day(chance.randrange(58)) for _ in range(chance.randrange(4)))
        bench.put(chance.choice(USERS), film.film_id, image(film, *dates) if dates else None)


def day(back: int, today: date = TODAY) -> str:
    return (today - timedelta(days=back)).isoformat()


def test_doubled_torn_and_replayed_events_count_once(rig: Rig) -> None:
    rig.bench.community.ensure()
    live(rig.bench, 60)
    payloads = rig.bench.payloads(*USERS)
    rig.send([*payloads[:40], b"torn", b"", b"{}", *payloads[10:], *payloads[:5]])
    rig.run()
    rig.assert_right()
    once = rig.bench.days()
    shutil.rmtree(rig.folder)
    rig.run()
    rig.assert_right()
    assert rig.bench.days() == once


def test_an_event_too_big_for_the_topic_is_counted_with_the_message_that_tells_of_it(
    rig: Rig,
) -> None:
    rig.bench.community.ensure()
    live(rig.bench, 20)
    producer = Producer({"bootstrap.servers": rig.kafka.bootstrap, "acks": "all"})
    for user_id in (*USERS, "nobody"):
        producer.produce(rig.topic, key=user_id, value=None)
    assert producer.flush(30) == 0
    rig.run()
    rig.assert_right()
    assert rig.bench.days()


def test_a_community_never_counted_joins_the_stream_without_counting_twice(rig: Rig) -> None:
    live(rig.bench, 40)
    rig.relay()
    rig.run()
    assert rig.standing().source == "bootstrap"
    rig.assert_right()
    live(rig.bench, 20, seed=4)
    rig.relay()
    rig.run()
    assert rig.standing().source == "streaming_incremental"
    rig.assert_right()
    published = rig.bench.store.snapshot(lambda tx: rig.bench.records.published(tx, GLOBAL))
    assert published is not None
    assert published["revision"] == rig.standing().revision
    assert published["total_movies_analyzed"] == sum(
        value
        for (when, kind, _), value in rig.bench.days().items()
        if kind == "film" and day(30) <= when
    )


def test_what_retention_took_away_is_counted_from_the_truth(rig: Rig) -> None:
    rig.bench.community.ensure()
    live(rig.bench, 25)
    rig.relay()
    rig.run()
    live(rig.bench, 25, seed=4)
    rig.relay()
    rig.kafka.forget_messages(rig.topic)
    live(rig.bench, 5, seed=5)
    rig.relay()
    rig.run()
    rig.assert_right()


def test_the_watermark_follows_the_events_by_an_hour_and_late_ones_count(rig: Rig) -> None:
    # Spark has the system's clock, which no watermark passes; so all of this has been. At noon: an
    # hour before is the same day.
    rig.bench.now = (system_clock() - timedelta(days=3)).replace(hour=12)
    long_ago, yesterday = (days_before(rig.bench, back) for back in (59, 1))
    rig.bench.put("u", "film0", image(FILMS[0], long_ago))
    rig.bench.community.ensure()
    rig.bench.put("v", "film1", image(FILMS[1], yesterday))
    late = rig.bench.payloads("v")
    rig.bench.push(days=2)
    expected = rig.bench.now - timedelta(hours=1)
    with rig.running():
        wait_for(lambda: abs(step(rig) - expected) < timedelta(milliseconds=1))
    assert {key[0] for key in rig.bench.days()} == {days_before(rig.bench, 0)}
    assert from_iso(decode(late[0]).occurred_at) < expected
    rig.send(late)
    rig.run()
    assert rig.bench.days()[yesterday, "film", "film1"] == 1
    rig.assert_right()


def days_before(bench: CommunityBench, back: int) -> str:
    return day(back, bench.now.date())


def step(rig: Rig) -> datetime:
    """See a film, wait until that is counted, and return the watermark."""
    bench = rig.bench
    bench.put("u", "film2", image(FILMS[2], *[days_before(bench, 0)] * (bench.last("u") + 1)))
    rig.send(bench.payloads("u")[-1:])
    wait_for(lambda: bench.held("u") == bench.last("u"))
    return from_iso(rig.standing().watermark or "2000-01-01")


def test_a_running_query_publishes_what_comes(rig: Rig) -> None:
    with rig.running():
        rig.bench.put("u", "film0", image(FILMS[0], day(0)))
        rig.relay()
        wait_for(lambda: top(rig.bench) == [("Film0", 1)])
    rig.assert_right()


def test_killed_in_mid_run_with_its_jvm_and_started_again(rig: Rig) -> None:
    rig.bench.community.ensure()
    live(rig.bench, 80)
    rig.relay()
    for held in (15, 40):
        with rig.child() as child:
            try:
                wait_for(lambda least=held: sum(map(rig.bench.held, USERS)) >= least)  # type: ignore[misc]
            finally:
                os.killpg(child.pid, signal.SIGKILL)
    rig.run()
    rig.assert_right()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "It did not come about within two minutes."
        time.sleep(0.05)


def top(bench: CommunityBench) -> list[tuple[str, int]]:
    published = bench.store.snapshot(lambda tx: bench.records.published(tx, GLOBAL))
    return [(film["title"], film["count"]) for film in (published or {}).get("top_movies", [])]
