"""The batch beside the speed layer: every so often, what Redis holds goes to the store."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

_EVERY = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_log = logging.getLogger(__name__)


class Flushed(Protocol):
    """What a flush did: see `stats.redis.flushing`."""

    @property
    def users(self) -> int:
        """How many users' figures moved."""
        ...

    @property
    def astray(self) -> Sequence[str]:
        """Users whose latest events have to be taken from the outbox."""
        ...

    @property
    def negatives(self) -> Sequence[str]:
        """Figures below zero, in words."""
        ...


class Flusher(Protocol):
    """What flushes. Each call raises StoreBusy when Redis or the store does not answer."""

    def flush(self, user_ids: Sequence[str] | None = None) -> Flushed:
        """Write what Redis holds of these users, or of all, to the store."""
        ...

    def waiting(self) -> int:
        """Return of how many users Redis holds something."""
        ...

    def emptied(self) -> bool:
        """Say whether Redis has lost what it held since `swept`."""
        ...

    def swept(self) -> None:
        """Note that the figures hold what the outbox has."""
        ...


class SpeedFlush:
    """Flushes every so often in a thread of its own; `flush` does it now, without one."""

    def __init__(
        self,
        flusher: Flusher,
        refill: Callable[[Sequence[str]], object],
        sweep: Callable[[], object],
        *,
        every: float = _EVERY,
    ) -> None:
        """Args:
        flusher: does it.
        refill: applies what the outbox has of some users and their figures lack.
        sweep: the same of everybody; called when Redis was emptied.
        every: seconds between two flushes.
        """
        self._flusher = flusher
        self._refill = refill
        self._sweep = sweep
        self._every = every
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._flushes = self._users = self._refilled = self._sweeps = 0
        self._error: str | None = None

    def start(self) -> None:
        """Begin."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="speed-flush", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the group of users at hand; what is left stays in Redis, and is shown."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def flush(self) -> int:
        """Flush now and mend what Redis lost; return how many users' figures moved in the store.

        Raises:
            StoreBusy: Redis or the store does not answer; what is not done is done the next time.
        """
        if self._flusher.emptied():
            self._sweep()
            self._flusher.swept()
            self._sweeps += 1
        flushed = self._flusher.flush()
        for words in flushed.negatives:
            _log.error("Statistics: a counter is below zero: %s", words)
        if flushed.astray:
            self._refill(flushed.astray)
            self._refilled += len(flushed.astray)
        self._flushes += 1
        self._users += flushed.users
        return flushed.users

    def health(self) -> Mapping[str, Any]:
        """Return `status`, and counts since the start; `waiting` are users not flushed yet."""
        try:
            waiting = self._flusher.waiting()
        except Exception as error:  # noqa: BLE001 - a probe tells of any failure, and never fails itself
            return {"status": "degraded", "error": str(error), "flushes": self._flushes}
        return {
            "status": "degraded" if self._error else "ok",
            "error": self._error,
            "waiting": waiting,
            "flushes": self._flushes,
            "users": self._users,
            "refilled": self._refilled,
            "sweeps": self._sweeps,
        }

    def _run(self) -> None:
        pause = _FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                self.flush()
                self._error, pause = None, _FIRST_PAUSE
                self._stopping.wait(self._every)
            except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
                self._error = f"{type(error).__name__}: {error}"
                _log.warning("The flush tries again in %.0f s: %s", pause, self._error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
