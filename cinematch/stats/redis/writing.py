"""Adding to users' figures: in Redis, or in the base together with what Redis holds."""

import logging
from collections.abc import Iterable, Sequence
from typing import Final

from cinematch.infra.ports import Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.ports import UserDelta
from cinematch.stats.redis.layer import Layer, added, own_part
from cinematch.stats.redis.scope import Overtaken, Scope

_LARGEST: Final = 2_000
"""Counters in a change that is worth keeping aside; more of them, after an import, go through."""

_log = logging.getLogger(__name__)


class Writing(Layer):
    """`progress`, `apply`, `replace`, `forget` and their sisters."""

    def progress(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, int]:
        heads, staged = self.heads(tx, user_ids), self.scopes.needed().staged
        return {
            user_id: staged[user_id].seq if user_id in staged else head.seq
            for user_id, head in heads.items()
        }

    def begin(self, tx: Tx, user_ids: Sequence[str]) -> None:
        self.base.begin(tx, user_ids)

    def apply(self, tx: Tx, changes: Sequence[UserDelta]) -> None:
        """Stage the deltas for Redis; those that are held already are passed over.

        A change that moves the community's figures must be one transaction with them, so it goes
        to the base, together with what Redis holds of the user.

        Raises:
            StoreBusy: Redis does not answer, so that nobody knows what it holds.
        """
        held = self.progress(tx, [change.user_id for change in changes])
        if len(held) < len({change.user_id for change in changes}):
            raise Overtaken("An account went while its figures were being written.")
        through = []
        for change in changes:
            if change.seq <= held[change.user_id]:
                continue
            if _goes_through(change):
                through.append(change)
            else:
                self._stage(change)
        self._write_through(tx, through)

    def replace(self, tx: Tx, change: UserDelta) -> None:
        """Put these figures in the place of all; Redis's are of the epoch before, and void."""
        if self.base.standing(tx, change.user_id).as_of is None:
            self._settle(tx, change.user_id)  # so that there is an epoch to follow
        self.base.replace(tx, change)
        self.scopes.needed().unpin(change.user_id)

    def save_moves(self, tx: Tx, user_id: str, seq: int, payload: bytes) -> None:
        scope = self.scopes.needed()
        if user_id in scope.staged:
            scope.cards.append((user_id, seq, payload))
        else:
            self.base.save_moves(tx, user_id, seq, payload)

    def mark_verified(self, tx: Tx, user_id: str, at: str, seq: int) -> None:
        if self.base.standing(tx, user_id).as_of is None:
            self._settle(tx, user_id)  # there is nothing to mark before
        self.base.mark_verified(tx, user_id, at, seq)

    def forget(self, tx: Tx, user_id: str) -> None:
        self.base.forget(tx, user_id)
        scope = self.scopes.needed()
        scope.unpin(user_id)
        scope.cards = [card for card in scope.cards if card[0] != user_id]
        scope.forgotten.append(user_id)

    def keep(self, scope: Scope) -> None:
        """Bring to Redis what a transaction has staged, now that the store has kept it.

        Raises:
            StoreBusy: Redis does not answer, or somebody else was quicker. What is missing there
                is missing in `progress`, so it comes again.
        """
        if scope.forgotten:
            try:
                self.segments.drop(scope.forgotten)
            except StoreBusy as error:
                _log.warning("The next flush forgets who has gone: %s", error.detail)
        if not scope.staged:
            return
        changes = [(scope.heads[user_id], change) for user_id, change in scope.staged.items()]
        reached = self.segments.push(changes)
        if scope.cards:
            self.segments.save_cards(scope.cards)
        late = [
            change.user_id
            for (_, change), seq in zip(changes, reached, strict=True)
            if seq < change.seq
        ]
        if late:
            raise StoreBusy(
                f"The figures of {len(late)} users moved meanwhile, or were asked for too long "
                "ago; the same events may come again."
            )

    def _stage(self, change: UserDelta) -> None:
        scope, user_id, own = self.scopes.needed(), change.user_id, own_part(change)
        if not scope.heads[user_id].read_at:
            raise StoreBusy("Redis does not answer (REDIS_URL), and holds the latest figures.")
        staged = scope.staged.get(user_id)
        total = own.delta if staged is None else added(staged.delta, own.delta)
        scope.staged[user_id] = UserDelta(user_id, total, own.seq, own.as_of)
        scope.sums.pop(user_id, None)

    def _write_through(self, tx: Tx, changes: Sequence[UserDelta]) -> None:
        if not changes:
            return
        whole = [
            UserDelta(
                change.user_id,
                added(self.chain(tx, change.user_id).delta, change.delta),
                change.seq,
                change.as_of,
            )
            for change in changes
        ]
        self.base.apply(tx, whole)
        for change in changes:
            self.scopes.needed().unpin(change.user_id)

    def _settle(self, tx: Tx, user_id: str) -> None:
        """Write to the base what Redis holds of a user, in the caller's transaction."""
        chain = self.chain(tx, user_id)
        if chain.as_of is not None:
            self.base.apply(tx, [UserDelta(user_id, chain.delta, chain.head.seq, chain.as_of)])
            self.scopes.needed().unpin(user_id)


def _goes_through(change: UserDelta) -> bool:
    delta = change.delta
    if delta.films or delta.trend_days:
        return True
    return len(delta.counters) + len(delta.affinities) > _LARGEST
