"""Applying a batch of messages to everybody's figures; what brought them does not matter here.

A batch may come again, partly or whole, and its events in any order between users: each user's own
`seq`, read in the transaction that writes, decides what is new. What a topic has lost on the way
(retention, a topic made anew, a checkpoint gone astray) is taken from the outbox; what the outbox
never had (somebody else's message, a topic newer than a restored backup) is set aside.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

import msgspec

from cinematch.events.core import SCHEMA_VERSION, Event, decode, encode
from cinematch.events.ports import Outbox, Placed
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock, to_iso
from cinematch.stats.cards import write_card
from cinematch.stats.core.trends import trends_since
from cinematch.stats.folding import Folding, without_collecting
from cinematch.stats.ports import StatsRepository

_SWEPT = 20
"""Users in one transaction of a sweep; each may lack thousands of events."""
_log = logging.getLogger(__name__)


class Arrival(NamedTuple):
    """A message as it came: `key` names the user, `value` is an event as JSON.

    Without a value it says that the user has an event too big for the topic; the outbox has it.
    """

    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


Refuse = Callable[[Arrival, str], None]
"""What also hears of a message that cannot be read, with the reason; such as a dead-letter topic.

It is called after the transaction, so perhaps twice for one message.
"""


@dataclass(frozen=True)
class ApplyOptions:
    """How a batch is cut, and what is made of it."""

    group: int = 500
    """Users whose figures change in one transaction."""

    cards_up_to: int = 100
    """Messages in a batch up to which full delta cards are made; beyond, they hold totals only."""

    card_users: int = 20
    """Users in a batch up to which cards are made at all; beyond, a page shows the state.

    A card costs about as much as the figures themselves.
    """

    community: bool = True
    """Whether the community's figures are written too, or left to a stream of their own."""


@dataclass
class Applied:
    """What became of some messages.

    Attributes:
        arrived: messages.
        set_aside: messages that could not be read or counted.
        filled: events that the topic lacked and the outbox had.
        changed: users whose figures moved on, with the `seq` that they hold now.
        negatives: counters below zero, in words.
    """

    arrived: int = 0
    set_aside: int = 0
    filled: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    negatives: list[str] = field(default_factory=list)


class ApplyService:
    """Applies messages to figures. Several at once do no harm."""

    def __init__(  # noqa: PLR0913 - what it is made of
        self,
        store: Store,
        outbox: Outbox,
        figures: StatsRepository,
        signals: Signals,
        clock: Clock,
        *,
        options: ApplyOptions | None = None,
        refuse: Refuse | None = None,
    ) -> None:
        self._store = store
        self._outbox = outbox
        self._figures = figures
        self._signals = signals
        self._clock = clock
        self._options = options or ApplyOptions()
        self._refuse = refuse
        self._forgotten = ""

    def apply(self, arrivals: Sequence[Arrival]) -> Applied:
        """Apply a batch: one transaction for each group of users, all of it or none.

        Raises:
            StoreBusy, StoreFull: some groups may be in; the same batch may simply come again.
        """
        applied = Applied(arrived=len(arrivals))
        cards = None
        users = _by_key(arrivals)
        if len(users) <= self._options.card_users:
            cards = "full" if len(arrivals) <= self._options.cards_up_to else "totals"
        with without_collecting():
            for group in _groups(users.items(), self._options.group):
                self._apply(_Group(dict(group), cards), applied)
        return applied

    def sweep(self) -> Applied:
        """Apply what the outbox holds and the figures lack, of everybody: after a topic was lost.

        Raises:
            StoreBusy, StoreFull: some groups may be in.
        """
        applied = Applied()
        users = self._users_after("")
        while users:
            with without_collecting():
                self._apply(_Group(dict.fromkeys(users, ()), None, whole=True), applied)
            users = self._users_after(users[-1])
        return applied

    def _users_after(self, last: str) -> list[str]:
        return self._store.snapshot(lambda tx: self._figures.user_ids(tx, last, _SWEPT))

    def _apply(self, group: "_Group", applied: Applied) -> None:
        since = trends_since(self._clock().date())
        folded = self._store.snapshot(lambda tx: self._fold(tx, group, since))
        if new := folded.new_users():
            self._store.transact(lambda tx: self._figures.begin(tx, new))
        folded, negatives = self._store.transact(lambda tx: self._write(tx, group, folded))
        self._forgotten = since
        applied.set_aside += len(folded.letters)
        applied.filled += folded.filled
        applied.negatives += negatives
        for words in negatives:
            _log.error("Statistics: a counter is below zero: %s", words)
        for arrival, letter, reason in folded.letters:
            self._tell(arrival, letter, reason)
        for user_id, seq in folded.reached.items():
            applied.changed[user_id] = seq
            self._signals.advanced(user_id, seq)

    def _tell(self, arrival: Arrival | None, letter: Placed, reason: str) -> None:
        _log.error("Statistics: an event of %r was set aside: %s", letter.user_id, reason)
        if self._refuse is None or arrival is None:
            return
        try:
            self._refuse(arrival, reason)
        except Exception:  # noqa: BLE001 - whatever the topic's client may raise
            # The store has it; a topic that is away must not stop everybody's figures.
            _log.exception("The dead-letter topic did not take an event.")

    def _fold(self, tx: Tx, group: "_Group", since: str) -> "_Folded":
        """Read how far the figures are and fold what they lack."""
        seen = self._figures.progress(tx, group.users)
        last = self._outbox.last_seqs(tx, seen)
        folded = _Folded(Folding(seen, since), since)
        for user_id, arrivals in group.users.items():
            held, end = seen.get(user_id), last.get(user_id, 0)
            events = folded.read(user_id, arrivals)
            if held is None:
                continue
            for event, arrival in events:
                if event.seq > end:
                    folded.refuse(user_id, arrival, "the outbox has no such event")
                elif event.seq > held:
                    if event.seq > held + 1:
                        self._fill(tx, folded, user_id, held, event.seq)
                    held = event.seq
                    folded.take(user_id, event, arrival)
            if group.whole or any(one.value is None for one in arrivals):
                self._fill(tx, folded, user_id, held, end + 1)
        folded.finish()
        return folded

    def _fill(self, tx: Tx, folded: "_Folded", user_id: str, after: int, before: int) -> None:
        """Fold what lies between two numbers as the outbox has it."""
        for event in self._kept(tx, user_id, after, before):
            if event.schema_version <= SCHEMA_VERSION:
                folded.take(user_id, event, None)

    def _kept(self, tx: Tx, user_id: str, after: int, before: int) -> Iterator[Event]:
        """Yield the outbox's events between two numbers; one that cannot be read is passed over."""
        while after + 1 < before:
            try:
                for event in self._outbox.of_user(tx, user_id, after):
                    after = min(event.seq, before)
                    if after == before:
                        break
                    yield event
                else:
                    after = before
            except msgspec.DecodeError:
                after += 1
                _log.warning("Event %d of %s cannot be read in the outbox.", after, user_id)

    def _write(self, tx: Tx, group: "_Group", folded: "_Folded") -> tuple["_Folded", list[str]]:
        """Write what was folded; fold anew when the figures moved meanwhile."""
        if self._figures.progress(tx, group.users) != folded.folding.seen:
            folded = self._fold(tx, group, folded.since)
        now = to_iso(self._clock())
        if self._options.community and folded.since != self._forgotten:
            self._figures.forget_days(tx, folded.since)
        for _, letter, reason in folded.letters:
            self._figures.set_aside(tx, letter, reason, now)
        if not folded.changes:
            return folded, []
        if not self._options.community:
            for change in folded.changes:
                change.delta.films, change.delta.trend_days = {}, {}
        self._figures.apply(tx, folded.changes)
        if group.cards:
            for change in folded.changes:
                write_card(self._figures, tx, change, detailed=group.cards == "full")
        return folded, self._figures.negatives(tx, folded.reached)


@dataclass(frozen=True)
class _Group:
    """Users of one transaction with their messages. With `whole`, all that the outbox has too."""

    users: Mapping[str, Sequence[Arrival]]
    cards: str | None
    whole: bool = False


class _Folded:
    """What a group's transaction writes."""

    def __init__(self, folding: Folding, since: str) -> None:
        self.folding = folding
        self.since = since
        self.filled = 0
        self.letters: list[tuple[Arrival | None, Placed, str]] = []
        self.reached: dict[str, int] = {}
        self._taken: list[Arrival | None] = []

    def new_users(self) -> list[str]:
        """Return users whose first figures these are."""
        return [user_id for user_id in self.reached if not self.folding.seen[user_id]]

    def take(self, user_id: str, event: Event, arrival: Arrival | None) -> None:
        """Fold an event; without an arrival it is from the outbox."""
        payload = encode(event) if arrival is None else arrival.value
        self.filled += arrival is None
        self.folding.take(Placed(len(self._taken), user_id, event.seq, payload or b""), event)
        self._taken.append(arrival)

    def read(self, user_id: str, arrivals: Sequence[Arrival]) -> list[tuple[Event, Arrival]]:
        """Decode a user's messages, in the order of `seq`; those that cannot be read go aside."""
        events = []
        for arrival in arrivals:
            if arrival.value is None and user_id:
                continue
            event = _event(user_id, arrival)
            if isinstance(event, str):
                self.refuse(user_id, arrival, event)
            else:
                events.append((event, arrival))
        events.sort(key=_seq_of)
        return events

    def refuse(self, user_id: str, arrival: Arrival, reason: str) -> None:
        """Set a message aside."""
        payload = arrival.value or b""
        where = f"{reason} (partition {arrival.partition}, offset {arrival.offset})"
        letter = Placed(_number(user_id, payload), user_id, 0, payload)
        self.letters.append((arrival, letter, where))

    def finish(self) -> None:
        """Sum up."""
        self.changes = self.folding.changes()
        self.reached = {change.user_id: change.seq for change in self.changes}
        for item, reason in self.folding.unreadable:
            letter = Placed(
                _number(item.user_id, item.payload), item.user_id, item.seq, item.payload
            )
            self.letters.append((self._taken[item.position], letter, reason))


def _event(user_id: str, arrival: Arrival) -> Event | str:
    """Decode an event, or say why it cannot be read."""
    try:
        event = decode(arrival.value or b"")
    except msgspec.DecodeError as error:
        return str(error)
    if event.user_id != user_id:
        return "its user is not that of its key"
    if event.schema_version > SCHEMA_VERSION:
        return f"of a newer schema ({event.schema_version})"
    return event


def _seq_of(found: tuple[Event, Arrival]) -> int:
    return found[0].seq


def _by_key(arrivals: Iterable[Arrival]) -> dict[str, list[Arrival]]:
    users: dict[bytes | None, list[Arrival]] = {}
    for arrival in arrivals:
        known = users.get(arrival.key)
        if known is None:
            users[arrival.key] = [arrival]
        else:
            known.append(arrival)
    return {(key or b"").decode(errors="replace"): found for key, found in users.items()}


def _groups(
    users: Iterable[tuple[str, Sequence[Arrival]]], size: int
) -> Iterator[list[tuple[str, Sequence[Arrival]]]]:
    rest = iter(users)
    while group := list(islice(rest, size)):
        yield group


def _number(user_id: str, payload: bytes) -> int:
    """Return where a letter is kept: by its content, so that one that comes again is the same.

    It is below zero, where no place in the outbox is.
    """
    content = blake2b(payload, digest_size=6, key=user_id.encode()[:64])
    return -int.from_bytes(content.digest()) - 1
