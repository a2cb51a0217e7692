"""The community's figures where a stream of their own writes them: each event counts once.

Each user's `seq` stands beside the figures and is saved with them: what is at or under it has been
counted, so that doubles, replays and a lost checkpoint change nothing; what is missing in between
is read from the outbox. Nothing is held between two batches.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

import msgspec

from cinematch.diary.ports import EntriesRepository
from cinematch.events.core import SCHEMA_VERSION, Event, encode
from cinematch.events.ports import Outbox, Placed
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import Conflict
from cinematch.stats.core.compare import differences
from cinematch.stats.core.delta import Delta, fold, sum_of
from cinematch.stats.core.trends import (
    WINDOWS,
    days_of,
    days_over,
    first_kept,
    moved_on,
    trends_since,
    whole_days_of,
)
from cinematch.stats.folding import Folding, readable
from cinematch.stats.ports import CommunityRecords, CommunityStanding, StatsRepository
from cinematch.stats.service.top_lists import BOOTSTRAP, STREAMED, top_lists

GLOBAL = "global_trends"
"""Type of the document in `global_stats` that holds the lists (tracker spec T104)."""

_PAGE = 500
_TRIES = 3


class _Head(msgspec.Struct, frozen=True, gc=False):
    """As much of an event as tells whether it has been counted."""

    user_id: str
    seq: int


_head = msgspec.json.Decoder(_Head)


@dataclass(frozen=True)
class CommunityParts:
    """What the use case is made of; all of one store."""

    store: Store
    figures: StatsRepository
    records: CommunityRecords
    entries: EntriesRepository
    outbox: Outbox
    clock: Clock


@dataclass
class Counted:
    """What became of a batch.

    Attributes:
        events: those counted, without those that had been before.
        filled: those of them that the batch lacked.
        refused: events that were not counted, in words.
    """

    events: int = 0
    filled: int = 0
    refused: list[str] = field(default_factory=list)


class CommunityFigures:
    """Counts batches of events, begins from the truth, publishes the lists. One at a time."""

    def __init__(self, parts: CommunityParts) -> None:
        self._parts = parts

    def ensure(self) -> bool:
        """Count the community from the truth unless that was done; return whether it was now."""
        begun = self._parts.store.snapshot(self._parts.records.standing) is not None
        if not begun:
            self.bootstrap()
        return not begun

    def bootstrap(self) -> int:
        """Count everybody's films and switch to that; return how many users there are.

        Each user is read at a moment of their own, with the `seq` of that moment: an event after it
        is counted when the stream brings it, one before is passed over.

        Raises:
            Conflict: accounts are being removed all the while.
        """
        for _ in range(_TRIES):
            since = trends_since(self._parts.clock().date())
            seqs, total = self._truths(since)
            if self._parts.store.transact(partial(self._switch, seqs, total.pruned(), since)):
                self.publish()
                return len(seqs)
        raise Conflict("Accounts are being removed meanwhile; try again.")

    def apply(
        self,
        payloads: Iterable[bytes],
        watermark: datetime | None = None,
        *,
        bells: Iterable[str] = (),
    ) -> Counted:
        """Count the events that are not yet, in one transaction with how far that goes.

        Args:
            payloads: events as JSON; in any order, doubled, with gaps.
            watermark: the instant up to which all events are in. Days that it has left behind by
                more than `DAYS_KEPT` are forgotten; an event of before it counts all the same.
            bells: users with an event too big for the topic; the outbox has it.
        """
        told = Counted()
        placed = sorted(_heads(payloads, told.refused), key=lambda item: (item.user_id, item.seq))
        work = partial(self._count, placed, frozenset(bells), watermark)
        counted = self._parts.store.transact(work)
        if counted is None:
            self.bootstrap()
            counted = self._parts.store.transact(work)
        if counted is None:
            raise Conflict("The community's figures are being removed; try again.")
        counted.refused = told.refused + counted.refused
        return counted

    def publish(self) -> None:
        """Put the lists of all windows where readers find them; the latest figures win."""
        document = self._parts.store.snapshot(self._document)
        if document is not None:
            self._parts.store.transact(partial(self._publish, document))

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Inside the transaction that removes an account, take it out of the community.

        To be called while the user's films and events are still there.
        """
        standing = self._parts.records.standing(tx)
        seq = self._parts.records.forget(tx, user_id)
        if standing is None:
            return
        gone = sum_of(self._parts.entries.images_of(tx, user_id), -1, standing.since)
        gone.add(fold(_events(self._parts.outbox, tx, user_id, seq), standing.since))
        self._parts.figures.add_community(tx, _shared(gone))
        self._parts.records.save_standing(tx, _after(standing))

    def verify(self) -> list[str]:
        """Compare with a recount of the truth; return differences in words.

        The figures are read at one moment, each user's films at one of their own; what lies
        between is added, so to be a moment behind is no difference.

        Raises:
            Conflict: accounts are being removed all the while.
        """
        for _ in range(_TRIES):
            found = self._compare()
            if found is not None:
                return found
        raise Conflict("Accounts are being removed meanwhile; try again.")

    def _truths(self, since: str) -> tuple[dict[str, int], Delta]:
        parts, seqs, total = self._parts, dict[str, int](), Delta()
        last = ""
        while users := parts.store.snapshot(partial(self._page, last)):
            for user_id in users:
                seqs[user_id], truth = parts.store.snapshot(partial(self._truth, user_id, since))
                total.add(truth)
            last = users[-1]
        return seqs, total

    def _page(self, last: str, tx: Tx) -> list[str]:
        return self._parts.figures.user_ids(tx, last, _PAGE)

    def _truth(self, user_id: str, since: str, tx: Tx) -> tuple[int, Delta]:
        images = self._parts.entries.images_of(tx, user_id)
        return self._parts.outbox.last_seq(tx, user_id), _shared(sum_of(images, 1, since))

    def _switch(self, seqs: dict[str, int], total: Delta, since: str, tx: Tx) -> bool:
        """Put the count in place; False when an account has gone since."""
        records = self._parts.records
        standing = records.standing(tx) or CommunityStanding(0, BOOTSTRAP, since)
        # What a clock gone wrong has left behind ends here.
        now = to_iso(self._parts.clock())
        watermark = standing.watermark and min(standing.watermark, now)
        if len(records.seqs(tx, seqs)) != len(seqs):
            return False
        self._parts.figures.replace_community(tx, total)
        records.replace_seqs(tx, seqs)
        begun = replace(_after(standing), source=BOOTSTRAP, since=since, watermark=watermark)
        records.save_standing(tx, begun)
        return True

    def _count(
        self, placed: Sequence[Placed], bells: frozenset[str], watermark: datetime | None, tx: Tx
    ) -> Counted | None:
        """Count and save; None when there is nothing to add to."""
        parts = self._parts
        standing = parts.records.standing(tx)
        if standing is None:
            return None
        at = moved_on(_instant(standing.watermark), watermark, parts.clock())
        since = first_kept(standing.since, at)
        counted, total = Counted(), Delta()
        users = {item.user_id for item in placed} | bells
        folding = Folding(parts.records.seqs(tx, users), since)
        last = parts.outbox.last_seqs(tx, folding.seen)
        for item in placed:
            self._take(tx, folding, item, last, counted)
        for user_id in sorted(bells & last.keys()):
            self._fill(tx, folding, user_id, last[user_id] + 1, counted)
        changes = folding.changes()
        for change in changes:
            total.add(_shared(change.delta))
        counted.refused += [_words(item, reason) for item, reason in folding.unreadable]
        if changes:
            parts.figures.add_community(tx, total)
            parts.records.save_seqs(tx, {change.user_id: change.seq for change in changes})
            standing = replace(standing, source=STREAMED)
        if since > standing.since:
            parts.figures.forget_days(tx, since)
        moved = replace(standing, since=since, watermark=to_iso(at) if at else None)
        if changes or moved != standing:
            parts.records.save_standing(tx, _after(moved))
        return counted

    def _take(
        self, tx: Tx, folding: Folding, item: Placed, last: Mapping[str, int], counted: Counted
    ) -> None:
        """Fold one event unless it is held; what is missing before it comes from the outbox."""
        held = folding.held(item.user_id)
        if held is None or item.seq <= held:
            return
        event = readable(item)
        if isinstance(event, str):
            folding.unreadable.append((item, event))
            return
        if item.seq > last.get(item.user_id, 0):
            counted.refused.append(_words(item, "the installation knows of no such event"))
            return
        self._fill(tx, folding, item.user_id, item.seq, counted)
        folding.take(item, event)
        counted.events += 1

    def _fill(self, tx: Tx, folding: Folding, user_id: str, before: int, counted: Counted) -> None:
        """Fold what the outbox has between what is held and a number."""
        held = folding.held(user_id)
        if held is None or before <= held + 1:
            return
        for event in _events(self._parts.outbox, tx, user_id, held, before):
            folding.take(Placed(0, event.user_id, event.seq, encode(event)), event)
            counted.events += 1
            counted.filled += 1

    def _document(self, tx: Tx) -> dict[str, Any] | None:
        parts = self._parts
        standing = parts.records.standing(tx)
        if standing is None:
            return None
        now = parts.clock()
        windows = {
            window: top_lists(parts.figures, tx, *days_of(window, now.date())) for window in WINDOWS
        }
        usual = windows["30d"]
        return {
            "top_movies": usual["top_movies"],
            "trending_genres": usual["trending_genres"],
            "total_movies_analyzed": usual["total_movies_analyzed"],
            "updated_at": to_iso(now),
            "source": standing.source,
            "revision": standing.revision,
            "watermark": standing.watermark,
            "windows": windows,
            "complete": self._complete(tx, standing),
        }

    def _complete(self, tx: Tx, standing: CommunityStanding) -> dict[str, Any] | None:
        """Return the lists of windows that are over: made once, when the watermark passes a day."""
        through = days_over(_instant(standing.watermark))
        if through is None:
            return None
        last: dict[str, Any] | None = (self._parts.records.published(tx, GLOBAL) or {}).get(
            "complete"
        )
        if last is not None and last["through"] >= through.isoformat():
            return last
        windows = {
            window: top_lists(self._parts.figures, tx, *whole_days_of(window, through))
            for window in WINDOWS
        }
        return {"through": through.isoformat(), "windows": windows}

    def _publish(self, document: dict[str, Any], tx: Tx) -> None:
        last = self._parts.records.published(tx, GLOBAL)
        if last is None or last["revision"] <= document["revision"]:
            self._parts.records.publish(tx, GLOBAL, document)

    def _compare(self) -> list[str] | None:
        """Compare once; None when an account has gone since."""
        begun = self._parts.store.snapshot(self._begun)
        if begun is None:
            return ["the community has not been counted yet"]
        since, known, seqs = begun
        truth = Delta()
        for user_id, seq in seqs.items():
            # One after the other: MongoDB ends what reads for longer than a minute.
            there = self._parts.store.snapshot(partial(self._coming_and_truth, user_id, seq, since))
            if there is None:
                return None
            known.add(there[0])
            truth.add(there[1])
        return differences(known, truth)

    def _begun(self, tx: Tx) -> tuple[str, Delta, dict[str, int]] | None:
        """Return the first day that counts, the figures, and the `seq` that they hold of each."""
        parts = self._parts
        standing, seqs = parts.records.standing(tx), dict[str, int]()
        if standing is None:
            return None
        last = ""
        while users := parts.figures.user_ids(tx, last, _PAGE):
            seqs |= parts.records.seqs(tx, users)
            last = users[-1]
        return standing.since, parts.figures.community(tx), seqs

    def _coming_and_truth(
        self, user_id: str, seq: int, since: str, tx: Tx
    ) -> tuple[Delta, Delta] | None:
        """Return what is past a `seq`, and what all films come to; None for who is gone."""
        if not self._parts.records.seqs(tx, [user_id]):
            return None
        coming = _events(self._parts.outbox, tx, user_id, seq)
        return _shared(fold(coming, since)), self._truth(user_id, since, tx)[1]


def _heads(payloads: Iterable[bytes], refused: list[str]) -> list[Placed]:
    """Return events with user and number, each once; what is no event is put in words.

    Two that differ under one number are both returned: one of them may not be readable.
    """
    found: dict[tuple[str, int, bytes], Placed] = {}
    for payload in payloads:
        try:
            head = _head.decode(payload)
        except msgspec.DecodeError as error:
            refused.append(f"what is no event: {error}")
        else:
            key = (head.user_id, head.seq, payload)
            found[key] = Placed(0, head.user_id, head.seq, payload)
    return list(found.values())


def _events(
    outbox: Outbox, tx: Tx, user_id: str, after: int, before: int | None = None
) -> Iterator[Event]:
    """Yield a user's events between two numbers, without those that cannot be read."""
    while True:
        try:
            for event in outbox.of_user(tx, user_id, after):
                if before is not None and event.seq >= before:
                    return
                after = event.seq
                if event.schema_version <= SCHEMA_VERSION:
                    yield event
        except msgspec.DecodeError:
            after += 1
        else:
            return


def _words(item: Placed, reason: str) -> str:
    return f"event {item.seq} of {item.user_id}: {reason}"


def _shared(delta: Delta) -> Delta:
    """Return the part of a delta that is the community's."""
    return Delta(films=delta.films, trend_days=delta.trend_days)


def _after(standing: CommunityStanding) -> CommunityStanding:
    return replace(standing, revision=standing.revision + 1)


def _instant(text: str | None) -> datetime | None:
    return None if text is None else from_iso(text)
