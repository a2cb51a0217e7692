"""The follower: tails the outbox and brings everybody's figures up to date, each event once.

A batch is read and folded outside the writing transaction; the effect and the position are then
written in one. Whatever happens in between, the next look starts from the position that stands
beside the figures, and each user's own `seq` keeps an event from counting twice (design, law 5).
"""

import logging
import threading
from dataclasses import dataclass, field

from cinematch.events.ports import Outbox, Placed
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock, to_iso
from cinematch.stats.cards import write_card
from cinematch.stats.core.trends import trends_since
from cinematch.stats.folding import Folding, without_collecting
from cinematch.stats.ports import StatsRepository, UserDelta

CONSUMER = "stats"
CARDS_UP_TO = 100
"""Events in a batch up to which full delta cards are made; beyond, it is an import: totals only."""

_LOOK_EVERY = 0.5  # seconds; another process may write without ringing the bell
_LONGEST_PAUSE = 5.0
_ALARMS_KEPT = 20
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FollowerHealth:
    """How the follower is. `lag` is in events; `alarms` are the latest ones, in words."""

    running: bool
    position: int
    lag: int
    applied: int
    set_aside: int
    negatives: int
    error: str | None
    alarms: tuple[str, ...]


@dataclass
class _Batch:
    """Events from `start` on (exclusive) to `end`, folded by user.

    `seen` is what each user's figures held when the events were read, `changes` what comes on top.
    """

    start: int
    end: int
    since: str
    placed: list[Placed]
    seen: dict[str, int]
    changes: list[UserDelta] = field(default_factory=list)
    unreadable: list[tuple[Placed, str]] = field(default_factory=list)

    def fold(self) -> None:
        """Fold what the figures do not hold yet."""
        folding = Folding(self.seen, self.since)
        folding.take_all(self.placed)
        self.changes, self.unreadable = folding.changes(), folding.unreadable


class Follower:
    """One thread, or `catch_up()` without one; several at once do no harm."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        figures: StatsRepository,
        signals: Signals,
        clock: Clock,
        *,
        batch: int = 20_000,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._figures = figures
        self._signals = signals
        self._clock = clock
        self._limit = batch
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._applied = self._set_aside = self._negatives = 0
        self._error: str | None = None
        self._alarms: list[str] = []

    def start(self) -> None:
        """Follow in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._run, name="stats-follower", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the batch at hand, which is written whole or not at all."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            self._signals.written()
            thread.join(timeout)

    def catch_up(self) -> int:
        """Apply everything there is and return how many events were read; needs no thread."""
        total = 0
        while read := self.step():
            total += read
        return total

    def step(self) -> int:
        """Apply one batch and return how many events it read, 0 when there is nothing new."""
        with without_collecting():
            return self._step()

    def health(self) -> FollowerHealth:
        """Return how things stand; costs two reads."""
        position, last = self._store.snapshot(
            lambda tx: (self._outbox.position(tx, CONSUMER), self._outbox.last_position(tx))
        )
        thread = self._thread
        return FollowerHealth(
            running=thread is not None and thread.is_alive(),
            position=position,
            lag=max(0, last - position),
            applied=self._applied,
            set_aside=self._set_aside,
            negatives=self._negatives,
            error=self._error,
            alarms=tuple(self._alarms),
        )

    def _run(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                if not self.step():
                    self._signals.wait_for_write(_LOOK_EVERY)
                pause, self._error = 0.1, None
            except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
                self._error = f"{type(error).__name__}: {error}"
                _log.warning("The follower tries again in %.1f s: %s", pause, self._error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _step(self) -> int:
        self._outbox.place(self._store)
        batch = self._store.snapshot(self._read)
        if not batch.placed:
            return 0
        negatives = self._store.transact(lambda tx: self._write(tx, batch))
        if negatives is not None:
            self._tell(batch, negatives)
        return len(batch.placed)

    def _read(self, tx: Tx) -> _Batch:
        start = self._outbox.position(tx, CONSUMER)
        placed = self._outbox.after(tx, start, self._limit)
        end = placed[-1].position if placed else start
        seen = self._figures.progress(tx, {item.user_id for item in placed}) if placed else {}
        batch = _Batch(start, end, trends_since(self._clock().date()), placed, seen)
        batch.fold()
        return batch

    def _write(self, tx: Tx, batch: _Batch) -> list[str] | None:
        """Write effect and position; None when another follower was quicker."""
        if self._outbox.position(tx, CONSUMER) != batch.start:
            return None
        seen = self._figures.progress(tx, batch.seen)
        if seen != batch.seen:  # somebody's figures were rebuilt, or an account went, meanwhile
            batch.seen = seen
            batch.fold()
        now = to_iso(self._clock())
        self._figures.forget_days(tx, batch.since)
        if batch.changes:
            self._figures.apply(tx, batch.changes)
        for item, reason in batch.unreadable:
            self._figures.set_aside(tx, item, reason, now)
        self._outbox.save_position(tx, CONSUMER, batch.end)
        for change in batch.changes:
            write_card(self._figures, tx, change, detailed=len(batch.placed) <= CARDS_UP_TO)
        return self._figures.negatives(tx, [change.user_id for change in batch.changes])

    def _tell(self, batch: _Batch, negatives: list[str]) -> None:
        self._applied += len(batch.placed) - len(batch.unreadable)
        self._set_aside += len(batch.unreadable)
        self._negatives += len(negatives)
        for item, reason in batch.unreadable:
            self._alarm(f"event {item.position} of {item.user_id} was set aside: {reason}")
        for words in negatives:
            self._alarm(f"a counter is below zero: {words}")
        for change in batch.changes:
            self._signals.advanced(change.user_id, change.seq)

    def _alarm(self, words: str) -> None:
        _log.error("Statistics: %s", words)
        self._alarms = [*self._alarms[1 - _ALARMS_KEPT :], words]
