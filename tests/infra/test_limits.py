"""Token buckets."""

from hypothesis import given
from hypothesis import strategies as st

from cinematch.infra.limits import MemoryRateLimiter, Rate
from tests.support.house import PushedClock

RATE = Rate(burst=3, seconds=10)


def test_a_burst_is_allowed_and_then_one_every_so_many_seconds() -> None:
    clock = PushedClock()
    limiter = MemoryRateLimiter(clock)
    assert [limiter.take("a", RATE) for _ in range(4)] == [0, 0, 0, 10]
    clock.push(seconds=4)
    assert limiter.take("a", RATE) == 6
    clock.push(seconds=6)
    assert [limiter.take("a", RATE) for _ in range(2)] == [0, 10]


def test_keys_are_counted_apart() -> None:
    limiter = MemoryRateLimiter(PushedClock())
    for _ in range(3):
        limiter.take("a", RATE)
    assert limiter.take("a", RATE) > 0
    assert limiter.take("b", RATE) == 0


def test_a_try_given_back_does_not_count_and_a_full_bucket_is_forgotten() -> None:
    limiter = MemoryRateLimiter(PushedClock())
    for _ in range(100):
        assert limiter.take("a", RATE) == 0
        limiter.give_back("a", RATE)
    assert limiter._buckets == {}


@given(st.lists(st.tuples(st.floats(0, 100), st.booleans()), max_size=40))
def test_never_more_than_the_burst_and_what_time_has_brought(
    steps: list[tuple[float, bool]],
) -> None:
    clock = PushedClock()
    limiter = MemoryRateLimiter(clock)
    start, allowed = clock(), 0
    for seconds, try_it in steps:
        clock.push(seconds=seconds)
        if try_it and limiter.take("a", RATE) == 0:
            allowed += 1
    passed = (clock() - start).total_seconds()
    assert allowed <= RATE.burst + passed / RATE.seconds + 1e-6
