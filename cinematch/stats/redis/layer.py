"""Where base and Redis meet: which of a user's events are in which of them."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Protocol, runtime_checkable

from cinematch.infra.ports import Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import Delta
from cinematch.stats.ports import StatsRepository, UserDelta
from cinematch.stats.redis.scope import Overtaken, Scope, Scopes
from cinematch.stats.redis.segments import Base, Chain, Head, Segments

_log = logging.getLogger(__name__)


@runtime_checkable
class Epochs(Protocol):
    """A repository that tells the epochs of many users at once."""

    def epochs(self, tx: Tx, user_ids: Sequence[str]) -> dict[str, int]:
        """Return the epoch of each user who has figures."""
        ...


class Layer:
    """The parts of `SpeedStats`, and what they share."""

    def __init__(self, base: StatsRepository, segments: Segments) -> None:
        self.base = base
        self.segments = segments
        self.scopes = Scopes()

    def bases(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, Base]:
        """Return what the base holds of users; who is gone is left out."""
        seqs = self.base.progress(tx, user_ids)
        begun = [user_id for user_id, seq in seqs.items() if seq]
        if isinstance(self.base, Epochs):
            epochs = self.base.epochs(tx, begun)
        else:
            epochs = {user_id: self.base.standing(tx, user_id).epoch for user_id in begun}
        return {user_id: Base(epochs.get(user_id, 0), seq) for user_id, seq in seqs.items()}

    def heads(self, tx: Tx, user_ids: Iterable[str]) -> dict[str, Head]:
        """Return where the chains of users end; who is gone is left out."""
        scope, wanted = self.scopes.needed(), list(user_ids)
        unknown = [user_id for user_id in wanted if user_id not in scope.heads]
        if unknown:
            bases = self.bases(tx, unknown)
            try:
                scope.heads |= self.segments.heads(bases)
            except StoreBusy as error:
                _away(error)
                scope.heads |= {user_id: Head(base, base.seq, 0) for user_id, base in bases.items()}
        return {user_id: scope.heads[user_id] for user_id in wanted if user_id in scope.heads}

    def chain(self, tx: Tx, user_id: str) -> Chain:
        """Return what came of a user past the base, with what this transaction has staged.

        Without Redis there is none: readers see the base, which says up to which event it is.

        Raises:
            Overtaken: more came since this transaction asked first.
        """
        scope = self.scopes.needed()
        known = scope.sums.get(user_id)
        if known is None:
            known = self._pinned(tx, scope, user_id)
            staged = scope.staged.get(user_id)
            if staged is not None:
                head = known.head._replace(seq=staged.seq)
                known = Chain(head, staged.as_of, added(known.delta, staged.delta))
            scope.sums[user_id] = known
        return known

    def _pinned(self, tx: Tx, scope: Scope, user_id: str) -> Chain:
        """Return what Redis holds, the same in the whole transaction."""
        known, head = scope.chains.get(user_id), scope.heads.get(user_id)
        if known is None:
            if head is None:
                known = self._read(user_id, self._base_of(tx, user_id))
            elif head.seq == head.base.seq:
                known = Chain(head, None, Delta())
            else:
                known = self._read(user_id, head.base)
            if head is not None and known.head.seq != head.seq:
                raise Overtaken("Figures moved on while they were being read; try again.")
            scope.chains[user_id] = known
            scope.heads.setdefault(user_id, known.head)
        return known

    def _base_of(self, tx: Tx, user_id: str) -> Base:
        standing = self.base.standing(tx, user_id)
        return Base(standing.epoch if standing.seq else 0, standing.seq)

    def _read(self, user_id: str, base: Base) -> Chain:
        try:
            return self.segments.chains({user_id: base})[user_id]
        except StoreBusy as error:
            _away(error)
            return Chain(Head(base, base.seq, 0), None, Delta())


def own_part(change: UserDelta) -> UserDelta:
    """Return a change without what it adds to the community's figures."""
    delta = change.delta
    own = Delta(delta.scalars, delta.counters, delta.affinities, delta.names)
    return replace(change, delta=own)


def added(first: Delta, second: Delta) -> Delta:
    """Return the sum of two deltas; neither is changed."""
    total = Delta()
    total.add(first)
    total.add(second)
    return total


def _away(error: StoreBusy) -> None:
    _log.warning("Figures are shown as the base has them: %s", error.detail)
