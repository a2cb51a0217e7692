"""Kills parts of a cluster at random moments; what is down is started again at once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from tests.support.cluster import Cluster, Role

SHARES = {"mongo": 6, "kafka": 5, "redis": 4, "relay": 3, "relay-2": 2, "api": 4, "stats": 3,
          "trends": 3}  # fmt: skip
"""How often each is hit in a storm of thirty."""

_STREAMS = {"stats": "Batch ", "trends": "Trends, batch "}
"""What a stream writes when it has done a piece of work: it is best killed after that."""

_LONG_ENOUGH = 20.0  # seconds after which a stream may be killed though it has done nothing yet
_PAUSE = 0.05  # seconds between two looks


class Supervisor:
    """Starts again whatever does not run, each part by a thread of its own, as orchestrators do."""

    def __init__(self, cluster: Cluster) -> None:
        self._parts: Mapping[str, Any] = cluster.parts
        self._turns = {name: threading.Lock() for name in self._parts}
        self._up = {name: threading.Event() for name in self._parts}
        self._since = dict.fromkeys(self._parts, time.monotonic())
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._keep, args=(name,), daemon=True) for name in self._parts
        ]
        self.failed_starts: Counter[str] = Counter()
        self.ended: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for up in self._up.values():
            up.set()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def up(self, name: str) -> bool:
        """Return whether a part is running."""
        return self._up[name].is_set()

    def ripe(self, name: str) -> bool:
        """Return whether it is worth while to kill a part: it runs, and a stream has worked."""
        part = self._parts[name]
        if not self.up(name) or not isinstance(part, Role):
            return self.up(name)
        long_enough = time.monotonic() - self._since[name] > _LONG_ENOUGH
        return long_enough or _STREAMS.get(name, "") in part.said()

    def kill(self, name: str) -> None:
        """End a part with SIGKILL."""
        with self._turns[name]:
            self._up[name].clear()
            self._parts[name].kill()

    def down(self) -> list[str]:
        """Return which parts are not up."""
        return [name for name in self._parts if not self.up(name)]

    def _keep(self, name: str) -> None:
        part = self._parts[name]
        while not self._stopping.wait(_PAUSE):
            with self._turns[name]:
                if part.process is not None and part.process.poll() is None:
                    continue
                self.ended[name] += self._up[name].is_set()
                self._up[name].clear()
                try:
                    part.start()
                except (AssertionError, RuntimeError):
                    # What it needs may be down itself: it is tried again.
                    self.failed_starts[name] += 1
                else:
                    self._since[name] = time.monotonic()
                    self._up[name].set()


def plan(kills: int, chance: random.Random) -> list[str]:
    """Return whom to kill, in order: the streams are spread, since they take long to come back."""
    rounds = -(-kills // sum(SHARES.values()))
    victims = [name for name, share in SHARES.items() for _ in range(share * rounds)]
    chance.shuffle(victims)
    del victims[kills:]
    slow = [name for name in victims if name in _STREAMS]
    quick = [name for name in victims if name not in _STREAMS]
    step = max(1, len(quick) // (len(slow) + 1))
    for number, name in enumerate(slow):
        quick.insert(number * (step + 1), name)
    return quick


def rage(
    supervisor: Supervisor, victims: Iterable[str], chance: random.Random, seconds: float
) -> Counter[str]:
    """Kill all of these, each when it is ripe; return how many there were of each.

    A victim that is still coming back gives way to the next, so that outages overlap.
    """
    left, hit = list(victims), Counter[str]()
    deadline = time.monotonic() + seconds
    while left:
        assert time.monotonic() < deadline, f"not up again: {supervisor.down()}; left: {left}"
        time.sleep(chance.uniform(0.2, 2.5))
        name = next((one for one in left if supervisor.ripe(one)), None)
        if name is not None:
            supervisor.kill(name)
            left.remove(name)
            hit[name] += 1
    return hit


def wait_for(
    condition: Callable[[], object],
    what: str,
    seconds: float = 120.0,
    told: Callable[[], str] = lambda: "",
) -> None:
    """Wait until a condition holds; fail, with what is `told`, when it takes too long."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"It did not come about: {what}. {told()}"
        time.sleep(0.1)
