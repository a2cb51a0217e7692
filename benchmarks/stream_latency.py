"""From an event's publication to its figures being readable, in milliseconds, at 100 events/s.

Ours begins a batch as soon as the last one is done; with `--speed-layer` it writes to Redis, which
is flushed once a minute as in a cluster. The baseline is the same stream, straight into the
database, with the described design's trigger of five seconds (tracker spec, T148). Both run all the
time, each on a topic of its own, and the events go to the one and to the other in turns. An event's
figures are readable when its transaction is committed, which is when who listens is told.
"""

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from confluent_kafka import Producer

from benchmarks.harness import ROUNDS, Figure, options, percentile, report
from benchmarks.stream import Ground, Topic, fresh, ground_of, service_of
from benchmarks.workload import make_events
from cinematch.events.core import Event, encode
from cinematch.infra.mongo import MongoStore
from cinematch.infra.signals import Signals
from cinematch.stats.mongo import MongoStats
from cinematch.stats.service.applying import ApplyService
from cinematch.stats.service.flushing import SpeedFlush
from cinematch.stats.spark.stream import StatsStream, StreamOptions
from tests.support.redis import RedisServer
from tests.support.speed import speed_over

RATE = 100  # events a second
_PATIENCE = 60.0
_USERS = 100


class Line:
    """A stream on a topic of its own; it notes when each event was sent and when it was in."""

    def __init__(
        self, ground: Ground, service: Callable[[Signals], ApplyService], name: str
    ) -> None:
        self.topic = ground.kafka.fresh_topic(name, partitions=2)
        users = users_of(name)
        self.sent: dict[tuple[str, int], float] = {}
        self.latencies: list[float] = []
        self._ground, self._service, self._name = ground, service, name
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
        service = self._service(signals)
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


def users_of(name: str) -> list[str]:
    """Return who is on a line."""
    return [f"{name}{number:03}" for number in range(_USERS)]


@contextmanager
def layered(store: MongoStore, folder: Path) -> Iterator[Callable[[Signals], ApplyService]]:
    """Yield what applies events to the speed layer above a store, which is flushed meanwhile."""
    with (
        RedisServer(folder / "redis") as redis,
        speed_over(store, MongoStats(community=False), redis.url) as speed,
    ):
        service = partial(service_of, speed.store, figures=speed.figures)
        applying = service(Signals())
        flush = SpeedFlush(speed.flusher, lambda _: applying.sweep(), applying.sweep)
        flush.start()
        try:
            yield service
        finally:
            flush.stop()


def measure(ground: Ground, *, quick: bool, speed_layer: bool) -> list[Figure]:
    """Let ours and the five seconds take turns."""
    seconds = 1.0 if quick else 12.0
    with ExitStack() as stack:
        users = [*users_of("ours"), *users_of("described")]
        store = stack.enter_context(fresh(ground, Topic("", users, [], 0)))
        plain = partial(service_of, store)
        chosen = stack.enter_context(layered(store, ground.folder)) if speed_layer else plain
        quickest, described = Line(ground, chosen, "ours"), Line(ground, plain, "described")
        stack.enter_context(quickest.running(ground.folder, "0 seconds"))
        stack.enter_context(described.running(ground.folder, "5 seconds"))
        quickest.feed(3.0 if quick else 12.0)  # the JVM warms up
        described.feed(0.1)
        ours: list[float] = []
        slow: list[float] = []
        for _ in range(ROUNDS):
            ours += quickest.feed(seconds)
            slow += described.feed(seconds)
    words = ", with the speed layer" if speed_layer else ""
    return [figure_of(words, ours, slow, share) for share in (0.5, 0.95, 0.99)]


def figure_of(
    words: str, ours: Sequence[float], described: Sequence[float], share: float
) -> Figure:
    """Return one percentile of ours beside the described design's."""
    value, baseline = percentile(ours, share), percentile(described, share)
    return Figure(
        f"event published → figures readable{words}, p{share * 100:.0f}",
        round(value, 1),
        "ms",
        round(baseline, 1),
        round(value / baseline, 4),
        len(ours),
        "aim ≤ 1000 ms" if share == 0.95 else f"at {RATE} events/s",
    )


def main() -> None:
    """Start the parts, measure and print."""
    chosen = options(__doc__ or "", speed_layer="write to Redis, as CINEMATCH_SPEED_LAYER has it")
    with tempfile.TemporaryDirectory() as folder, ground_of(Path(folder)) as ground:
        figures = measure(ground, quick=chosen.quick, speed_layer=chosen.speed_layer)
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
