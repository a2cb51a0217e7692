"""The outbox itself as a consumer's source: no broker, positions in the store."""

import threading
from collections.abc import Callable, Sequence
from typing import Final

from cinematch.events.ports import OUTBOX, Message, Outbox, Placed
from cinematch.infra.ports import Store, Tx

_LOOK_EVERY: Final = 0.25  # seconds


class OutboxSource:
    """Implements `events.ports.Source`; the one partition is 0, and offsets are positions."""

    def __init__(
        self,
        store: Store,
        outbox: Outbox,
        consumer: str,
        *,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        """Make a source; `wait(seconds)` may return sooner when something was written."""
        self._store = store
        self._outbox = outbox
        self._consumer = consumer
        self._wait = wait or threading.Event().wait

    def read(self, limit: int, timeout: float) -> list[Message]:
        found = self._read(limit)
        if not found and timeout > 0:
            self._wait(min(timeout, _LOOK_EVERY))
            found = self._read(limit)
        return found

    def save(self, tx: Tx, messages: Sequence[Message]) -> None:
        reached = max((m.offset for m in messages if m.topic == OUTBOX), default=0)
        # Another process may follow under the same name, and be ahead.
        if reached > self._outbox.position(tx, self._consumer):
            self._outbox.save_position(tx, self._consumer, reached)

    def gaps(self) -> bool:
        return False

    def lag(self) -> dict[int, int]:
        position, last = self._store.snapshot(
            lambda tx: (self._outbox.position(tx, self._consumer), self._outbox.last_position(tx))
        )
        return {0: max(0, last - position)}

    def close(self) -> None:
        """Nothing is held."""

    def _read(self, limit: int) -> list[Message]:
        self._outbox.place(self._store)
        placed: list[Placed] = self._store.snapshot(
            lambda tx: self._outbox.after(tx, self._outbox.position(tx, self._consumer), limit)
        )
        return [
            Message(one.user_id, one.seq, one.payload, OUTBOX, 0, one.position) for one in placed
        ]
