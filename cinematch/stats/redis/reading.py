"""Reading one user's figures: the base's sums and counts, and what came since."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from cinematch.infra.ports import Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import SCALARS, Delta, Key
from cinematch.stats.core.views import LEAST_RATED, AffinityRow
from cinematch.stats.ports import AffinityPage, AffinityQuery, Standing
from cinematch.stats.redis.layer import Layer
from cinematch.stats.redis.merging import (
    merged_counters,
    merged_list,
    merged_page,
    merged_rows,
    moved_keys,
    negatives_in,
    order_of,
)
from cinematch.stats.redis.segments import MOVES_KEPT


class Reading(Layer):
    """From `standing` to `figures`: see the port. Sums are merged here, and means never."""

    def standing(self, tx: Tx, user_id: str) -> Standing:
        """Return the user's scalars; `seq` says up to which event, with Redis or without."""
        standing, chain = self.base.standing(tx, user_id), self.chain(tx, user_id)
        if chain.as_of is None:
            return standing
        moved = chain.delta.scalars
        scalars = {name: standing.scalars.get(name, 0) + moved.get(name, 0) for name in SCALARS}
        return replace(standing, scalars=scalars, seq=chain.head.seq, as_of=chain.as_of)

    def counters(self, tx: Tx, user_id: str, kinds: Sequence[str]) -> dict[Key, int]:
        base, chain = self.base.counters(tx, user_id, kinds), self.chain(tx, user_id)
        return merged_counters(base, chain.delta, lambda key: key[0] in kinds)

    def days(self, tx: Tx, user_id: str, first: str, last: str) -> dict[str, int]:
        base, chain = self.base.days(tx, user_id, first, last), self.chain(tx, user_id)
        found = merged_counters(
            {("day", day): viewings for day, viewings in base.items()},
            chain.delta,
            lambda key: key[0] == "day" and first <= key[1] <= last,
        )
        return {day: viewings for (_, day), viewings in sorted(found.items())}

    def listed(self, tx: Tx, user_id: str, kind: str, limit: int) -> list[AffinityRow]:
        delta = self.chain(tx, user_id).delta
        keys = moved_keys(delta, kind)
        listed = self.base.listed(tx, user_id, kind, limit + len(keys))
        moved = self._moved(tx, user_id, delta, keys)
        return merged_list(listed, moved, keys, order_of(AffinityQuery(kind)))[:limit]

    def best(self, tx: Tx, user_id: str, kind: str, prior: float, limit: int) -> list[AffinityRow]:
        delta = self.chain(tx, user_id).delta
        keys = moved_keys(delta, kind)
        best = self.base.best(tx, user_id, kind, prior, limit + len(keys))
        moved = self._moved(tx, user_id, delta, keys)
        enough = {key: row for key, row in moved.items() if row.rated >= LEAST_RATED}
        order = order_of(AffinityQuery(kind, "bayes", prior))
        return merged_list(best, enough, keys, order)[:limit]

    def affinities(self, tx: Tx, user_id: str, keys: Iterable[Key]) -> dict[Key, AffinityRow]:
        wanted = list(keys)
        base = self.base.affinities(tx, user_id, wanted)
        return merged_rows(base, self.chain(tx, user_id).delta, wanted)

    def affinity_page(self, tx: Tx, user_id: str, query: AffinityQuery) -> AffinityPage:
        delta = self.chain(tx, user_id).delta
        keys = moved_keys(delta, query.type)
        if not keys:
            return self.base.affinity_page(tx, user_id, query)
        longer = replace(query, limit=query.limit + len(keys) + 1)
        before = self.base.affinities(tx, user_id, keys)
        page = self.base.affinity_page(tx, user_id, longer)
        return merged_page(page, before, merged_rows(before, delta, keys), query)

    def figures(self, tx: Tx, user_id: str) -> Delta:
        total = Delta()
        total.add(self.base.figures(tx, user_id))
        total.add(self.chain(tx, user_id).delta)
        return total.pruned()

    def negatives(self, tx: Tx, user_ids: Iterable[str]) -> list[str]:
        """Say what is below zero of those who are not being changed.

        What a transaction stages is judged when it is flushed: here it would ask the base for the
        figures of each user of each batch, which is what the layer is there to save.
        """
        staged = self.scopes.needed().staged
        found: list[str] = []
        plain: list[str] = []
        for user_id in user_ids:
            if user_id in staged:
                continue
            if self.chain(tx, user_id).as_of is None:
                plain.append(user_id)
            else:
                found += negatives_in(user_id, self.figures(tx, user_id))
        return found + self.base.negatives(tx, plain)

    def moves_after(self, tx: Tx, user_id: str, seq: int) -> list[tuple[int, bytes]]:
        cards = dict(self.base.moves_after(tx, user_id, seq))
        try:
            cards |= self.segments.cards_after(user_id, seq)
        except StoreBusy:
            return sorted(cards.items())  # who misses a card is shown the state
        staged = self.scopes.needed().cards
        cards |= {number: card for user, number, card in staged if user == user_id and number > seq}
        return sorted(cards.items())[-MOVES_KEPT:]

    def _moved(
        self, tx: Tx, user_id: str, delta: Delta, keys: Sequence[Key]
    ) -> dict[Key, AffinityRow]:
        base = self.base.affinities(tx, user_id, keys) if keys else {}
        return merged_rows(base, delta, keys)
