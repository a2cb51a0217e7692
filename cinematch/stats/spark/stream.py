"""Stream 1: the topic's events to everybody's figures, by Spark Structured Streaming.

Spark brings the messages and keeps the offsets; it holds no state that the store does not hold.
Rows go to the driver in columns, where the core folds them: measured, that is quicker than any
aggregation inside Spark that ends in Python.
"""

import logging
import shutil
import time
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field
from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinematch.kit.clock import Clock, system_clock
from cinematch.stats.service.applying import ApplyService, Arrival

TOPIC = "user-movie-events"
QUERY = "user_stats"
# The provider's own name: by its short name Spark first asks a Python of its own whether it knows
# such a source.
KAFKA = "org.apache.spark.sql.kafka010.KafkaSourceProvider"
_COLUMNS = (*Arrival._fields, "timestamp")
_PATIENCE = 5  # seconds for a question to the brokers: who is told to end must be able to
_log = logging.getLogger(__name__)


class StreamOptions(BaseModel):
    """Where the events come from and how they are taken."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    servers: str = Field(min_length=1)
    """Addresses of brokers, as `host:port,host:port`."""

    checkpoints: Path
    """A folder for the offsets; each query, and each topic made anew, has a folder of its own."""

    topic: str = TOPIC

    trigger: str = Field("0 seconds", pattern=r"^(availableNow|\d+ (milli)?seconds?)$")
    """When a batch begins: at once after the last one, every so often, or `availableNow`: all that
    is there, and then the end."""

    per_batch: int = Field(20_000, ge=1)
    """Most messages of one batch; it bounds the driver's memory."""


class StatsStream:
    """One query, which may be started anew after it ended or failed."""

    def __init__(
        self,
        session: SparkSession,
        service: ApplyService,
        options: StreamOptions,
        *,
        name: str = QUERY,
        clock: Clock = system_clock,
    ) -> None:
        self._session = session
        self._service = service
        self._options = options
        self._name = name
        self._clock = clock

    def start(self) -> StreamingQuery:
        """Start the query from its checkpoint, or from the topic's first message.

        A topic that was made anew has lost messages: a sweep brings in what they held.
        """
        options, checkpoint = self._options, self.checkpoint
        if not checkpoint.exists() and any(checkpoint.parent.glob("*")):
            self._fill()
        messages = (
            self._session.readStream.format(KAFKA)
            .option("kafka.bootstrap.servers", options.servers)
            .option("subscribe", options.topic)
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", options.per_batch)
            .option("failOnDataLoss", "true")
            .load()
            .select(*_COLUMNS)
        )
        writer = messages.writeStream.queryName(self._name).foreachBatch(self.apply)
        writer = writer.option("checkpointLocation", str(checkpoint))
        if options.trigger == "availableNow":
            return writer.trigger(availableNow=True).start()
        return writer.trigger(processingTime=options.trigger).start()

    @property
    def checkpoint(self) -> Path:
        """The folder of this topic's offsets."""
        found = topic_id(self._session, self._options.servers, self._options.topic)
        return self._options.checkpoints / self._name / found

    def apply(self, frame: DataFrame, batch: int) -> None:
        """Apply one batch of Spark's; it may come again."""
        began = time.perf_counter()
        table: Any = frame.toArrow()
        columns = (table.column(name).to_pylist() for name in Arrival._fields)
        arrivals = list(map(Arrival, *columns))
        fetched = time.perf_counter() - began
        applied = self._service.apply(arrivals)
        _log.info(
            "Batch %d: %d messages, %d users, %d filled, %d set aside; %.3f s, %.3f in Spark;"
            " %.3f s behind",
            batch,
            applied.arrived,
            len(applied.changed),
            applied.filled,
            applied.set_aside,
            time.perf_counter() - began,
            fetched,
            self._behind(table),
        )

    def _behind(self, table: Any) -> float:
        """Return for how many seconds the batch's first message had to wait."""
        if not table.num_rows:
            return 0.0
        written: datetime = table.column("timestamp")[0].as_py()
        return (self._clock() - written).total_seconds()

    def recover(self, error: StreamingQueryException) -> bool:
        """Mend what a lost topic leaves behind; False when the failure is of another kind.

        The checkpoint names messages that are gone. It is forgotten, the outbox gives what the
        figures lack, and the topic is read from its first message: what is held is passed over.
        """
        if not lost_messages(error):
            return False
        self._fill()
        shutil.rmtree(self._options.checkpoints / self._name, ignore_errors=True)
        return True

    def _fill(self) -> None:
        _log.warning("The topic has lost messages; the outbox fills the gap.")
        applied = self._service.sweep()
        _log.warning("The outbox gave %d events.", applied.filled)


def lost_messages(error: StreamingQueryException) -> bool:
    """Say whether a query ended because messages that it should read are gone."""
    return any(sign in str(error) for sign in _SIGNS_OF_LOSS)


_SIGNS_OF_LOSS: Iterable[str] = (
    "KAFKA_DATA_LOSS",
    "some data may have been missed",
    "Some data may have been lost",
    "UnknownTopicIdException",
    "InconsistentTopicIdException",
)


def topic_id(session: SparkSession, servers: str, topic: str) -> str:
    """Return the identity that the brokers gave to a topic when it was made.

    Raises:
        py4j.protocol.Py4JJavaError: the brokers do not answer, or there is no such topic.
    """
    jvm = session._jvm  # noqa: SLF001 - the only way to the Kafka client that Spark has loaded
    assert jvm is not None  # noqa: S101
    settings = jvm.java.util.Properties()
    settings.put("bootstrap.servers", servers)
    admin = jvm.org.apache.kafka.clients.admin.AdminClient.create(settings)
    try:
        names = jvm.java.util.ArrayList()
        names.add(topic)
        described = admin.describeTopics(names).allTopicNames()
        told = described.get(_PATIENCE, jvm.java.util.concurrent.TimeUnit.SECONDS)
        return str(told.get(topic).topicId())
    finally:
        admin.close(jvm.java.time.Duration.ZERO)
