"""The loop that every consumer runs: each user's events once, in order, whatever comes twice.

Effect and progress are written in one transaction. What a message repeats is passed over by the
user's `seq`; what it leaves out is read from the outbox, which is the truth; what cannot be taken
is set aside, and the loop goes on.
"""

import logging
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from cinematch.events.ports import (
    Bus,
    ConsumerProgress,
    Handler,
    Letter,
    Message,
    Source,
)
from cinematch.events.service.taking import Taking, read_event
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import StoreFull, Unavailable

_WAIT = 0.5  # seconds for the first message
_LETTERS_EVERY = 1.0
_LONGEST_PAUSE = 5.0
_OUTSIDE_EVERY = 1.0
_USERS_AT_ONCE = 500
_LETTERS_AT_ONCE = 100
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LoopHealth:
    """How a consumer is. `lag` is in messages, by partition of the source."""

    name: str
    running: bool
    lag: dict[int, int]
    handled: int
    set_aside: int
    error: str | None


class ConsumerLoop:
    """One thread, or `catch_up()` without one; several of one name share the work or do no harm."""

    def __init__(  # noqa: PLR0913 - the parts of a loop, put together in one place
        self,
        handler: Handler,
        source: Source,
        progress: ConsumerProgress,
        store: Store,
        clock: Clock,
        *,
        bus: Bus | None = None,
        batch: int = 500,
    ) -> None:
        """Make a loop; with a `bus`, what is set aside is also published there."""
        self._handler = handler
        self._source = source
        self._progress = progress
        self._store = store
        self._clock = clock
        self._bus = bus
        self._limit = batch
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._batch: list[Message] = []  # read, and not saved yet
        self._sweeping = False
        self._poison: dict[tuple[str, int], str] = {}
        self._trying: list[tuple[str, int]] = []  # what the handler has in hand
        self._owed = self._untold = True
        self._letters_at = 0.0
        self._handled = self._set_aside = 0
        self._outside_at = 0.0
        self._error: str | None = None
        self._outside_error: str | None = None

    def start(self) -> None:
        """Consume in a thread of its own until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(
                target=self._run, name=f"consumer-{self._handler.name}", daemon=True
            )
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """End after the batch at hand, which is written whole or not at all."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._stopping.set()
            thread.join(timeout)

    def catch_up(self, quiet: float = 0.0) -> int:
        """Take everything until nothing came for `quiet` seconds; return how many messages."""
        total = 0
        while taken := self.step(quiet):
            total += taken
        return total

    def step(self, timeout: float = _WAIT) -> int:
        """Take one batch, waiting up to `timeout` seconds for it; return how many messages.

        Raises:
            Unavailable: the source or the store does not answer; nothing is lost, call again.
        """
        if not self._batch:
            self._batch = self._source.read(self._limit, timeout)
        self._sweeping = self._source.gaps() or self._sweeping
        if self._sweeping and not self._sweep():
            return 0
        self._take(self._batch)
        taken, self._batch = len(self._batch), []
        if not taken or time.monotonic() - self._letters_at > _LETTERS_EVERY:
            self._retry_letters()
        self._tell()
        return taken

    def health(self) -> LoopHealth:
        """Return how things stand."""
        thread = self._thread
        return LoopHealth(
            name=self._handler.name,
            running=thread is not None and thread.is_alive(),
            lag=self._source.lag(),
            handled=self._handled,
            set_aside=self._set_aside,
            error=self._error or self._outside_error,
        )

    def close(self) -> None:
        """Let go of the source; nothing is consumed any more."""
        self._source.close()

    def _run(self) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                self.step()
                pause, self._error = 0.1, None
            except Exception as error:  # noqa: BLE001 - nothing else would ever start it again
                self._error = f"{type(error).__name__}: {error}"
                _log.warning("%s tries again in %.1f s: %s", self._handler.name, pause, self._error)
                self._stopping.wait(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
        self.close()

    def _take(self, messages: Sequence[Message]) -> None:
        """Have all messages handled; a part at a time where one of them cannot be."""
        most, whole = self._limit, not messages
        while not whole:
            try:
                taking = self._store.transact(lambda tx, n=most: self._write(tx, messages, n))  # type: ignore[misc]
            except (Unavailable, StoreFull):
                raise
            except Exception as error:
                if not self._trying:
                    raise  # not the handler's
                if len(self._trying) > 1:
                    most = len(self._trying) // 2
                    continue
                self._poison[self._trying[0]] = f"{type(error).__name__}: {error}"
                most = self._limit
            else:
                whole = taking.whole
                self._note(taking)

    def _write(self, tx: Tx, messages: Sequence[Message], most: int) -> Taking:
        name = self._handler.name
        self._trying = []
        users = sorted({message.user_id for message in messages})
        taking = Taking(
            standings=self._progress.standings(tx, name, users),
            stored=lambda user, after, limit: self._progress.stored(tx, user, after, limit),
            poison=self._poison,
            most=most,
        )
        for message in messages:
            taking.take(message)
        if taking.events:
            self._trying = [(event.user_id, event.seq) for event in taking.events]
            self._handler.handle(tx, taking.events)
            self._trying = []
        self._progress.save(tx, name, taking.handled)
        if taking.refused:
            now = to_iso(self._clock())
            self._progress.set_aside(tx, [one.letter(name, now) for one in taking.refused])
        if taking.whole:
            self._source.save(tx, messages)
        return taking

    def _note(self, taking: Taking) -> None:
        self._handled += len(taking.events)
        self._set_aside += len(taking.refused)
        self._untold = self._untold or bool(taking.refused)
        self._owed = self._owed or bool(taking.events)
        for one in taking.refused:
            self._poison.pop((one.message.user_id, one.message.seq), None)
            _log.error("%s: event %s was set aside: %s", self._handler.name, one.place, one.reason)

    def _sweep(self) -> bool:
        """Look through all users for events that no message will tell of any more.

        Returns whether the end was reached; before that, no message may be saved as done.
        """
        after: str | None = ""
        while after is not None and not self._stopping.is_set():
            start = after
            behind, after = self._store.snapshot(
                lambda tx, a=start: self._progress.behind(  # type: ignore[misc]
                    tx, self._handler.name, a, _USERS_AT_ONCE
                )
            )
            for user_id, last in behind.items():
                self._take([Message(user_id, last, None)])
        if after is None:
            self._store.transact(lambda tx: self._source.save(tx, []))
            self._sweeping = False
        return not self._sweeping

    def _retry_letters(self) -> None:
        """Hand the handler, once more, what somebody wants to be tried again."""
        self._letters_at = time.monotonic()
        name = self._handler.name
        for letter in self._store.snapshot(
            lambda tx: self._progress.letters(tx, name, wanted=True, limit=_LETTERS_AT_ONCE)
        ):
            try:
                self._store.transact(lambda tx, one=letter: self._retry(tx, one))  # type: ignore[misc]
            except (Unavailable, StoreFull):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the letter's reason
                self._keep(letter, f"{type(error).__name__}: {error}")
            else:
                self._handled += 1
                self._owed = True

    def _retry(self, tx: Tx, letter: Letter) -> None:
        message = Message(letter.user_id or "", letter.seq, letter.payload)
        self._handler.handle(tx, [read_event(message)])
        self._progress.settle(tx, letter)

    def _keep(self, letter: Letter, reason: str) -> None:
        now = to_iso(self._clock())
        again = replace(letter, reason=reason, set_aside_at=now, wanted=False)
        self._store.transact(lambda tx: self._progress.set_aside(tx, [again]))
        self._untold = True

    def _tell(self) -> None:
        """Do what is due outside the store; what fails is due again a little later."""
        if time.monotonic() < self._outside_at:
            return
        try:
            if self._owed:
                self._handler.afterwards()
                self._owed = False
            if self._untold and self._bus is not None:
                self._publish_letters(self._bus)
            self._outside_error = None
        except Exception as error:  # noqa: BLE001 - an end outside may fail in any way
            self._outside_at = time.monotonic() + _OUTSIDE_EVERY
            self._outside_error = f"{type(error).__name__}: {error}"
            _log.warning("%s: afterwards: %s", self._handler.name, self._outside_error)

    def _publish_letters(self, bus: Bus) -> None:
        name = self._handler.name
        letters = self._store.snapshot(lambda tx: self._progress.untold(tx, name, _LETTERS_AT_ONCE))
        if letters:
            bus.set_aside(letters)
            self._store.transact(lambda tx: self._progress.told(tx, letters))
        self._untold = len(letters) == _LETTERS_AT_ONCE
