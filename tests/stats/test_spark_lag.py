"""The streams' lag, as Kafka's own tools and an autoscaler see it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinematch.stats.spark.lag import GroupOffsets
from cinematch.stats.spark.run import follow_stream
from tests.support.kafka import KafkaServer
from tests.support.spark import spark_session

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(400)]
_SECONDS = 90


@pytest.fixture(scope="module")
def session() -> Iterator[SparkSession]:
    with spark_session("lag") as found:
        yield found


class Reading:
    """A query that reads a topic and does nothing else."""

    def __init__(self, session: SparkSession, servers: str, topic: str, folder: Path) -> None:
        self._session = session
        self._servers = servers
        self._topic = topic
        self._folder = folder
        self.read = 0

    def start(self) -> StreamingQuery:
        messages = (
            self._session.readStream.format("kafka")
            .option("kafka.bootstrap.servers", self._servers)
            .option("subscribe", self._topic)
            .option("startingOffsets", "earliest")
            .load()
        )
        writer = messages.writeStream.foreachBatch(self._count)
        return writer.option("checkpointLocation", str(self._folder)).start()

    def recover(self, error: Exception) -> bool:
        return False

    def _count(self, frame: Any, batch: int) -> None:
        self.read += frame.count()


def _send(server: KafkaServer, topic: str, count: int) -> None:
    producer = Producer({"bootstrap.servers": server.bootstrap})
    for number in range(count):
        producer.produce(topic, b"event", key=str(number).encode())
    assert producer.flush(30) == 0


def _told(server: KafkaServer, topic: str, group: str, partitions: int) -> Mapping[int, int]:
    """Return the offsets that the group has committed; it has no member, and this makes none."""
    consumer = Consumer(
        {"bootstrap.servers": server.bootstrap, "group.id": group, "enable.auto.commit": False}
    )
    try:
        asked = [TopicPartition(topic, number) for number in range(partitions)]
        found = consumer.committed(asked, timeout=10)
    except KafkaException:
        # A broker that is new makes the topic of all groups' offsets first.
        return {}
    finally:
        consumer.close()
    return {one.partition: one.offset for one in found if one.offset >= 0}


def _wait(reached: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _SECONDS
    while not reached():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_the_group_of_a_stream_shows_what_it_has_finished(
    session: SparkSession, kafka_server: KafkaServer, tmp_path: Path
) -> None:
    topic = kafka_server.fresh_topic(partitions=3)
    stream = Reading(session, kafka_server.bootstrap, topic, tmp_path)
    lags: list[int] = []
    watch = GroupOffsets(
        session, kafka_server.bootstrap, topic, f"stats-{topic}", behind=lags.append
    )
    told = partial(_told, kafka_server, topic, f"cinematch-stats-{topic}", 3)
    stopping = threading.Event()
    running = threading.Thread(target=follow_stream, args=(stream, stopping, watch))
    running.start()
    try:
        for sent in (200, 500):
            _send(kafka_server, topic, sent - stream.read)
            _wait(lambda sent=sent: sum(told().values()) == sent)  # type: ignore[misc]
    finally:
        stopping.set()
        running.join(_SECONDS)
        watch.close()
    assert stream.read == 500
    assert lags[-1] == 0


def test_a_broker_that_does_not_answer_stops_no_stream(
    session: SparkSession, kafka_server: KafkaServer, tmp_path: Path
) -> None:
    topic = kafka_server.fresh_topic(partitions=2)
    stream = Reading(session, kafka_server.bootstrap, topic, tmp_path)
    nowhere = GroupOffsets(session, "127.0.0.1:1", topic, "stats")
    stopping = threading.Event()
    running = threading.Thread(target=follow_stream, args=(stream, stopping, nowhere))
    running.start()
    try:
        for sent in (50, 120):
            _send(kafka_server, topic, sent - stream.read)
            _wait(lambda sent=sent: stream.read == sent)  # type: ignore[misc]
    finally:
        stopping.set()
        began = time.monotonic()
        running.join(_SECONDS)
        nowhere.close()
    assert not running.is_alive()
    assert time.monotonic() - began < 30
