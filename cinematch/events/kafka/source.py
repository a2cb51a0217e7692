"""A consumer's side: Kafka shares the partitions out, the store knows how far each has come."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka import Message as Received

from cinematch.events.kafka.topics import KafkaOptions, Topics, unavailable
from cinematch.events.ports import ConsumerProgress, Message
from cinematch.infra.ports import Store, Tx
from cinematch.kit.errors import CineMatchError

_PATIENCE: Final = 5.0  # seconds for a question to the broker
_LAG_EVERY: Final = 1.0
_DIGITS: Final = 18  # a store holds integers of 64 bits


class KafkaSource:
    """Implements `events.ports.Source`, as a member of the group `cinematch-<consumer>`."""

    def __init__(
        self, options: KafkaOptions, store: Store, progress: ConsumerProgress, consumer: str
    ) -> None:
        self._options = options
        self._store = store
        self._progress = progress
        self._name = consumer
        self._topics = Topics(options)
        self._consumer: Consumer | None = None
        self._topic_id = ""
        self._looked_at = self._counted_at = 0.0
        self._refusal: Exception | None = None
        self._gaps = False
        self._begins: dict[int, int] = {}
        self._done: dict[int, int] = {}
        self._lag: dict[int, int] = {}

    def read(self, limit: int, timeout: float) -> list[Message]:
        try:
            consumer = self._joined()
            self._commit(consumer)
            first = consumer.poll(timeout)
            self._raise_refusal()
            found = [] if first is None else [first, *consumer.consume(limit - 1, timeout=0)]
            self._count(consumer)
            return [_message(one) for one in found if self._sound(one)]
        except KafkaException as error:
            self.close()
            raise unavailable(self._options, error.args[0].str()) from error
        except BaseException:
            self.close()
            raise

    def save(self, tx: Tx, messages: Sequence[Message]) -> None:
        done = dict(self._begins)
        for message in messages:
            if message.topic == self._options.topic:
                done[message.partition] = max(done.get(message.partition, 0), message.offset + 1)
        self._progress.save_offsets(tx, self._name, self._topic_id, done)
        self._done.update(done)

    def gaps(self) -> bool:
        found, self._gaps = self._gaps, False
        return found

    def lag(self) -> dict[int, int]:
        return dict(self._lag)

    def close(self) -> None:
        consumer, self._consumer = self._consumer, None
        self._done, self._begins, self._lag, self._refusal = {}, {}, {}, None
        if consumer is not None:
            consumer.close()

    def _joined(self) -> Consumer:
        """Return the member of the group, which joins anew when the topic was made anew."""
        now = time.monotonic()
        if self._consumer is not None and now - self._looked_at < self._options.look_every:
            return self._consumer
        topic_id = self._topics.ensure(self._options.topic)
        self._looked_at = now
        if self._consumer is not None and topic_id != self._topic_id:
            self.close()
        if self._consumer is None:
            self._topic_id = topic_id
            self._consumer = Consumer(
                {
                    **self._options.connection(),
                    "group.id": f"cinematch-{self._name}",
                    "enable.auto.commit": False,
                    "auto.offset.reset": "earliest",
                    "session.timeout.ms": int(self._options.session_seconds * 1000),
                    "heartbeat.interval.ms": int(self._options.session_seconds * 1000 / 5),
                    "max.poll.interval.ms": 900_000,
                    "fetch.wait.max.ms": 100,
                }
            )
            self._consumer.subscribe([self._options.topic], on_assign=self._assigned)
        return self._consumer

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """Begin where the store says; what it does not know of may have been missed."""
        try:
            saved = self._store.snapshot(
                lambda tx: self._progress.offsets(tx, self._name, self._topic_id)
            )
            begins = {one.partition: self._begin(consumer, one, saved) for one in partitions}
        except (CineMatchError, KafkaException) as error:
            self._refusal = error
            return
        self._begins = {part: low for part, low in begins.items() if part not in saved}
        for one in partitions:
            one.offset = max(saved.get(one.partition, OFFSET_BEGINNING), begins[one.partition])
        consumer.assign(partitions)

    def _begin(self, consumer: Consumer, one: TopicPartition, saved: Mapping[int, int]) -> int:
        """Return the first offset that a partition still has; note whether events are missed."""
        low, high = consumer.get_watermark_offsets(one, timeout=_PATIENCE)
        begin = saved.get(one.partition)
        if begin is None or not low <= begin <= high:
            self._gaps = True
        return int(low)

    def _raise_refusal(self) -> None:
        if self._refusal is not None:
            raise self._refusal

    def _sound(self, received: Received) -> bool:
        error = received.error()
        if error is None:
            return True
        if error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - so it is named
            return False
        raise KafkaException(error)

    def _commit(self, consumer: Consumer) -> None:
        """Tell the broker, too, how far we are: its own tools then show the lag."""
        done, self._done = self._done, {}
        if done:
            topic = self._options.topic
            consumer.commit(
                offsets=[TopicPartition(topic, part, offset) for part, offset in done.items()],
                asynchronous=True,
            )

    def _count(self, consumer: Consumer) -> None:
        now = time.monotonic()
        if now - self._counted_at < _LAG_EVERY:
            return
        self._counted_at = now
        lag = {}
        for one in consumer.position(consumer.assignment()):
            _, high = consumer.get_watermark_offsets(one, cached=True)
            lag[one.partition] = max(0, high - max(one.offset, 0))
        self._lag = lag


def _message(received: Received) -> Message:
    headers = dict(received.headers() or [])
    seq = headers.get("seq") or b""
    return Message(
        user_id=(received.key() or b"").decode(errors="replace"),
        seq=int(seq) if seq.isdigit() and len(seq) < _DIGITS else 0,
        payload=received.value(),
        topic=received.topic() or "",
        partition=received.partition() or 0,
        offset=received.offset() or 0,
    )
