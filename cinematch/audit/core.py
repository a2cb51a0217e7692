"""The chain of the audit log. Pure: hashes are made and checked here, salts are handed in.

An entry is chained by its hash over everything public in it, the two marks, and the hash before.
A mark is a salted hash of a personal part: who did it (`actor`), and whom and what it was about
(`about`). To erase a person the part and its salt go; the mark stays, and with it the chain
(docs/decisions/0011-audit-chain.md).
"""

import json
from collections.abc import Iterable
from hashlib import sha256
from typing import Any
from zlib import crc32

import msgspec

from cinematch.events.core import Event, Image

LANES = 16
"""Chains side by side, by the user concerned, so that many writers do not wait for one end."""

GENESIS = "0" * 64
ERASED = "account.erased"


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be recorded. `details` is plain JSON without fractions."""

    entry_id: str
    at: str  # ISO 8601, UTC
    action: str
    actor: str | None = None  # an account, or None: the installation itself
    user_id: str | None = None  # the account it is about
    subject: str | None = None  # what it is about: a film, a token
    details: dict[str, Any] = {}


class Head(msgspec.Struct, frozen=True):
    """The end of a lane."""

    number: int = 0
    hash: str = GENESIS


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One link. `about` is canonical JSON of `user_id`, `subject` and `details`."""

    entry_id: str
    lane: int
    number: int
    at: str
    action: str
    actor: str | None
    actor_salt: str | None
    actor_mark: str
    user_id: str | None
    about: str | None
    about_salt: str | None
    about_mark: str
    evidence: str | None = None  # of an erasure: how many parts it redacted, and which
    actor_erased_by: str | None = None
    about_erased_by: str | None = None
    previous: str
    hash: str


class Fault(msgspec.Struct, frozen=True):
    """Something that is not as it was written."""

    lane: int
    number: int
    entry_id: str
    reason: str

    def __str__(self) -> str:
        return f"lane {self.lane}, entry {self.number} ({self.entry_id}): {self.reason}"


def canonical(value: Any) -> str:
    """Write JSON in the one way that is hashed.

    >>> canonical({"b": [1, None], "a": "è"})
    '{"a":"è","b":[1,null]}'
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def lane_of(user_id: str | None) -> int:
    """Return the lane of entries about a user, 0..15; what is about nobody stands in lane 0."""
    return crc32(user_id.encode()) % LANES if user_id else 0


def mark(salt: str, part: str | None) -> str:
    """Return the commitment to a personal part: without the salt nobody can guess the part."""
    return _hash([salt, part])


def link(
    head: Head, lane: int, record: Record, salts: tuple[str, str], evidence: str | None = None
) -> Entry:
    """Return the entry that follows `head`."""
    about = canonical(
        {"user_id": record.user_id, "subject": record.subject, "details": record.details}
    )
    entry = Entry(
        entry_id=record.entry_id,
        lane=lane,
        number=head.number + 1,
        at=record.at,
        action=record.action,
        actor=record.actor,
        actor_salt=salts[0],
        actor_mark=mark(salts[0], record.actor),
        user_id=record.user_id,
        about=about,
        about_salt=salts[1],
        about_mark=mark(salts[1], about),
        evidence=evidence,
        previous=head.hash,
        hash="",
    )
    return msgspec.structs.replace(entry, hash=hash_of(entry))


def hash_of(entry: Entry) -> str:
    """Return the hash that an entry must have."""
    return _hash(
        [
            entry.lane, entry.number, entry.entry_id, entry.at, entry.action,
            entry.actor_mark, entry.about_mark, entry.evidence, entry.previous,
        ]
    )  # fmt: skip


def evidence_of(parts: Iterable[str]) -> str:
    """Write down which parts an erasure redacted; `parts` are as `part_name` makes them."""
    names = sorted(parts)
    return canonical({"parts": len(names), "digest": _hash(names)})


def part_name(entry: Entry, part: str) -> str:
    """Name a personal part of an entry."""
    return f"{entry.hash}:{part}"


class Verifier:
    """Takes every entry in, lane by lane and in order, and finds what is not as it was written."""

    def __init__(self) -> None:
        self.entries = 0
        self.redacted = 0
        self.faults: list[Fault] = []
        self.heads: dict[int, Head] = {}
        self._redactions: dict[str, list[str]] = {}
        self._evidence: dict[str, Entry] = {}

    def take(self, entry: Entry) -> None:
        """Check the next entry of its lane."""
        self.entries += 1
        head = self.heads.get(entry.lane, Head())
        for reason in self._reasons(entry, head):
            self.faults.append(Fault(entry.lane, entry.number, entry.entry_id, reason))
        if entry.action == ERASED:
            self._evidence[entry.entry_id] = entry
        # One changed entry is one fault: the next is held against what this one says.
        self.heads[entry.lane] = Head(entry.number, entry.hash)

    def end(self, lane: int, head: Head) -> None:
        """Check the end of a lane against the head that is kept apart."""
        seen = self.heads.get(lane, Head())
        if seen != head:
            reason = f"the lane ends at {seen.number}, and should at {head.number}"
            if seen.number == head.number:
                reason = "the last entry is not the one that the lane ends with"
            self.faults.append(Fault(lane, seen.number, "", reason))

    def finish(self) -> list[Fault]:
        """Hold what is redacted against what erasures say they redacted; return all faults."""
        for entry_id, parts in sorted(self._redactions.items()):
            if entry_id not in self._evidence:
                reason = f"{len(parts)} parts are redacted by an erasure that is not in the log"
                self.faults.append(Fault(0, 0, entry_id, reason))
        for entry in self._evidence.values():
            if entry.evidence != evidence_of(self._redactions.get(entry.entry_id, ())):
                reason = "what is redacted is not what this erasure redacted"
                self.faults.append(Fault(entry.lane, entry.number, entry.entry_id, reason))
        return self.faults

    def _reasons(self, entry: Entry, head: Head) -> Iterable[str]:
        if entry.number != head.number + 1:
            yield f"entry {head.number + 1} is missing"
        elif entry.previous != head.hash:
            yield "does not follow the entry before it"
        if entry.hash != hash_of(entry):
            yield "was changed"
        yield from self._part(entry, "actor", entry.actor, entry.actor_salt)
        yield from self._part(entry, "about", entry.about, entry.about_salt)
        if entry.about is not None and entry.user_id != _user_of(entry.about):
            yield "the account was changed"

    def _part(self, entry: Entry, name: str, part: str | None, salt: str | None) -> Iterable[str]:
        by = entry.actor_erased_by if name == "actor" else entry.about_erased_by
        said = entry.actor_mark if name == "actor" else entry.about_mark
        if by is not None:
            self.redacted += 1
            self._redactions.setdefault(by, []).append(part_name(entry, name))
            left = part is not None or (name == "about" and entry.user_id is not None)
            if salt is not None or left:
                yield f"{name} is said to be redacted, and is there"
        elif salt is None or mark(salt, part) != said:
            yield f"{name} was changed"


def of_event(event: Event) -> Record:
    """Return what is recorded of a change of a user's film.

    The entry has the event's own id, so that the same event is never recorded twice.
    """
    return Record(
        entry_id=event.event_id,
        at=event.occurred_at,
        action=f"film.{event.event_type.lower()}",
        actor=event.user_id,
        user_id=event.user_id,
        subject=event.film_id,
        details={
            "seq": event.seq,
            "cause": event.cause,
            "before": _shown(event.before),
            "after": _shown(event.after),
        },
    )


def _shown(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {
        "title": image.film.title,
        "half_stars": image.rating,
        "watches": [watch.date for watch in image.watches],
        "liked": image.liked,
        "watchlist": image.watchlist,
        "tags": list(image.tags),
    }


def _user_of(about: str) -> Any:
    try:
        return json.loads(about)["user_id"]
    except (ValueError, KeyError, TypeError):
        return None  # it was changed, which its mark tells


def _hash(value: Any) -> str:
    return sha256(canonical(value).encode("utf-8", "surrogatepass")).hexdigest()
