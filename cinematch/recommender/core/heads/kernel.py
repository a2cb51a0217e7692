"""Films that lie near yours in the space of a matrix factorisation."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints


@dataclass(frozen=True)
class KernelHead:
    """`seen_side` and `shown_side` are (films, K); a weight is the product of a row of each.

    The weight of a film for itself is taken out.
    """

    seen_side: Floats
    shown_side: Floats
    name: str = "ials"

    @property
    def films(self) -> int:
        return int(self.shown_side.shape[0])

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        taste = grades @ self.seen_side.take(seen, axis=0).astype(np.float64)
        scores = taste.astype(self.shown_side.dtype) @ self._by_factor
        scores = np.asarray(scores, dtype=np.float64)
        scores[seen] -= grades * self._squares[seen]
        return scores

    @cached_property
    def _by_factor(self) -> Floats:
        """(K, films) the shown side turned: the large product is twice as fast along films."""
        return np.ascontiguousarray(self.shown_side.T)

    @cached_property
    def _squares(self) -> Floats:
        """(films,) what each film would weigh for itself."""
        squares = np.einsum("nk,nk->n", self.seen_side, self.shown_side, dtype=np.float64)
        return np.asarray(squares)

    def base(self, shown: Ints) -> Floats:
        return np.zeros(len(shown))

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:
        rows = self.seen_side[seen].astype(np.float64)
        summands = (grades[:, None] * rows) @ self.shown_side[shown].astype(np.float64).T
        summands[seen[:, None] == shown[None, :]] = 0.0
        return np.asarray(summands)


def kernel_of(factors: Floats, damping: float) -> KernelHead:
    """Make the model of the film factors of an implicit matrix factorisation.

    Such a factorisation folds a user in by least squares whose matrix depends on what they have
    seen (Hu, Koren, Volinsky, ICDM 2008, eq. 4), so that no summand stands for itself. Here that
    matrix is the one all users share, V'V: W = V (V'V + d·tr(V'V)/K·I)⁻¹ V'.

    Args:
        factors: (films, K), V.
        damping: d, above 0.
    """
    held = factors.astype(np.float64)
    gram = held.T @ held
    size = gram.shape[0]
    gram[np.diag_indices(size)] += damping * np.trace(gram) / max(size, 1) + 1e-12
    seen_side = held @ np.linalg.inv(gram)
    return KernelHead(
        np.ascontiguousarray(seen_side, dtype=np.float32),
        np.ascontiguousarray(factors, dtype=np.float32),
    )
