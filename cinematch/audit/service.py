"""Recording, reading, checking and redacting the audit log."""

import secrets
from collections.abc import Sequence
from functools import partial

import msgspec

from cinematch.audit.core import (
    ERASED,
    LANES,
    Entry,
    Fault,
    Head,
    Record,
    Verifier,
    evidence_of,
    lane_of,
    link,
    part_name,
)
from cinematch.audit.ports import AuditRepository, Query
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import Invalid
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page, decode_cursor, encode_cursor

_CHUNK = 2_000  # entries read at once
_LOOKS = 3


class Verdict(msgspec.Struct, frozen=True):
    """What a check found. `heads`, kept elsewhere, prove later that nothing was cut off."""

    entries: int
    redacted: int
    faults: tuple[Fault, ...]
    heads: dict[int, str]


class AuditService:
    """Use cases of the audit log."""

    def __init__(self, store: Store, log: AuditRepository, clock: Clock) -> None:
        self._store = store
        self._log = log
        self._clock = clock

    def record(
        self,
        tx: Tx,
        actor: str | None,
        action: str,
        *,
        user_id: str | None = None,
        subject: str | None = None,
        details: dict[str, object] | None = None,
    ) -> None:
        """Record who did what, in the transaction in which it is done.

        Args:
            tx: the transaction of the change itself: both are kept, or neither.
            actor: the account that did it; None for the installation.
            action: a word of two parts, such as `account.password_changed`.
            user_id: the account that it is about; the actor's own when not given.
            subject: what it is about, such as a token's id.
            details: plain JSON, without secrets and without fractions.
        """
        one = Record(
            entry_id=new_id(),
            at=to_iso(self._clock()),
            action=action,
            actor=actor,
            user_id=user_id or actor,
            subject=subject,
            details=details or {},
        )
        self.record_all(tx, [one])

    def record_all(self, tx: Tx, records: Sequence[Record]) -> None:
        """Record several things in their order; what is in the log by its id is passed over."""
        fresh = {one.entry_id: one for one in records}
        known = self._log.known(tx, fresh) if fresh else set()
        lanes: dict[int, list[Record]] = {}
        for key, one in fresh.items():
            if key not in known:
                lanes.setdefault(lane_of(one.user_id), []).append(one)
        # Always in the same order, so that two writers never wait for each other.
        for lane in sorted(lanes):
            self._append(tx, lane, lanes[lane])

    def page(self, query: Query, limit: int, cursor: str | None) -> Page[Entry]:
        """Return a page of entries, newest first.

        Raises:
            Invalid: the cursor is not one of this listing, or a bound is no instant.
        """
        key = decode_cursor(cursor, 2)
        after = (str(key[0]), str(key[1])) if key else None
        wanted = msgspec.structs.replace(
            query, since=_instant("from", query.since), until=_instant("to", query.until)
        )

        def read(tx: Tx) -> Page[Entry]:
            found = self._log.page(tx, wanted, limit + 1, after)
            items = found[:limit]
            last = items[-1] if len(found) > limit else None
            following = encode_cursor((last.at, last.entry_id)) if last else None
            return Page(items, self._log.count(tx, wanted), following)

        return self._store.snapshot(read)

    def verify(self) -> Verdict:
        """Recompute every hash of every lane, and say what is not as it was written."""
        verifier = self._looked_through()
        for _ in range(_LOOKS - 1):
            # An account that is erased meanwhile is seen in one lane and not yet in another.
            if verifier.faults:
                verifier = self._looked_through()
        heads = {lane: head.hash for lane, head in sorted(verifier.heads.items())}
        return Verdict(verifier.entries, verifier.redacted, tuple(verifier.faults), heads)

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Redact what entries say of a person, and record that; an `accounts.ports.EraseHook`.

        The entry about it names nobody.
        """
        lane = lane_of(user_id)
        head = self._log.head(tx, lane)  # held first: nothing of theirs is added any more
        parts = []
        for entry in self._log.of_person(tx, user_id):
            if entry.actor == user_id:
                parts.append(part_name(entry, "actor"))
            if entry.user_id == user_id:
                parts.append(part_name(entry, "about"))
        one = Record(entry_id=new_id(), at=to_iso(self._clock()), action=ERASED)
        entry = link(head, lane, one, _salts(), evidence_of(parts))
        self._log.redact(tx, user_id, one.entry_id)
        self._log.add(tx, [entry])
        self._log.save_head(tx, lane, Head(entry.number, entry.hash))

    def _append(self, tx: Tx, lane: int, records: Sequence[Record]) -> None:
        head = self._log.head(tx, lane)
        entries = []
        for one in records:
            entries.append(link(head, lane, one, _salts()))
            head = Head(entries[-1].number, entries[-1].hash)
        self._log.add(tx, entries)
        self._log.save_head(tx, lane, head)

    def _looked_through(self) -> Verifier:
        verifier = Verifier()
        for lane in range(LANES):
            self._check(verifier, lane)
        verifier.finish()
        return verifier

    def _check(self, verifier: Verifier, lane: int) -> None:
        after = 0
        while True:
            head, found = self._store.snapshot(partial(self._some, lane, after))
            for entry in found:
                verifier.take(entry)
                after = max(after, entry.number)
            if not found:
                verifier.end(lane, head)
                return

    def _some(self, lane: int, after: int, tx: Tx) -> tuple[Head, list[Entry]]:
        return self._log.peek(tx, lane), self._log.of_lane(tx, lane, after, _CHUNK)


def _salts() -> tuple[str, str]:
    return secrets.token_hex(16), secrets.token_hex(16)


def _instant(field: str, text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return to_iso(from_iso(text))
    except (ValueError, OverflowError) as error:
        raise Invalid.field(field, "is no instant", "give it as 2026-03-01T20:15:00Z") from error
