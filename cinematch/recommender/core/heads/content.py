"""Films made like yours: the same genres, people, years, countries and languages."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.rows import Rows


@dataclass(frozen=True)
class ContentHead:
    """`features` is (films, features), weighted; a weight of two films is their rows' product.

    A summand can be split further, by feature: `by_feature`.
    """

    features: sparse.csr_array
    name: str = "content"

    @property
    def films(self) -> int:
        return int(self.features.shape[0])

    def taste(self, seen: Ints, grades: Floats) -> Floats:
        """Return (features,) the graded sum of what was seen."""
        rows = Rows.of(self._exact, seen)
        weights = rows.values * grades.take(rows.owner)
        taste = np.bincount(rows.columns, weights=weights, minlength=self.features.shape[1])
        return np.asarray(taste, dtype=np.float64)

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        scores = np.asarray(self._exact @ self.taste(seen, grades))
        scores[seen] -= grades * self._squares[seen]
        return scores

    @cached_property
    def _squares(self) -> Floats:
        """(films,) what each film would weigh for itself."""
        return np.asarray(self._exact.multiply(self._exact).sum(axis=1)).ravel()

    def base(self, shown: Ints) -> Floats:
        return np.zeros(len(shown))

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:
        theirs, own = Rows.of(self._exact, shown), Rows.of(self._exact, seen)
        shared = np.flatnonzero((theirs.times() > 0) & (own.times() > 0))
        summands = (own.dense(shared) @ theirs.dense(shared).T) * grades[:, None]
        summands[seen[:, None] == shown[None, :]] = 0.0
        return np.asarray(summands)

    @cached_property
    def _exact(self) -> sparse.csr_array:
        """The features in double precision: converting them anew takes longer than the sum."""
        held = self.features
        # Half as wide positions: the sum over all films is mostly reading.
        columns, ends = held.indices.astype(np.int32), held.indptr.astype(np.int32)
        return sparse.csr_array((held.data.astype(np.float64), columns, ends), shape=held.shape)

    def by_feature(
        self, seen: Ints, grades: Floats, film: int, taste: Floats | None = None
    ) -> tuple[Ints, Floats]:
        """Return a film's features, and what each adds to its score; they sum to it.

        `taste` may be given for films that were not seen: it is the same for all of them.
        """
        if taste is None:
            others = seen != film
            taste = self.taste(seen[others], grades[others])
        held = self._exact
        row = slice(held.indptr[film], held.indptr[film + 1])
        columns = held.indices[row]
        return columns, held.data[row] * taste[columns]
