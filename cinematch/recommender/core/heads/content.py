"""Films made like yours: the same genres, people, years, countries and languages."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints


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
        columns, values, ends = self._entries(seen)
        weights = values * np.repeat(grades, np.diff(ends))
        taste = np.bincount(columns, weights=weights, minlength=self.features.shape[1])
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
        # Only features of films shown count: those get columns of their own, the others none.
        columns, values, ends = self._entries(shown)
        used, places = np.unique(columns, return_inverse=True)
        wanted = np.zeros((len(used) + 1, len(shown)))
        wanted[places + 1, np.repeat(np.arange(len(shown)), np.diff(ends))] = values
        narrow = np.zeros(self.features.shape[1], dtype=np.int64)
        narrow[used] = np.arange(1, len(used) + 1)
        columns, values, ends = self._entries(seen)
        rows = sparse.csr_array((values, narrow[columns], ends), shape=(len(seen), len(used) + 1))
        summands = np.asarray(rows @ wanted) * grades[:, None]
        summands[seen[:, None] == shown[None, :]] = 0.0
        return np.asarray(summands)

    def _entries(self, films: Ints) -> tuple[Ints, Floats, Ints]:
        """Return the columns and values of some rows, and (rows + 1,) where each begins."""
        exact = self._exact
        first = exact.indptr[films]
        count = exact.indptr[films + 1] - first
        ends = np.concatenate([[0], np.cumsum(count)])
        at = np.repeat(first - ends[:-1], count) + np.arange(ends[-1])
        return exact.indices[at], exact.data[at], ends

    @cached_property
    def _exact(self) -> sparse.csr_array:
        """The features in double precision: converting them anew takes longer than the sum."""
        return self.features.astype(np.float64)

    def by_feature(
        self, seen: Ints, grades: Floats, film: int, taste: Floats | None = None
    ) -> tuple[Ints, Floats]:
        """Return a film's features, and what each adds to its score; they sum to it.

        `taste` may be given for films that were not seen: it is the same for all of them.
        """
        if taste is None:
            others = seen != film
            taste = self.taste(seen[others], grades[others])
        columns, values, _ = self._entries(np.array([film]))
        return columns, values * taste[columns]
