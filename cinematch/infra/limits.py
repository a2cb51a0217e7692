"""How often something may be tried: token buckets by name. In process here; Redis for a cluster."""

import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cinematch.kit.clock import Clock

_KEPT = 50_000


@dataclass(frozen=True)
class Rate:
    """`burst` tries at once, and one more every `seconds`."""

    burst: int
    seconds: float


class RateLimiter(Protocol):
    """Counts tries by key."""

    def take(self, key: str, rate: Rate) -> float:
        """Count one try; return 0.0 when it is allowed, else the seconds to wait for the next."""
        ...

    def give_back(self, key: str, rate: Rate) -> None:
        """Uncount one try, as one that turned out to be rightful."""
        ...


class MemoryRateLimiter:
    """Implements `RateLimiter` inside one process; a full bucket is not remembered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[str, tuple[float, datetime, Rate]] = {}

    def take(self, key: str, rate: Rate) -> float:
        with self._lock:
            now = self._clock()
            tokens = self._tokens(key, rate, now)
            if tokens < 1:
                return (1 - tokens) * rate.seconds
            if len(self._buckets) >= _KEPT:
                self._forget_full(now)
            self._buckets[key] = (tokens - 1, now, rate)
            return 0.0

    def give_back(self, key: str, rate: Rate) -> None:
        with self._lock:
            now = self._clock()
            tokens = min(self._tokens(key, rate, now) + 1, float(rate.burst))
            if tokens >= rate.burst:
                self._buckets.pop(key, None)
            else:
                self._buckets[key] = (tokens, now, rate)

    def _tokens(self, key: str, rate: Rate, now: datetime) -> float:
        tokens, at, _ = self._buckets.get(key, (float(rate.burst), now, rate))
        passed = max((now - at).total_seconds(), 0.0)
        return min(tokens + passed / rate.seconds, float(rate.burst))

    def _forget_full(self, now: datetime) -> None:
        kept = {
            key: bucket
            for key, bucket in self._buckets.items()
            if self._tokens(key, bucket[2], now) < bucket[2].burst
        }
        # All in use means an attack from many addresses; the oldest half has waited longest.
        self._buckets = dict(list(kept.items())[-_KEPT // 2 :])
