"""Folding events into what each user's figures lack: the same lines for follower and Spark."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

import msgspec

from cinematch.events.core import SCHEMA_VERSION, Event, decode
from cinematch.events.ports import Placed
from cinematch.stats.core.delta import Delta, Tally, fold
from cinematch.stats.ports import UserDelta


class Folding:
    """Events while they are being folded, each user's from what `seen` holds on.

    Each event is folded as soon as it is decoded, while it is warm, and then let go.

    Attributes:
        seen: the last `seq` that each user's figures hold; whoever is not in it is gone.
        since: the first day that the community's trends count.
        unreadable: events set aside, with the reason.
    """

    def __init__(self, seen: Mapping[str, int], since: str) -> None:
        self.seen = seen
        self.since = since
        self.unreadable: list[tuple[Placed, str]] = []
        self._users: dict[str, _User] = {}

    def take_all(self, placed: Iterable[Placed]) -> None:
        """Decode and fold, in this order; users who are gone are passed over."""
        for item in placed:
            event = readable(item)
            if isinstance(event, str):
                self.unreadable.append((item, event))
            else:
                self.take(item, event)

    def take(self, item: Placed, event: Event) -> None:
        """Fold an event unless its user is gone, or it is held already."""
        user = self._users.get(item.user_id)
        if user is None:
            if item.user_id not in self.seen:
                return
            user = _User(self.seen[item.user_id], Tally(self.since))
            self._users[item.user_id] = user
        if item.seq > user.seq:
            user.seq, user.as_of = item.seq, event.occurred_at
            user.tally.take(event)
            user.items.append(item)

    def held(self, user_id: str) -> int | None:
        """Return the user's last `seq`, with what has been folded; None for who is gone."""
        user = self._users.get(user_id)
        return self.seen.get(user_id) if user is None else user.seq

    def changes(self) -> list[UserDelta]:
        """Return what came on top of `seen`, by user."""
        return [
            UserDelta(user_id, self._delta(user), user.seq, user.as_of)
            for user_id, user in self._users.items()
            if user.items
        ]

    def _delta(self, user: "_User") -> Delta:
        """Return the sum; events that cannot be counted (a date outside the calendar) go aside."""
        try:
            return user.tally.delta()
        except ValueError:
            return self._one_by_one(user.items)

    def _one_by_one(self, items: Iterable[Placed]) -> Delta:
        total = Delta()
        for item in items:
            try:
                total.add(fold([decode(item.payload)], self.since))
            except ValueError as error:
                self.unreadable.append((item, str(error)))
        return total


class _User:
    """One user's new events while they are being folded."""

    __slots__ = ("as_of", "items", "seq", "tally")

    def __init__(self, seq: int, tally: Tally) -> None:
        self.seq = seq
        self.tally = tally
        self.as_of = ""
        self.items: list[Placed] = []


def readable(item: Placed) -> Event | str:
    """Decode an event, or say why it cannot be read at its place."""
    try:
        event = decode(item.payload)
    except msgspec.DecodeError as error:
        return str(error)
    if event.user_id != item.user_id or event.seq != item.seq:
        return "its user and number are not those of its place"
    if event.schema_version > SCHEMA_VERSION:
        return f"of a newer schema ({event.schema_version})"
    return event


@contextmanager
def without_collecting() -> Iterator[None]:
    """Put off garbage collection for a batch: what it makes is much, soon gone, and no cycle."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()
