"""The process of a stream: from a signal's point of view, and from that of a failing broker."""

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from cinematch.stats.service.applying import ApplyService
from cinematch.stats.spark.lag import GroupOffsets, Watch
from cinematch.stats.spark.session import SessionOptions, build_session, end_session
from cinematch.stats.spark.stream import StatsStream, StreamOptions

_LOOK_EVERY = 0.2  # seconds
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.5, 5.0
_log = logging.getLogger(__name__)


class Stream(Protocol):
    """One query, which may be started anew after it ended or failed."""

    def start(self) -> StreamingQuery:
        """Start the query from its checkpoint, or from the topic's first message."""
        ...

    def recover(self, error: StreamingQueryException) -> bool:
        """Mend what made the query fail; False when there is nothing to do but to try again."""
        ...


def run_stats_stream(
    service: ApplyService,
    session_options: SessionOptions,
    stream_options: StreamOptions,
    stopping: threading.Event,
    behind: Callable[[int], object] | None = None,
) -> None:
    """Run stream 1 until `stopping` is set; see `run_stream` and `GroupOffsets`."""
    servers, topic = stream_options.servers, stream_options.topic
    run_stream(
        lambda session: StatsStream(session, service, stream_options),
        session_options,
        stopping,
        watched=lambda session: GroupOffsets(session, servers, topic, "stats", behind=behind),
    )


def run_stream(
    make: Callable[[SparkSession], Stream],
    session_options: SessionOptions,
    stopping: threading.Event,
    *,
    watched: Callable[[SparkSession], Watch] | None = None,
) -> None:
    """Run until `stopping` is set, or, with the trigger `availableNow`, until all is applied.

    A query that fails (the broker or the store is away, a batch could not be written) is started
    again from its checkpoint; its batch comes once more. Everything is ended on the way out, the
    JVM included, within ten seconds.

    Raises:
        FileNotFoundError: the folder of jars holds none.
    """
    session = build_session(session_options)
    watch = watched(session) if watched is not None else None
    try:
        follow_stream(make(session), stopping, watch)
    finally:
        if watch is not None:
            watch.close()
        end_session(session)


def follow_stream(stream: Stream, stopping: threading.Event, watch: Watch | None = None) -> None:
    """Keep a stream's query running until `stopping` is set or the query ends by itself."""
    pause = _SHORTEST_PAUSE
    while not stopping.is_set():
        try:
            if _follow(stream, stopping, watch):
                return
            pause = _SHORTEST_PAUSE
        except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
            _log.warning("The stream tries again in %.1f s: %s", pause, _words(error))
            if not _recovered(stream, error):
                stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)


def _recovered(stream: Stream, error: Exception) -> bool:
    try:
        return isinstance(error, StreamingQueryException) and stream.recover(error)
    except Exception as another:  # noqa: BLE001 - the store may be away
        _log.warning("The stream could not be mended: %s", _words(another))
        return False


def _follow(stream: Stream, stopping: threading.Event, watch: Watch | None) -> bool:
    """Run one query; True when it came to its end by itself."""
    query = stream.start()
    try:
        while not stopping.wait(_LOOK_EVERY):
            if not query.isActive:
                query.awaitTermination()  # raises what it ended with
                return True
            if watch is not None:
                watch.look(query)
    finally:
        _stop(query)
    return False


def _stop(query: StreamingQuery) -> None:
    """Stop a query; one that does not let go in time is ended with its JVM."""
    try:
        query.stop()
    except Exception as error:  # noqa: BLE001 - the driver's Java side may be gone already
        _log.warning("The query did not stop: %s", _words(error))


def _words(error: Exception) -> str:
    """Say what happened; of an error of Java's, the first line only says that there is one."""
    return " ".join(str(error).splitlines()[:2])[:500]
