"""Tells Kafka how far a stream has come, so that whoever watches lag sees it like any consumer's.

Nobody begins from these offsets: the checkpoint says where a query goes on.
"""

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

_EVERY = 5.0  # seconds between two commits
_PATIENCE = 2  # seconds; a broker that is away must not hold up the ending of the process
_log = logging.getLogger(__name__)


class Watch(Protocol):
    """Looks at a query several times a second while it runs."""

    def look(self, query: StreamingQuery) -> None:
        """Look; whatever is wrong, it never raises."""
        ...

    def close(self) -> None:
        """Look no more."""
        ...


class GroupOffsets:
    """Commits what a query has finished to the consumer group `cinematch-<name>`.

    A batch never waits for it and never fails by it. Implements `Watch`.
    """

    def __init__(
        self,
        session: SparkSession,
        servers: str,
        topic: str,
        name: str,
        *,
        behind: Callable[[int], object] | None = None,
    ) -> None:
        """Take where to commit; `behind` is told how many messages wait, with each look."""
        self._session = session
        self._servers = servers
        self._topic = topic
        self._group = f"cinematch-{name}"
        self._behind = behind
        self._looked_at = -_EVERY
        self._told: Mapping[str, int] = {}
        self._admin: Any = None

    def look(self, query: StreamingQuery) -> None:
        """Commit the end of the last finished batch, every few seconds and when it has moved."""
        now = time.monotonic()
        if now - self._looked_at < _EVERY:
            return
        self._looked_at = now
        try:
            done, ends = finished(query, self._topic)
            if self._behind is not None and done:
                self._behind(sum(max(0, end - done.get(part, 0)) for part, end in ends.items()))
            if done and done != self._told:
                self._commit(done)
                self._told = done
        except Exception as error:  # noqa: BLE001 - a figure for the watchman stops no stream
            words = " ".join(str(error).splitlines()[:2])[:300]
            _log.warning("The group %s was not told how far we are: %s", self._group, words)

    def close(self) -> None:
        """Let go of the connection."""
        admin, self._admin = self._admin, None
        if admin is not None:
            try:
                admin.close(self._jvm().java.time.Duration.ZERO)
            except Exception as error:  # noqa: BLE001 - the JVM may be gone already
                _log.debug("The connection of %s: %s", self._group, error)

    def _commit(self, done: Mapping[str, int]) -> None:
        jvm = self._jvm()
        kafka = jvm.org.apache.kafka
        offsets = jvm.java.util.HashMap()
        for partition, offset in done.items():
            place = kafka.common.TopicPartition(self._topic, int(partition))
            offsets.put(place, kafka.clients.consumer.OffsetAndMetadata(offset))
        asked = self._client().alterConsumerGroupOffsets(self._group, offsets).all()
        asked.get(_PATIENCE, jvm.java.util.concurrent.TimeUnit.SECONDS)

    def _client(self) -> Any:
        if self._admin is None:
            jvm = self._jvm()
            settings = jvm.java.util.Properties()
            settings.put("bootstrap.servers", self._servers)
            settings.put("client.id", self._group)
            self._admin = jvm.org.apache.kafka.clients.admin.AdminClient.create(settings)
        return self._admin

    def _jvm(self) -> Any:
        # The Kafka client that Spark has loaded; there is no other way to it.
        return self._session._jvm  # noqa: SLF001


def finished(query: StreamingQuery, topic: str) -> tuple[dict[str, int], dict[str, int]]:
    """Return the offset after the last finished batch and the topic's end as it then stood.

    Both for each partition; both empty before the first batch.
    """
    progress = query.lastProgress
    if progress is None:
        return {}, {}
    source = progress.sources[0]
    return _offsets(source.endOffset, topic), _offsets(source.latestOffset, topic)


def _offsets(told: str | None, topic: str) -> dict[str, int]:
    known = json.loads(told) if told else None
    return {part: int(offset) for part, offset in (known or {}).get(topic, {}).items()}
