"""Figures and truth: rebuild the ones from the other, compare them, take somebody out of them."""

from collections.abc import Mapping
from typing import Any

import msgspec

from cinematch.events.core import Event
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict
from cinematch.stats.cards import card_payload
from cinematch.stats.core.compare import differences
from cinematch.stats.core.delta import Delta, contribute, fold, sum_of
from cinematch.stats.core.trends import trends_since
from cinematch.stats.ports import UserDelta
from cinematch.stats.service.reading import Reading

_PAGE = 500
_TRIES = 3


class Rebuilding(Reading):
    """`rebuild`, `verify` and their sisters. The user's films are the truth, and only read."""

    def begin_recalculation(self, user_id: str) -> bool:
        """Mark the user's figures as being computed anew; False when they are already."""
        with self._turn:
            if user_id in self._recomputing:
                return False
            self._recomputing.add(user_id)
            return True

    def recalculate(self, user_id: str) -> int:
        """Rebuild figures after `begin_recalculation`; return the `seq` that they hold."""
        try:
            return self.rebuild(user_id)
        finally:
            self._recomputing.discard(user_id)

    def rebuild(self, user_id: str) -> int:
        """Compute the figures aside, then switch to them at once; the old ones serve meanwhile.

        What happened while the films were read is folded on top, so that the new figures hold the
        user's last event and the follower passes over it.
        """
        parts = self._parts

        def aside(tx: Tx) -> tuple[int, Delta]:
            return parts.outbox.last_seq(tx, user_id), self._truth(tx, user_id)

        seq, figures = parts.store.snapshot(aside)

        def switch(tx: Tx) -> UserDelta | None:
            standing = parts.figures.standing(tx, user_id)
            pending = self._readable(tx, user_id, standing.seq)
            later = self._readable(tx, user_id, seq)
            if pending is None or later is None:
                return None
            total = Delta()
            total.add(figures)
            total.add(fold(later))
            as_of = pending[-1].occurred_at if pending else standing.as_of
            change = UserDelta(
                user_id,
                total.pruned(),
                parts.outbox.last_seq(tx, user_id),
                as_of or to_iso(parts.clock()),
            )
            parts.figures.replace(tx, change)
            if parts.counting is None:  # else its stream counts them when they come
                parts.figures.add_community(tx, fold(pending, self._since()))
            return change

        change = parts.store.transact(switch)
        if change is None:
            parts.catch_up()  # sets aside what cannot be read
            change = parts.store.transact(switch)
        if change is None:
            raise Conflict("An event that cannot be read is in the way; see `cinematch status`.")
        parts.signals.advanced(user_id, change.seq)
        parts.signals.tell(user_id, "stats", card_payload(self.standing(user_id), []))
        return change.seq

    def rebuild_community(self) -> None:
        """Compute the community's figures aside and switch to them at once."""
        if self._parts.counting is not None:
            self._parts.counting.bootstrap()
            return
        for _ in range(_TRIES):
            seqs, total = self._parts.store.snapshot(self._community_truth)
            if self._parts.store.transact(
                lambda tx, s=seqs, t=total: self._switch_community(tx, s, t)  # type: ignore[misc]
            ):
                return
        raise Conflict("Accounts are being removed meanwhile; try again.")

    def rebuild_all(self) -> int:
        """Rebuild everybody's figures and the community's; return how many users there are."""
        users = self._parts.store.snapshot(self._all_users)
        for user_id in users:
            self.rebuild(user_id)
        self.rebuild_community()
        return len(users)

    def verify(self, user_id: str) -> dict[str, Any]:
        """Compare streamed with recomputed figures, at one snapshot, and note when all is well.

        Returns:
            `differences` (in words, empty when all is well), `checked_seq` and `verified_at`.
        """
        self._parts.catch_up()
        found, seq, verified_at = self._parts.store.snapshot(lambda tx: self._compare(tx, user_id))
        if not found:
            verified_at = to_iso(self._parts.clock())
            self._parts.store.transact(
                lambda tx: self._parts.figures.mark_verified(tx, user_id, verified_at, seq)
            )
        return {"differences": found, "checked_seq": seq, "verified_at": verified_at}

    def last_check(self, user_id: str) -> dict[str, Any]:
        """Return when the figures were last compared and found right; compares nothing itself."""
        standing = self.standing(user_id)
        return {
            "differences": [],
            "checked_seq": standing.verified_seq,
            "verified_at": standing.verified_at,
        }

    def verify_community(self) -> list[str]:
        """Compare the community's figures with a recomputation; return differences in words."""
        if self._parts.counting is not None:
            return self._parts.counting.verify()
        self._parts.catch_up()

        def work(tx: Tx) -> list[str]:
            seqs, total = self._community_truth(tx)
            known = self._parts.figures.community(tx)
            since = self._since()
            known.trend_days = {k: n for k, n in known.trend_days.items() if k[0] >= since}
            known.add(self._community_between(tx, self._parts.figures.progress(tx, seqs), seqs))
            return differences(known, total)

        return self._parts.store.snapshot(work)

    def verify_all(self) -> dict[str, Any]:
        """Verify everybody and the community; return `checked_users` and `differences` in words."""
        users = self._parts.store.snapshot(self._all_users)
        found = [
            f"{user_id}: {line}"
            for user_id in users
            for line in self.verify(user_id)["differences"]
        ]
        found += [f"community: {line}" for line in self.verify_community()]
        return {"checked_users": len(users), "differences": found}

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Inside the transaction that removes an account, take it out of all figures.

        To be called while the user's films and events are still there.
        """
        if self._parts.counting is not None:
            self._parts.counting.erase_user(tx, user_id)
            self._parts.figures.forget(tx, user_id)
            return
        since = self._since()
        gone = sum_of(self._parts.images_of(tx, user_id), -1, since)
        standing = self._parts.figures.standing(tx, user_id)
        gone.add(fold(self._readable(tx, user_id, standing.seq) or [], since))
        self._parts.figures.add_community(tx, gone)
        self._parts.figures.forget(tx, user_id)

    def _truth(self, tx: Tx, user_id: str) -> Delta:
        return sum_of(self._parts.images_of(tx, user_id), trends_since=self._since())

    def _since(self) -> str:
        return trends_since(self._parts.clock().date())

    def _compare(self, tx: Tx, user_id: str) -> tuple[list[str], int, str | None]:
        standing = self._parts.figures.standing(tx, user_id)
        truth = self._truth(tx, user_id)
        truth.films, truth.trend_days = {}, {}
        known = self._parts.figures.figures(tx, user_id)
        pending = self._readable(tx, user_id, standing.seq)
        if pending is None:
            words = ["an event past these figures cannot be read"]
            return words, standing.seq, standing.verified_at
        coming = fold(pending)
        coming.films, coming.trend_days = {}, {}
        known.add(coming)
        return differences(known, truth), standing.seq, standing.verified_at

    def _readable(self, tx: Tx, user_id: str, after_seq: int) -> list[Event] | None:
        """Return the user's events past `after_seq`; None when one of them cannot be read."""
        try:
            return list(self._parts.outbox.of_user(tx, user_id, after_seq))
        except msgspec.DecodeError:
            return None

    def _all_users(self, tx: Tx) -> list[str]:
        found: list[str] = []
        while page := self._parts.figures.user_ids(tx, found[-1] if found else "", _PAGE):
            found += page
        return found

    def _community_truth(self, tx: Tx) -> tuple[dict[str, int], Delta]:
        """Return each user's last `seq`, and what all films come to by then."""
        total, outbox = Delta(), self._parts.outbox
        seqs = {user_id: outbox.last_seq(tx, user_id) for user_id in self._all_users(tx)}
        for user_id in seqs:
            truth = self._truth(tx, user_id)
            total.add(Delta(films=truth.films, trend_days=truth.trend_days))
        return seqs, total

    def _switch_community(self, tx: Tx, seqs: Mapping[str, int], total: Delta) -> bool:
        """Put `total`, the truth at `seqs`, in place; False when an account has gone since."""
        progress = self._parts.figures.progress(tx, self._all_users(tx))
        if not progress.keys() >= seqs.keys():
            return False
        switched = Delta()
        switched.add(total)
        switched.add(self._community_between(tx, seqs, progress))
        self._parts.figures.replace_community(tx, switched.pruned())
        return True

    def _community_between(self, tx: Tx, start: Mapping[str, int], end: Mapping[str, int]) -> Delta:
        """Return what leads from each user's event at `start` to the one at `end`.

        By each user's own numbers: an event that waits for its place in the order of all has one.
        """
        total = Delta(trends_since=self._since())
        for user_id, last in end.items():
            first = start.get(user_id, 0)
            if first == last:
                continue
            sign, upto = (1, last) if last > first else (-1, first)
            for event in self._parts.outbox.of_user(tx, user_id, min(first, last)):
                if event.seq <= upto:
                    contribute(total, event.before, -sign)
                    contribute(total, event.after, sign)
        return Delta(films=total.films, trend_days=total.trend_days)
