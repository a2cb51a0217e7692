"""Stream 2: the topic's events to the community's day buckets and top lists.

Spark brings the messages and keeps the event-time watermark; the day buckets are the windows, and
the store holds them (docs/decisions/0010-trends-windows.md). So there is no state in Spark, and an
event that comes after the watermark counts like any other.
"""

import logging
import shutil
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pydantic import Field
from pyspark.errors import StreamingQueryException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.streaming.query import StreamingQuery

from cinematch.kit.clock import from_iso
from cinematch.stats.service.community import CommunityFigures
from cinematch.stats.spark.lag import GroupOffsets
from cinematch.stats.spark.run import run_stream
from cinematch.stats.spark.session import SessionOptions
from cinematch.stats.spark.stream import StreamOptions, lost_messages, topic_id

QUERY = "global_trends"
LATENESS = "1 hour"
"""How long an event may be on its way before its window counts as complete."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_log = logging.getLogger(__name__)


class TrendsOptions(StreamOptions):
    """Where the events come from and how often the lists are made anew."""

    trigger: str = Field(
        "30 seconds", pattern=r"^(availableNow|\d+ (milli)?seconds?|\d+ minutes?)$"
    )
    """As for stream 1. The described system knows 30 seconds and 2 minutes."""


class TrendsStream:
    """One query, which may be started anew after it ended or failed."""

    def __init__(
        self, session: SparkSession, community: CommunityFigures, options: TrendsOptions
    ) -> None:
        self._session = session
        self._community = community
        self._options = options
        self._query: StreamingQuery | None = None

    def start(self) -> StreamingQuery:
        """Start the query from its checkpoint, or from the topic's first message.

        A community that was never counted, or whose count was lost, is counted from the truth
        first; what of the topic is in that count is then passed over.
        """
        if self._community.ensure():
            _log.info("The community was counted from everybody's films.")
        options = self._options
        topic = topic_id(self._session, options.servers, options.topic)
        writer = (
            self._events()
            .writeStream.queryName(QUERY)
            .foreachBatch(self.apply)
            .option("checkpointLocation", str(options.checkpoints / QUERY / topic))
        )
        if options.trigger == "availableNow":
            self._query = writer.trigger(availableNow=True).start()
        else:
            self._query = writer.trigger(processingTime=options.trigger).start()
        return self._query

    def apply(self, frame: DataFrame, batch: int) -> None:
        """Count one batch of Spark's and publish the lists; it may come again."""
        began = time.perf_counter()
        table = frame.select("key", "value").toArrow()
        payloads, bells = _sorted_out(
            table.column("key").to_pylist(), table.column("value").to_pylist()
        )
        counted = self._community.apply(payloads, self._watermark(), bells=bells)
        self._community.publish()
        for words in counted.refused:
            _log.error("Trends: not counted: %s", words)
        _log.info(
            "Trends, batch %d: %d messages, %d counted, %d of them filled in; %.3f s",
            batch,
            table.num_rows,
            counted.events,
            counted.filled,
            time.perf_counter() - began,
        )

    def recover(self, error: StreamingQueryException) -> bool:
        """Mend what a lost topic leaves behind; False when the failure is of another kind."""
        if not lost_messages(error):
            return False
        _log.warning("The topic has lost messages; the community is counted from the truth.")
        shutil.rmtree(self._options.checkpoints / QUERY, ignore_errors=True)
        self._community.bootstrap()
        return True

    def _events(self) -> DataFrame:
        """The topic's messages with the instant at which each thing occurred, as far as told.

        An event dated in the future does not move the watermark past the clock.
        """
        options = self._options
        occurred = f.try_to_timestamp(
            f.get_json_object(f.col("value").cast("string"), "$.occurred_at")
        )
        return (
            self._session.readStream.format("kafka")
            .option("kafka.bootstrap.servers", options.servers)
            .option("subscribe", options.topic)
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", options.per_batch)
            .option("failOnDataLoss", "true")
            .load()
            .withColumn(
                "occurred_at",
                f.least(f.coalesce(occurred, f.col("timestamp")), f.current_timestamp()),
            )
            .select("key", "value", "occurred_at")
            .withWatermark("occurred_at", LATENESS)
        )

    def _watermark(self) -> datetime | None:
        """The query's watermark, as it stood after the batch before."""
        progress = self._query.lastProgress if self._query is not None else None
        told = progress["eventTime"].get("watermark") if progress else None
        instant = from_iso(told) if told else _EPOCH
        return instant if instant > _EPOCH else None


def _sorted_out(
    keys: Sequence[bytes | None], values: Sequence[bytes | None]
) -> tuple[list[bytes], set[str]]:
    """Return the events, and the users of whom a message without a value tells that one is big."""
    payloads, bells = [], set[str]()
    for key, value in zip(keys, values, strict=True):
        if value is None and key:
            bells.add(key.decode(errors="replace"))
        else:
            payloads.append(value or b"")
    return payloads, bells


def run_trends_stream(
    community: CommunityFigures,
    session_options: SessionOptions,
    options: TrendsOptions,
    stopping: threading.Event,
    behind: Callable[[int], object] | None = None,
) -> None:
    """Run until `stopping` is set, or, with the trigger `availableNow`, until all is counted.

    A query that fails is started again from its checkpoint; see `run_stream`.
    """
    run_stream(
        lambda session: TrendsStream(session, community, options),
        session_options,
        stopping,
        watched=lambda session: GroupOffsets(
            session, options.servers, options.topic, "trends", behind=behind
        ),
    )
