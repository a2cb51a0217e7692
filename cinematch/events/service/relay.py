"""The relay: publishes what the outbox holds, each user's events in order, at least once."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from cinematch.events.ports import Bus, Lag, RelaySource
from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.ids import new_id

_LONGEST_PAUSE = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RelayOptions:
    """How a relay works."""

    batch: int = 500
    """Events published and marked together."""
    lease: float = 10.0
    """Seconds after which another relay takes over the lanes of one that does not answer."""
    look_every: float = 0.05
    """Seconds between looks when there is nothing to publish."""
    tell_every: float = 60.0
    """Seconds between lines in the log while events wait."""


@dataclass(frozen=True)
class RelayHealth:
    """How the relay is; `lag` (events) and `oldest` (when it happened) are of all relays."""

    running: bool
    holder: str
    lanes: int
    published: int
    without_payload: int
    lag: int
    oldest: str
    error: str | None


class Relay:
    """One thread, or `catch_up()` without one; several, also elsewhere, share the lanes."""

    def __init__(
        self,
        store: Store,
        source: RelaySource,
        bus: Bus,
        clock: Clock,
        options: RelayOptions | None = None,
        *,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """Make a relay; `wait(seconds)` may return sooner when something was written."""
        self._store = store
        self._source = source
        self._bus = bus
        self._clock = clock
        self._options = options or RelayOptions()
        self._stopping = threading.Event()
        self._wait = wait or self._stopping.wait
        self._thread: threading.Thread | None = None
        self.holder = new_id()
        self._lanes: tuple[int, ...] = ()
        self._claimed_until = self._told_at = clock()
        self._after_user = ""
        self._published = self._without_payload = 0
        self._error: str | None = None

    def start(self) -> None:
        """Publish in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the batch at hand, and give the lanes back."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def catch_up(self) -> int:
        """Publish everything there is in this relay's lanes; return how many events."""
        total = 0
        while published := self.step():
            total += published
        return total

    def step(self) -> int:
        """Publish one batch and return its size, 0 when there is nothing to do.

        Raises:
            Unavailable: the broker or the store does not answer; nothing is lost.
        """
        self._claim()
        if not self._lanes:
            return 0
        batch, after = self._options.batch, self._after_user
        events = self._store.snapshot(
            lambda tx: self._source.pending(tx, self._lanes, after, batch)
        )
        if not events:
            return 0
        without_payload = self._bus.publish(events)
        now = to_iso(self._clock())
        if not self._store.transact(
            lambda tx: self._source.mark_published(tx, self.holder, self._lanes, events, now)
        ):
            # Another relay has taken over and publishes them again; consumers pass over doubles.
            self._claimed_until = self._clock()
            return len(events)
        # A user's first event in the batch tells whose turn it was last.
        self._after_user = list(dict.fromkeys(event.user_id for event in events))[-1]
        self._published += len(events)
        self._without_payload += without_payload
        return len(events)

    def release(self) -> None:
        """Give the lanes back, so that others need not wait for the lease to end."""
        self._lanes, self._claimed_until = (), self._clock()
        self._store.transact(lambda tx: self._source.release(tx, self.holder))

    def health(self) -> RelayHealth:
        """Return how things stand; costs one read."""
        lag = self._store.snapshot(self._source.lag)
        thread = self._thread
        return RelayHealth(
            running=thread is not None and thread.is_alive(),
            holder=self.holder,
            lanes=len(self._lanes),
            published=self._published,
            without_payload=self._without_payload,
            lag=lag.count,
            oldest=lag.oldest,
            error=self._error,
        )

    def _claim(self) -> None:
        now, lease = self._clock(), timedelta(seconds=self._options.lease)
        if self._claimed_until - now > lease * 2 / 3:
            return
        until = now + lease
        self._lanes = self._store.transact(
            lambda tx: self._source.claim(tx, self.holder, to_iso(now), to_iso(until))
        )
        self._claimed_until = until

    def _run(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                if not self.step():
                    self._wait(self._options.look_every)
                self._tell()
                pause, self._error = 0.1, None
            except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
                self._error = f"{type(error).__name__}: {error}"
                _log.warning("The relay tries again in %.1f s: %s", pause, self._error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        try:
            self.release()
        except Exception as error:  # noqa: BLE001 - the lease ends by itself
            _log.warning("The relay could not give its lanes back: %s", error)

    def _tell(self) -> None:
        now = self._clock()
        if (now - self._told_at).total_seconds() < self._options.tell_every:
            return
        self._told_at = now
        lag: Lag = self._store.snapshot(self._source.lag)
        if lag.count:
            _log.info("The relay has %d events to publish, since %s", lag.count, lag.oldest)
