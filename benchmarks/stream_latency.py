"""From an event's publication to its figures being readable, in milliseconds, at 100 events/s.

Ours begins a batch as soon as the last one is done; the baseline is the same stream with the
described design's trigger of five seconds (tracker spec, T148). Both run all the time, each on a
topic of its own, and the events go to the one and to the other in turns. An event's figures are
readable when its transaction is committed, which is when who listens is told.
"""

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from confluent_kafka import Producer

from benchmarks.harness import ROUNDS, Figure, options, percentile, report
from benchmarks.stream import Ground, Topic, fresh, ground_of, service_of
from benchmarks.workload import make_events
from cinematch.events.core import Event, encode
from cinematch.infra.mongo import MongoStore
from cinematch.infra.signals import Signals
from cinematch.stats.spark.stream import StatsStream, StreamOptions

RATE = 100  # events a second
_PATIENCE = 60.0


class Line:
    """A stream on a topic of its own; it notes when each event was sent and when it was in."""

    def __init__(self, ground: Ground, store: MongoStore, name: str, users: Sequence[str]) -> None:
        self.topic = ground.kafka.fresh_topic(name, partitions=2)
        self.sent: dict[tuple[str, int], float] = {}
        self.latencies: list[float] = []
        self._ground, self._store, self._name = ground, store, name
        self._reached = dict.fromkeys(users, 0)
        self._events = _in_turns([make_events(ground.films, user, 400, seed=2) for user in users])
        self._producer = Producer(
            {
                "bootstrap.servers": ground.kafka.bootstrap,
                "enable.idempotence": True,
                "linger.ms": 0,
            }
        )

    @contextmanager
    def running(self, folder: Path, trigger: str) -> Iterator[None]:
        """Run the query meanwhile."""
        signals = Signals()
        signals.listen(self._advanced)
        service = service_of(self._store, signals)
        chosen = StreamOptions(
            servers=self._ground.kafka.bootstrap,
            topic=self.topic,
            checkpoints=folder / self._name,
            trigger=trigger,
        )
        query = StatsStream(self._ground.spark, service, chosen, name=self._name).start()
        try:
            yield
        finally:
            query.stop()

    def feed(self, seconds: float) -> list[float]:
        """Send events evenly for some seconds, wait for all, return their latencies in ms."""
        self.latencies = []
        count = int(seconds * RATE)
        began = time.perf_counter()
        for number in range(count):
            event = next(self._events)
            pause = began + number / RATE - time.perf_counter()
            if pause > 0:
                time.sleep(pause)
            self.sent[event.user_id, event.seq] = time.perf_counter()
            self._producer.produce(self.topic, key=event.user_id, value=encode(event))
            self._producer.poll(0)
        self._producer.flush()
        deadline = time.monotonic() + _PATIENCE
        while len(self.latencies) < count:
            assert time.monotonic() < deadline, "events did not come in"
            time.sleep(0.01)
        return self.latencies

    def _advanced(self, user_id: str, seq: int) -> None:
        now = time.perf_counter()
        for number in range(self._reached[user_id] + 1, seq + 1):
            self.latencies.append((now - self.sent[user_id, number]) * 1000)
        self._reached[user_id] = seq


def _in_turns(streams: Sequence[Sequence[Event]]) -> Iterator[Event]:
    for turn in zip(*streams, strict=True):
        yield from turn


def measure(ground: Ground, *, quick: bool) -> list[Figure]:
    """Let ours and the five seconds take turns."""
    seconds = 2.0 if quick else 12.0
    users = [f"user{number:03}" for number in range(100)]
    others = [f"other{number:03}" for number in range(100)]
    ours: list[float] = []
    slow: list[float] = []
    with ExitStack() as stack:
        store = stack.enter_context(fresh(ground, Topic("", [*users, *others], [], 0)))
        quickest = Line(ground, store, "ours", users)
        described = Line(ground, store, "described", others)
        stack.enter_context(quickest.running(ground.folder, "0 seconds"))
        stack.enter_context(described.running(ground.folder, "5 seconds"))
        quickest.feed(4.0 if quick else 12.0)  # the JVM warms up
        described.feed(1.0)
        for _ in range(ROUNDS):
            ours += quickest.feed(seconds)
            slow += described.feed(seconds)
    return [
        Figure(
            f"event published → figures readable, {name}",
            round(percentile(ours, share), 1),
            "ms",
            round(percentile(slow, share), 1),
            round(percentile(ours, share) / percentile(slow, share), 4),
            len(ours),
            note,
        )
        for name, share, note in (
            ("p50", 0.5, f"at {RATE} events/s"),
            ("p95", 0.95, "aim ≤ 1000 ms"),
            ("p99", 0.99, ""),
        )
    ]


def main() -> None:
    """Start the parts, measure and print."""
    chosen = options(__doc__ or "")
    with tempfile.TemporaryDirectory() as folder, ground_of(Path(folder)) as ground:
        figures = measure(ground, quick=chosen.quick)
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
