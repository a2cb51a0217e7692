"""The outbox: where an event is written with the change that it tells of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from cinematch.events.core import Event
from cinematch.infra.ports import Tx


@dataclass(frozen=True)
class Placed:
    """An event's JSON at its place in the order of commits."""

    position: int
    user_id: str
    seq: int
    payload: bytes


class Outbox(Protocol):
    """Events in two orders: by `position` over all users, by `seq` within one."""

    def next_seq(self, tx: Tx, user_id: str, count: int = 1) -> int:
        """Take the user's next `count` sequence numbers, inside the caller's transaction.

        Returns the first of them.

        Raises:
            NotFound: there is no such user.
        """
        ...

    def append(self, tx: Tx, *events: Event) -> None:
        """Write events in the caller's transaction, in their order."""
        ...

    def after(self, tx: Tx, position: int, limit: int) -> list[Placed]:
        """Return up to `limit` events past `position`, in the order of their commits."""
        ...

    def of_user(self, tx: Tx, user_id: str, after_seq: int = 0) -> Iterator[Event]:
        """Yield the user's events past `after_seq`, by `seq`."""
        ...

    def of_film(self, tx: Tx, user_id: str, film_id: str) -> list[Event]:
        """Return the events about one of the user's films, by `seq`."""
        ...

    def last_seq(self, tx: Tx, user_id: str) -> int:
        """Return the `seq` of the user's last event, 0 when there is none."""
        ...

    def last_position(self, tx: Tx) -> int:
        """Return the position of the last event of all, 0 when there is none."""
        ...

    def position(self, tx: Tx, consumer: str) -> int:
        """Return how far a consumer has come, 0 at first."""
        ...

    def save_position(self, tx: Tx, consumer: str, position: int) -> None:
        """Save how far a consumer has come, together with its effect."""
        ...

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Remove every event of a user, whose account is being erased."""
        ...
