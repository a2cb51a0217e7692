"""The ranking models added up: each by its weight, over one scale that all people share."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.heads.base import Head

PRESETS: Mapping[str, Mapping[str, float]] = {
    "described": {"ease": 0.3, "ials": 0.3, "content": 0.3, "popularity": 0.1},
    "content": {"content": 0.9, "popularity": 0.1},
    "popularity": {"popularity": 1.0},
}
"""Named weights; `described` is the source design's 0.6 / 0.3 / 0.1, its first shared by two."""


@dataclass(frozen=True)
class Blend:
    """Heads with their weights and scales.

    A scale is the standard deviation of a head's scores over the people it was fitted to, one
    number for all: were it each person's own, to take a film away would move every summand.

    Attributes:
        heads: by name.
        weights: by name; what has none has no say.
        scales: by name, above 0.
    """

    heads: Mapping[str, Head]
    weights: Mapping[str, float]
    scales: Mapping[str, float]

    @property
    def films(self) -> int:
        """How many films are scored."""
        return next(iter(self.heads.values())).films

    @property
    def heard(self) -> list[str]:
        """Names of the heads that have a say, in their order."""
        return [name for name in self.heads if self.weights.get(name)]

    def factor(self, name: str) -> float:
        """Return what a head's own numbers are multiplied by."""
        return self.weights.get(name, 0.0) / self.scales[name]

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        """Return (films,) blended scores."""
        total = np.zeros(self.films)
        for name in self.heard:
            total += self.factor(name) * self.heads[name].scores(seen, grades)
        return total

    def parts(self, seen: Ints, grades: Floats, shown: Ints) -> "Parts":
        """Return the summands of some films' scores."""
        return Parts(
            {name: self.factor(name) * self.heads[name].base(shown) for name in self.heard},
            {
                name: self.factor(name) * self.heads[name].contributions(seen, grades, shown)
                for name in self.heard
            },
        )

    def weighing(self, weights: Mapping[str, float]) -> "Blend":
        """Return the same with other weights."""
        return Blend(self.heads, weights, self.scales)


@dataclass(frozen=True)
class Parts:
    """Summands of the scores of some films.

    Attributes:
        base: by head, (shown,).
        by_seen: by head, (seen, shown).
    """

    base: Mapping[str, Floats]
    by_seen: Mapping[str, Floats]

    def total(self) -> Floats:
        """Return (shown,) their sum."""
        totals = [*self.base.values(), *(part.sum(axis=0) for part in self.by_seen.values())]
        return np.asarray(np.sum(totals, axis=0))


def scale_of(head: Head, people: Sequence[tuple[Ints, Floats]]) -> float:
    """Return the standard deviation of a head's scores of films not seen, over some people.

    Args:
        head: whose.
        people: films seen, and their grades, of each.
    """
    squares, mean, count = 0.0, 0.0, 0
    for seen, grades in people:
        scores = np.delete(head.scores(seen, grades), seen)
        squares += float((scores**2).sum())
        mean += float(scores.sum())
        count += len(scores)
    if not count:
        return 1.0
    variance = squares / count - (mean / count) ** 2
    return float(np.sqrt(variance)) if variance > 1e-18 else 1.0
