"""Who waits for what inside one process: the follower for writes, pages and calls for figures."""

import threading
from collections.abc import Callable

Listener = Callable[[str, int], None]
Teller = Callable[[str, str, bytes], None]


class Signals:
    """Two bells. `written` wakes whoever tails the outbox; `advanced` says whose figures moved.

    A bell carries no data: who hears it reads the store. A bell that is missed costs only the
    wait until the next look, never a change.
    """

    def __init__(self) -> None:
        self._written = threading.Event()
        self._listeners: set[Listener] = set()
        self._tellers: set[Teller] = set()
        self._lock = threading.Lock()

    def written(self) -> None:
        """Say that a transaction with events was committed."""
        self._written.set()

    def wait_for_write(self, timeout: float) -> bool:
        """Wait up to `timeout` seconds for a write since the last wait; say whether one came."""
        heard = self._written.wait(timeout)
        self._written.clear()
        return heard

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have `listener(user_id, seq)` called from the follower's thread; returns how to stop."""
        with self._lock:
            self._listeners.add(listener)

        def stop() -> None:
            with self._lock:
                self._listeners.discard(listener)

        return stop

    def advanced(self, user_id: str, seq: int) -> None:
        """Say that the user's figures now hold event `seq`."""
        with self._lock:
            listeners = list(self._listeners)
        for listener in listeners:
            listener(user_id, seq)

    def tell(self, user_id: str, name: str, payload: bytes) -> None:
        """Send the user's open pages an event of this name, with JSON; nobody may be listening."""
        with self._lock:
            tellers = list(self._tellers)
        for teller in tellers:
            teller(user_id, name, payload)

    def on_tell(self, teller: Teller) -> Callable[[], None]:
        """Have `teller(user_id, name, payload)` called for each `tell`; returns how to stop."""
        with self._lock:
            self._tellers.add(teller)

        def stop() -> None:
            with self._lock:
                self._tellers.discard(teller)

        return stop
