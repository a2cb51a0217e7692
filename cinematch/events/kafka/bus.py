"""The producer: every event acknowledged by all in-sync replicas, each user's in order."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from cinematch.events.kafka.topics import KafkaOptions, Topics, unavailable
from cinematch.events.ports import Letter, Placed

_SLACK = 5.0  # seconds beyond the time of delivery for librdkafka to say how it ended
_TOO_LARGE = frozenset({KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE})


@dataclass(frozen=True)
class _Outgoing:
    key: str | None
    payload: bytes | None
    headers: dict[str, bytes]


@dataclass
class _Round:
    """How far the messages of one call have come."""

    waiting: int = 0
    failed: KafkaError | None = None
    too_large: list[_Outgoing] = field(default_factory=list)


class KafkaBus:
    """Implements `events.ports.Bus`. Connects with the first event; threads take turns."""

    def __init__(self, options: KafkaOptions) -> None:
        self._options = options
        self._topics = Topics(options)
        self._ready: set[str] = set()
        self._producer: Producer | None = None
        self._turn = threading.Lock()

    def publish(self, events: Sequence[Placed]) -> int:
        outgoing = [_Outgoing(event.user_id, event.payload, _told(event)) for event in events]
        return self._publish(self._options.topic, outgoing)

    def set_aside(self, letters: Sequence[Letter]) -> None:
        outgoing = [_Outgoing(one.user_id, one.payload, _reasons(one)) for one in letters]
        self._publish(self._options.dead_letters, outgoing)

    def close(self) -> None:
        with self._turn:
            self._drop()

    def _publish(self, topic: str, outgoing: Sequence[_Outgoing]) -> int:
        with self._turn:
            try:
                if topic not in self._ready:
                    self._topics.ensure(topic)
                    self._ready.add(topic)
                too_large = self._send(topic, outgoing)
                self._send(topic, [_Outgoing(one.key, None, one.headers) for one in too_large])
            except BaseException:
                # The topic may be gone, the producer beyond mending: begin anew.
                self._ready.clear()
                self._drop()
                raise
            return len(too_large)

    def _send(self, topic: str, outgoing: Sequence[_Outgoing]) -> list[_Outgoing]:
        """Send and wait for every report; return what was too large."""
        if not outgoing:
            return []
        producer = self._connected()
        sending = _Round()
        for one in outgoing:
            self._produce(producer, topic, one, sending)
        deadline = time.monotonic() + self._options.delivery_seconds + _SLACK
        while sending.waiting and sending.failed is None and time.monotonic() < deadline:
            producer.poll(0.05)
        if sending.failed is not None:
            raise unavailable(self._options, sending.failed.str())
        if sending.waiting:
            raise unavailable(self._options, f"{sending.waiting} events without an answer")
        return sending.too_large

    def _produce(self, producer: Producer, topic: str, one: _Outgoing, sending: _Round) -> None:
        while True:
            try:
                producer.produce(
                    topic,
                    value=one.payload,
                    key=one.key,
                    headers=dict(one.headers),
                    on_delivery=partial(_note, sending, one),
                )
            except BufferError:
                producer.poll(0.05)
            except KafkaException as error:
                if error.args[0].code() not in _TOO_LARGE:
                    raise unavailable(self._options, error.args[0].str()) from error
                sending.too_large.append(one)
                return
            else:
                sending.waiting += 1
                return

    def _connected(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(
                {
                    **self._options.connection(),
                    "enable.idempotence": True,
                    "acks": "all",
                    "linger.ms": 1,
                    # As Java's clients do, so that a user has one partition whoever asks.
                    "partitioner": "murmur2_random",
                    "delivery.timeout.ms": int(self._options.delivery_seconds * 1000),
                }
            )
        return self._producer

    def _drop(self) -> None:
        """Let go of the producer; what it still holds is not sent any more."""
        producer, self._producer = self._producer, None
        if producer is not None:
            producer.purge()
            producer.flush(1)


def _note(sending: _Round, one: _Outgoing, error: KafkaError | None, _message: Message) -> None:
    sending.waiting -= 1
    if error is None:
        return
    if error.code() in _TOO_LARGE:
        sending.too_large.append(one)
    else:
        sending.failed = error


def _told(event: Placed) -> dict[str, bytes]:
    return {"seq": b"%d" % event.seq, "content-type": b"application/json"}


def _reasons(letter: Letter) -> dict[str, bytes]:
    return {
        "consumer": letter.consumer.encode(),
        "reason": letter.reason.encode(),
        "seq": b"%d" % letter.seq,
        "topic": letter.topic.encode(),
        "partition": b"%d" % letter.partition,
        "offset": b"%d" % letter.offset,
        "set-aside-at": letter.set_aside_at.encode(),
    }
