"""The outbox, where an event is written with the change that it tells of; the ways out of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cinematch.events.core import Event
from cinematch.infra.ports import Store, Tx


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

    def place(self, store: Store) -> None:
        """Give the events committed since the last call their places in the order of all.

        Whoever reads with `after` calls this first, outside any transaction. Each user's events
        are placed in the order of `seq`. A store whose commits are ordered anyway does nothing.

        Raises:
            StoreBusy: no turn to write came; what is not placed yet is by the next call.
        """
        ...

    def after(self, tx: Tx, position: int, limit: int) -> list[Placed]:
        """Return up to `limit` placed events past `position`, in the order of their places."""
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

    def last_seqs(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        """Return `last_seq` of these users, however many; who has no account is left out."""
        ...

    def last_position(self, tx: Tx) -> int:
        """Return the position that the last event of all has or will have, 0 when there is none.

        Events that wait for their place count, so what a reader lacks is never understated.
        """
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


@dataclass(frozen=True)
class Lag:
    """What is not published yet: how many events, and when the oldest happened ("" for none)."""

    count: int
    oldest: str = ""


class RelaySource(Protocol):
    """The outbox as relays see it: lanes of users, each lane in the hands of one relay at a time.

    Events of one user are in one lane. Instants are text as `kit.clock.to_iso` writes it.
    """

    def claim(self, tx: Tx, holder: str, now: str, until: str) -> tuple[int, ...]:
        """Return the lanes that are the holder's until `until`, a fair share of all.

        Called at least twice within the time of a lease, between batches: what is held is
        renewed, what is more than the share goes back, what a dead relay held is taken over.
        """
        ...

    def release(self, tx: Tx, holder: str) -> None:
        """Give every lane back at once."""
        ...

    def pending(self, tx: Tx, lanes: Sequence[int], after_user: str, limit: int) -> list[Placed]:
        """Return up to `limit` unpublished events of these lanes, each user's by `seq`.

        Reading begins with the users past `after_user` and goes round, and nobody has more than a
        share of the batch while others wait; a store that has one order of commits takes that.
        An event's position is 0 where the store has not given one yet.
        """
        ...

    def mark_published(
        self, tx: Tx, holder: str, lanes: Sequence[int], events: Sequence[Placed], now: str
    ) -> bool:
        """Note that `events` are published; False, with nothing written, when a lane is lost."""
        ...

    def lag(self, tx: Tx) -> Lag:
        """Return what all relays together have still to publish."""
        ...


OUTBOX: Final = "outbox"
"""The topic of messages that come from the outbox itself."""


@dataclass(frozen=True)
class Message:
    """An event's JSON as a consumer meets it.

    `seq` is 0 where nothing but the payload could tell it. `payload` None is a bell: the outbox
    has events of this user up to `seq`.
    """

    user_id: str
    seq: int
    payload: bytes | None
    topic: str = ""
    partition: int = 0
    offset: int = 0


@dataclass(frozen=True)
class Letter:
    """An event that a consumer could not take: where it was found, and why it was set aside."""

    consumer: str
    letter_id: str  # `user/seq`, or where it was found
    user_id: str | None  # None where it is nobody's known here
    seq: int
    reason: str
    payload: bytes
    topic: str
    partition: int
    offset: int
    set_aside_at: str
    wanted: bool = False
    """Whether somebody has asked for another try."""


class Bus(Protocol):
    """Where events are published for consumers elsewhere."""

    def publish(self, events: Sequence[Placed]) -> int:
        """Publish in this order and wait until every event is kept by all replicas.

        Returns how many were too large and went as a bell: without their payload. After a
        failure nobody knows what has arrived, so events may be published twice.

        Raises:
            Unavailable: the broker does not answer or cannot keep events now.
        """
        ...

    def set_aside(self, letters: Sequence[Letter]) -> None:
        """Publish what a consumer could not take, with the reason.

        Raises:
            Unavailable: see `publish`.
        """
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


class Handler(Protocol):
    """What a room does with events: each once, in the order of the user's `seq`."""

    name: str
    """Under this name progress is kept; one word, as in `audit`."""

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Write the effect of `events` in the transaction that also saves the progress.

        The store may ask for it again, so it has no effect outside `tx`. An event upon which it
        raises anything but `Unavailable` or `StoreFull` is set aside, and the others go on.
        """
        ...

    def afterwards(self) -> None:
        """Do what is due outside the store, after a commit; a crash may skip a call.

        What is owed is therefore kept in the store by `handle`, and looked up here.
        """
        ...


class Source(Protocol):
    """Where a consumer's events come from: the outbox itself, or a bus."""

    def read(self, limit: int, timeout: float) -> list[Message]:
        """Return the next messages, up to `limit`, waiting up to `timeout` seconds for the first.

        Whoever reads saves what it has read before it reads on.

        Raises:
            Unavailable: the other end does not answer.
        """
        ...

    def save(self, tx: Tx, messages: Sequence[Message]) -> None:
        """Save in the caller's transaction that these messages are done.

        None at all is said after a gap was looked through.
        """
        ...

    def gaps(self) -> bool:
        """Say whether events may have passed unseen since the last call (a topic made anew)."""
        ...

    def lag(self) -> dict[int, int]:
        """Return how many messages are still to be done, by partition."""
        ...

    def close(self) -> None:
        """Let go of the connections."""
        ...


@dataclass(frozen=True)
class Standing:
    """What a consumer has handled of a user's events, and how many there are."""

    handled: int
    last: int


class ConsumerProgress(Protocol):
    """How far each consumer has come, kept in the same store as its effects."""

    def standings(self, tx: Tx, consumer: str, user_ids: Sequence[str]) -> Mapping[str, Standing]:
        """Return how things stand for these users; who has no account is left out."""
        ...

    def save(self, tx: Tx, consumer: str, handled: Mapping[str, int]) -> None:
        """Save the last `seq` handled of each of these users."""
        ...

    def behind(
        self, tx: Tx, consumer: str, after_user: str, limit: int
    ) -> tuple[dict[str, int], str | None]:
        """Look through the next `limit` users for events that the consumer has not handled.

        Returns the last `seq` of those who have some, and the user to go on after (None: the end).
        """
        ...

    def stored(self, tx: Tx, user_id: str, after_seq: int, limit: int) -> list[Message]:
        """Return up to `limit` of the user's events in the outbox past `after_seq`, unread."""
        ...

    def offsets(self, tx: Tx, consumer: str, topic_id: str) -> dict[int, int]:
        """Return the next offset to read of each partition of a topic that has one."""
        ...

    def save_offsets(
        self, tx: Tx, consumer: str, topic_id: str, offsets: Mapping[int, int]
    ) -> None:
        """Save the next offset to read of these partitions; it never goes back."""
        ...

    def set_aside(self, tx: Tx, letters: Sequence[Letter]) -> None:
        """Keep letters; one that is there already is replaced."""
        ...

    def letters(
        self, tx: Tx, consumer: str | None = None, *, wanted: bool = False, limit: int = 1_000
    ) -> list[Letter]:
        """Return letters of one consumer or of all, oldest first; or only those `wanted`."""
        ...

    def want(self, tx: Tx, consumer: str | None = None) -> int:
        """Ask for another try of all letters of one consumer or of all; return how many."""
        ...

    def settle(self, tx: Tx, letter: Letter) -> None:
        """Forget a letter, which was handled after all."""
        ...

    def untold(self, tx: Tx, consumer: str, limit: int) -> list[Letter]:
        """Return letters that were not published yet."""
        ...

    def told(self, tx: Tx, letters: Sequence[Letter]) -> None:
        """Note that letters were published."""
        ...
