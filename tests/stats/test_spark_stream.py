"""Stream 1 on a real broker, a real Spark and a server that speaks MongoDB's protocol.

Whatever is doubled, torn, lost, killed or made anew: figures equal the contribution of the films.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest
from confluent_kafka import Producer
from pyspark.sql import SparkSession

from cinematch.events.core import Event, encode
from cinematch.stats.service.applying import ApplyOptions
from cinematch.stats.spark.run import follow_stream
from cinematch.stats.spark.stream import StatsStream, StreamOptions, topic_id
from tests.support.applying import Stage, mongo_stage
from tests.support.kafka import KafkaServer
from tests.support.mongo import MongoServer
from tests.support.ports import free_port
from tests.support.spark import spark_session

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(300)]
USERS = tuple(f"user{number}" for number in range(8))
CHILD = """
import logging, signal, sys, threading
from pathlib import Path
from cinematch.events.mongo import MongoOutbox
from cinematch.infra.mongo import open_mongo
from cinematch.infra.signals import Signals
from cinematch.kit.clock import system_clock
from cinematch.stats.mongo import MongoStats
from cinematch.stats.service.applying import ApplyOptions, ApplyService
from cinematch.stats.spark.run import run_stats_stream
from cinematch.stats.spark.stream import StreamOptions
from tests.support.spark import small_options

url, servers, topic, checkpoints = sys.argv[1:]
stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda *_: stopping.set())
logging.basicConfig(level="INFO")
store = open_mongo(url)
service = ApplyService(
    store, MongoOutbox(), MongoStats(), Signals(), system_clock, options=ApplyOptions(group=5)
)
options = StreamOptions(servers=servers, topic=topic, checkpoints=Path(checkpoints), per_batch=60)
run_stats_stream(service, small_options("child"), options, stopping)
store.close()
"""


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session() as session:
        yield session


@pytest.fixture
def stage(mongo_server: MongoServer) -> Iterator[Stage]:
    with mongo_stage(mongo_server) as built:
        built.add_users(USERS)
        yield built


class Rig:
    """A topic, a folder of checkpoints and the stream between them and a stage."""

    def __init__(self, spark: SparkSession, kafka: KafkaServer, stage: Stage, folder: Path) -> None:
        self.spark, self.kafka, self.stage, self.folder = spark, kafka, stage, folder
        self.topic = kafka.fresh_topic(partitions=2)

    def publish(self, events: Iterable[Event]) -> None:
        """Send events as the relay does."""
        self.send((event.user_id.encode(), encode(event)) for event in events)

    def send(self, messages: Iterable[tuple[bytes | None, bytes | None]]) -> None:
        producer = Producer({"bootstrap.servers": self.kafka.bootstrap, "enable.idempotence": True})
        for key, value in messages:
            producer.produce(self.topic, key=key, value=value)
        assert producer.flush(30) == 0

    def options(self, trigger: str = "availableNow") -> StreamOptions:
        return StreamOptions(
            servers=self.kafka.bootstrap,
            topic=self.topic,
            checkpoints=self.folder,
            trigger=trigger,
            per_batch=100,
        )

    def stream(self, trigger: str = "availableNow") -> StatsStream:
        service = self.stage.service(ApplyOptions(group=5))
        return StatsStream(self.spark, service, self.options(trigger))

    def run(self) -> None:
        """Apply all that the topic holds, through whatever failures."""
        follow_stream(self.stream(), threading.Event())

    def child(self) -> "subprocess.Popen[bytes]":
        """Start the stream as a process, with its JVM in a group of its own."""
        url = f"mongodb://127.0.0.1:{self.stage_port}/{self.stage_name}?journal=true"
        return subprocess.Popen(
            [sys.executable, "-c", CHILD, url, self.kafka.bootstrap, self.topic, str(self.folder)],
            start_new_session=True,
        )

    @property
    def stage_port(self) -> int:
        return int(self.stage.store.client.address[1])  # type: ignore[attr-defined]

    @property
    def stage_name(self) -> str:
        return str(self.stage.store.db.name)  # type: ignore[attr-defined]

    def reached(self) -> int:
        """Return how many events are in the figures."""
        return sum(self.stage.held().values())

    def assert_right(self, held: dict[str, int]) -> None:
        assert self.stage.held() == held
        assert self.stage.differences() == []


@pytest.fixture
def rig(spark: SparkSession, kafka_server: KafkaServer, stage: Stage, tmp_path: Path) -> Rig:
    return Rig(spark, kafka_server, stage, tmp_path)


def stuttering(events: Sequence[Event]) -> Iterator[Event]:
    """Yield some of the events twice or thrice, as a relay that was killed would."""
    for place, event in enumerate(events):
        yield event
        if place % 50 == 49:
            yield from events[place - 30 : place + 1]


def test_doubled_torn_and_deleted_events_come_out_right_twice_over(rig: Rig) -> None:
    events = rig.stage.live(USERS, 20)
    rig.publish(stuttering(events[:90]))
    rig.send(
        [(b"user1", b"torn"), (None, b"{}"), (b"user2", None), (b"\xff", b"\x00"), (None, None)]
    )
    rig.publish(stuttering(events[90:]))
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 20))
    letters = rig.stage.store.snapshot(lambda tx: rig.stage.figures.dead_letters(tx, 99))
    assert len(letters) == 4
    shutil.rmtree(rig.folder)
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 20))
    assert len(rig.stage.store.snapshot(lambda tx: rig.stage.figures.dead_letters(tx, 99))) == 4


def test_what_a_topic_made_anew_has_lost_comes_from_the_outbox(rig: Rig) -> None:
    events = rig.stage.live(USERS, 10)
    rig.publish(events[:40])
    rig.run()
    rig.kafka.delete_topic(rig.topic)
    rig.kafka.make_topic(rig.topic, 2)
    rig.publish(events[64:])
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 10))


def test_messages_that_expired_before_they_were_read_come_from_the_outbox(rig: Rig) -> None:
    """Of the users without a later message, too: a sweep follows a loss."""
    events = rig.stage.live(USERS, 10)
    rig.publish(events[:24])
    rig.run()
    rig.publish(events[24:])
    rig.kafka.forget_messages(rig.topic)
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 10))


def test_killed_in_mid_run_with_its_jvm_and_started_again(rig: Rig) -> None:
    events = rig.stage.live(USERS, 30)
    rig.publish(events)
    with rig.child() as child:
        try:
            wait_until(lambda: rig.reached() > 60, child)
        finally:
            os.killpg(child.pid, signal.SIGKILL)
    assert rig.reached() < len(events), "it was through before it was killed"
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 30))


def test_a_signal_ends_it_within_ten_seconds_with_its_jvm(rig: Rig) -> None:
    events = rig.stage.live(USERS, 30)
    rig.publish(events)
    with rig.child() as child:
        try:
            wait_until(lambda: rig.reached() > 0, child)
            began = time.monotonic()
            child.terminate()
            assert child.wait(30) == 0
            assert time.monotonic() - began < 10
            assert living(child.pid) == []
        finally:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGKILL)
    rig.run()
    rig.assert_right(dict.fromkeys(USERS, 30))


def test_brokers_that_do_not_answer_hold_nobody_for_long(spark: SparkSession) -> None:
    began = time.monotonic()
    with pytest.raises(Exception, match="TimeoutException"):
        topic_id(spark, f"127.0.0.1:{free_port()}", "events")
    assert time.monotonic() - began < 30


def living(group: int) -> list[int]:
    """Return the processes of a group that run; those dead and not yet buried do not."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(of) == group and state != "Z":
            found.append(int(stat.parent.name))
    return found


def wait_until(true: Callable[[], bool], child: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 90
    while not true():
        assert child.poll() is None, "the stream ended"
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
