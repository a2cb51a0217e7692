"""What processes of a cluster share through Redis, and how they go on without it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from cinematch.infra.limits import MemoryRateLimiter, Rate, RateLimiter
from cinematch.infra.redis import RedisRateLimiter, RedisSignals, open_redis
from cinematch.kit.errors import Invalid
from tests.support.house import PushedClock
from tests.support.redis import RedisServer

RATE = Rate(burst=3, seconds=10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    running = RedisServer(tmp_path_factory.mktemp("redis"))
    running.start()
    yield running
    running.stop()


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock(datetime(2026, 3, 1, 20, 15, tzinfo=UTC))


@pytest.fixture(params=["memory", "redis"])
def limiter(
    request: pytest.FixtureRequest, clock: PushedClock, server: RedisServer
) -> Iterator[RateLimiter]:
    alone = MemoryRateLimiter(clock)
    if request.param == "memory":
        yield alone
        return
    with open_redis(server.url) as client:
        client.flushdb()
        yield RedisRateLimiter(client, clock, alone)


def test_a_burst_is_allowed_and_then_one_every_so_many_seconds(
    limiter: RateLimiter, clock: PushedClock
) -> None:
    assert [limiter.take("a", RATE) for _ in range(4)] == [0, 0, 0, 10]
    clock.push(seconds=4)
    assert limiter.take("a", RATE) == pytest.approx(6, abs=1e-3)
    clock.push(seconds=6)
    assert limiter.take("a", RATE) == 0
    assert limiter.take("a", RATE) == pytest.approx(10, abs=1e-3)


def test_keys_are_counted_apart_and_a_try_given_back_does_not_count(limiter: RateLimiter) -> None:
    for _ in range(100):
        assert limiter.take("a", RATE) == 0
        limiter.give_back("a", RATE)
    for _ in range(3):
        assert limiter.take("a", RATE) == 0
    assert limiter.take("a", RATE) > 0
    assert limiter.take("b", RATE) == 0


def test_processes_share_a_bucket_and_leave_nothing_behind(
    server: RedisServer, clock: PushedClock
) -> None:
    with open_redis(server.url) as one, open_redis(server.url) as two:
        one.flushdb()
        here = RedisRateLimiter(one, clock, MemoryRateLimiter(clock))
        there = RedisRateLimiter(two, clock, MemoryRateLimiter(clock))
        assert [here.take("a", RATE), there.take("a", RATE), here.take("a", RATE)] == [0, 0, 0]
        assert there.take("a", RATE) == pytest.approx(10, abs=1e-3)
        assert 0 < one.pttl("cinematch:limit:a") <= 31_000
        for limiter in (here, there, here):
            limiter.give_back("a", RATE)
        assert one.dbsize() == 0


class Heard:
    """A process that hears the others."""

    def __init__(self, server: RedisServer, name: str) -> None:
        self.client = open_redis(server.url)
        self.signals = RedisSignals(self.client, name)
        self.advanced: list[tuple[str, int]] = []
        self.told: list[tuple[str, str, bytes]] = []
        self.news = threading.Event()
        self.signals.listen(self._on_advance)
        self.signals.on_tell(self._on_tell)
        self.signals.start()
        assert self.signals.wait_until_heard(10)

    def _on_advance(self, user_id: str, seq: int) -> None:
        self.advanced.append((user_id, seq))
        self.news.set()

    def _on_tell(self, user_id: str, name: str, payload: bytes) -> None:
        self.told.append((user_id, name, payload))
        self.news.set()

    def close(self) -> None:
        self.signals.stop()
        self.client.close()


def test_a_bell_rings_in_every_process_once(server: RedisServer) -> None:
    one, two = Heard(server, "one"), Heard(server, "two")
    try:
        one.signals.advanced("ada", 7)
        assert two.news.wait(10)
        two.news.clear()
        one.signals.tell("ada", "import", b'{"done":1}')
        assert two.news.wait(10)
        one.signals.written()
        assert two.signals.wait_for_write(10)
        for process in (one, two):
            assert process.advanced == [("ada", 7)]
            assert process.told == [("ada", "import", b'{"done":1}')]
    finally:
        one.close()
        two.close()


def test_without_the_server_each_process_goes_on_alone_and_comes_back(
    tmp_path_factory: pytest.TempPathFactory, clock: PushedClock
) -> None:
    server = RedisServer(tmp_path_factory.mktemp("redis-away"))
    server.start()
    process = Heard(server, "one")
    limiter = RedisRateLimiter(process.client, clock, MemoryRateLimiter(clock))
    try:
        server.kill()
        assert [limiter.take("a", RATE) for _ in range(3)] == [0, 0, 0]
        assert limiter.take("a", RATE) > 0
        process.signals.advanced("ada", 8)
        assert process.advanced == [("ada", 8)]
        process.signals._subscribed.clear()
        server.start()
        assert process.signals.wait_until_heard(20)
        assert limiter.take("fresh", RATE) == 0
    finally:
        process.close()
        server.stop()


def test_an_address_that_cannot_be_is_refused_with_its_name() -> None:
    with pytest.raises(Invalid, match="REDIS_URL"):
        open_redis("http://127.0.0.1:6379")
