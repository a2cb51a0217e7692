"""What everybody watches: the same for each person, so a base without summands."""

from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints


@dataclass(frozen=True)
class PopularityHead:
    """`popularity` is (films,); see `core.popularity` for the ways to measure it."""

    popularity: Floats
    name: str = "popularity"

    @property
    def films(self) -> int:
        return int(self.popularity.shape[0])

    def scores(self, seen: Ints, grades: Floats) -> Floats:  # noqa: ARG002 - the same for all
        return np.asarray(self.popularity, dtype=np.float64).copy()

    def base(self, shown: Ints) -> Floats:
        return np.asarray(self.popularity[shown], dtype=np.float64)

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:  # noqa: ARG002
        return np.zeros((len(seen), len(shown)))
