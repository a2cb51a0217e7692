"""Which of some messages' events a consumer's handler gets: what is new, whole and in order."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import msgspec

from cinematch.events.core import SCHEMA_VERSION, Event, decode
from cinematch.events.ports import Letter, Message, Standing


class Unreadable(Exception):
    """A payload that cannot be taken for the event of its place."""


@dataclass(frozen=True)
class Refused:
    """A message that is set aside, with the reason."""

    message: Message
    reason: str
    known: bool
    """Whether its user has an account here and its number is one of the user's."""

    @property
    def place(self) -> str:
        """Return what tells it from all others."""
        one = self.message
        if self.known:
            return f"{one.user_id}/{one.seq}"
        return f"{one.topic}/{one.partition}/{one.offset}"

    def letter(self, consumer: str, now: str) -> Letter:
        """Return it as it is kept."""
        one = self.message
        return Letter(
            consumer=consumer,
            letter_id=self.place,
            user_id=one.user_id if self.known else None,
            seq=one.seq,
            reason=self.reason,
            payload=one.payload or b"",
            topic=one.topic,
            partition=one.partition,
            offset=one.offset,
            set_aside_at=now,
        )


@dataclass
class Taking:
    """One transaction's share of the messages: at most `most` events, taken or refused."""

    standings: Mapping[str, Standing]
    stored: Callable[[str, int, int], Sequence[Message]]
    """The outbox: a user's events past a `seq`, up to so many."""
    poison: Mapping[tuple[str, int], str]
    most: int
    events: list[Event] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    handled: dict[str, int] = field(default_factory=dict)
    whole: bool = True
    """Whether every message was taken; otherwise the rest is for another transaction."""
    _taken: int = 0

    def take(self, message: Message) -> None:
        """Take a message, and before it what its user lacks; doubles are passed over."""
        if not self.whole:
            return
        message = _numbered(message)
        standing = self.standings.get(message.user_id)
        if standing is None:
            self._foreign(message)
            return
        if message.seq > standing.last or message.seq < 1:
            self._refuse(message, "the outbox has no such event", known=False)
            return
        held = self.handled.get(message.user_id, standing.handled)
        if message.seq <= held:
            return
        end = message.seq + 1 if message.payload is None else message.seq
        if self._fill(message.user_id, held, end) and message.payload is not None:
            self._accept(message)

    def _foreign(self, message: Message) -> None:
        """Pass over what an erased account has left in a topic; keep what is no event at all."""
        try:
            read_event(message)
        except Unreadable as error:
            if message.payload is not None:
                self._refuse(message, str(error), known=False)

    def _fill(self, user_id: str, held: int, end: int) -> bool:
        """Take the user's events past `held` and before `end` from the outbox; False: not all."""
        while held + 1 < end and self.whole:
            found = self.stored(user_id, held, self.most - self._taken + 1)
            missing = [one for one in found if one.seq < end]
            if not missing:
                break  # a gap in the outbox itself: nobody has these events any more
            for one in missing:
                self._accept(one)
                held = one.seq
        return self.whole

    def _accept(self, message: Message) -> None:
        if self._taken >= self.most:
            self.whole = False
            return
        reason = self.poison.get((message.user_id, message.seq))
        try:
            event = read_event(message)
        except Unreadable as error:
            true = self._true(message)
            if true is not None:
                self._refuse(message, str(error), known=False)
                self._accept(true)
                return
            self._refuse(message, str(error), known=True)
        else:
            if reason is None:
                self.events.append(event)
            else:
                self._refuse(message, reason, known=True)
        self.handled[message.user_id] = message.seq
        self._taken += 1

    def _true(self, message: Message) -> Message | None:
        """Return what the outbox has in a message's place, where that is something else."""
        found = self.stored(message.user_id, message.seq - 1, 1)
        others = [one for one in found if one.seq == message.seq]
        return next((one for one in others if one.payload != message.payload), None)

    def _refuse(self, message: Message, reason: str, *, known: bool) -> None:
        self.refused.append(Refused(message, reason, known))


def read_event(message: Message) -> Event:
    """Return the event in a message.

    Raises:
        Unreadable: it is none, of a later schema, or another user's or number's.
    """
    try:
        event = decode(message.payload or b"")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(f"it cannot be read: {error}") from error
    if event.schema_version > SCHEMA_VERSION:
        raise Unreadable(f"it is of a newer schema ({event.schema_version})")
    if (event.user_id, event.seq) != (message.user_id, message.seq):
        raise Unreadable("its user and number are not those of its place")
    return event


def _numbered(message: Message) -> Message:
    """Return a message with the number that only its payload tells, where it tells one."""
    if message.seq or message.payload is None:
        return message
    try:
        event = decode(message.payload)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return message
    return replace(message, seq=event.seq)
