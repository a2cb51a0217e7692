"""Bringing to the base what Redis holds: the batch side of the speed layer."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from cinematch.infra.ports import Store, Tx
from cinematch.stats.ports import UserDelta
from cinematch.stats.redis.figures import SpeedStats
from cinematch.stats.redis.segments import Base

_GROUP = 10
"""Users in one transaction; a busy user's minute is some hundred rows, and others wait."""


@dataclass
class Flushed:
    """What a flush did.

    Attributes:
        users: how many users' figures moved in the base.
        astray: users of whom Redis held events that no longer go on from the base; the outbox has
            them.
        negatives: figures below zero, in words.
    """

    users: int = 0
    astray: list[str] = field(default_factory=list)
    negatives: list[str] = field(default_factory=list)


class SpeedFlusher:
    """Flushes; several at once do no harm, and one that is killed has done a part or nothing."""

    def __init__(self, store: Store, figures: SpeedStats, *, group: int = _GROUP) -> None:
        """Args:
        store: the one that the figures work in.
        figures: what is flushed.
        group: users in one transaction.
        """
        self._store = store
        self._figures = figures
        self._group = group

    def flush(self, user_ids: Sequence[str] | None = None) -> Flushed:
        """Write what Redis holds of these users, or of all who wait, to the base.

        Raises:
            StoreBusy: Redis or the store does not answer; some groups may be in.
        """
        wanted = self._figures.segments.waiting() if user_ids is None else list(user_ids)
        flushed = Flushed()
        for start in range(0, len(wanted), self._group):
            self._flush(wanted[start : start + self._group], flushed)
        return flushed

    def waiting(self) -> int:
        """Return of how many users Redis holds something.

        Raises:
            StoreBusy: Redis does not answer.
        """
        return len(self._figures.segments.waiting())

    def emptied(self) -> bool:
        """Say whether Redis is new, or has lost what it held: then the outbox has to be swept.

        Raises:
            StoreBusy: Redis does not answer.
        """
        return self._figures.segments.emptied()

    def swept(self) -> None:
        """Note that it has been.

        Raises:
            StoreBusy: Redis does not answer.
        """
        self._figures.segments.swept()

    def _flush(self, user_ids: Sequence[str], flushed: Flushed) -> None:
        """Flush a group: seal what grows, write what is sealed, let go of what is written.

        What a kill leaves sealed is still part of the chain, and of the next flush.
        """
        segments = self._figures.segments
        segments.seal(user_ids)
        bases, changed, negatives = self._store.transact(lambda tx: self._write(tx, user_ids))
        flushed.users += changed
        flushed.negatives += negatives
        flushed.astray += segments.retire(bases)
        segments.drop([user_id for user_id in user_ids if user_id not in bases])

    def _write(self, tx: Tx, user_ids: Sequence[str]) -> tuple[dict[str, Base], int, list[str]]:
        figures = self._figures
        bases = figures.bases(tx, user_ids)
        chains = figures.segments.chains(bases, sealed_only=True)
        changes = [
            UserDelta(user_id, chain.delta, chain.head.seq, chain.as_of)
            for user_id, chain in chains.items()
            if chain.as_of is not None
        ]
        if not changes:
            return bases, 0, []
        figures.base.apply(tx, changes)
        changed = [change.user_id for change in changes]
        negatives = figures.base.negatives(tx, changed)
        return figures.bases(tx, user_ids), len(changed), negatives
