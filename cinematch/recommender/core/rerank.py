"""From scores to a list: what may be shown, what the person's knobs add, and some variety."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints

POOL = 100
"""Best films among which variety is sought."""


@dataclass(frozen=True)
class Knobs:
    """What a person sets; each acts at the next list."""

    popularity: float = 0.0
    """From -1, rather the unknown, to 1, rather the known."""

    recency: float = 0.0
    """From -1, rather the old, to 1, rather the new."""

    variety: float = 0.3
    """From 0, the best scores, to 1, as unlike each other as can be."""


@dataclass(frozen=True)
class Slopes:
    """What the knobs multiply: (films,) each, mean 0 and standard deviation 1."""

    popularity: Floats
    recency: Floats


def slope_of(values: Floats) -> Floats:
    """Return values with mean 0 and deviation 1; unknown ones (NaN) are 0.

    >>> slope_of(np.array([1.0, 3.0, np.nan])).tolist()
    [-1.0, 1.0, 0.0]
    """
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(len(values))
    spread = values[known].std() or 1.0
    return np.where(known, (values - values[known].mean()) / spread, 0.0)


@dataclass(frozen=True)
class Chosen:
    """A list, best first.

    Attributes:
        films: (n,) positions.
        scores: (n,) what each has in the end, falling.
        variety: (n,) what likeness to those above took off it, 0 or below.
    """

    films: Ints
    scores: Floats
    variety: Floats


def choose(
    scores: Floats, allowed: Bools, likeness: sparse.csr_array, count: int, variety: float
) -> Chosen:
    """Choose one film after the other by maximal marginal relevance.

    Each time the film with the largest `score − variety · range · likeness to the nearest one
    already chosen` (Carbonell and Goldstein, SIGIR 1998); `range` is that of
    the scores in the pool, so that the knob means the same for everybody. What it takes off is
    part of the score. The list is as long as asked, if so many films are allowed.

    Args:
        scores: (films,).
        allowed: (films,) what may be shown.
        likeness: (films, features) rows of length 1 or 0; the product of two is their likeness.
        count: how many.
        variety: from 0 to 1.
    """
    candidates = np.flatnonzero(allowed)
    pool = max(POOL, 4 * count)
    if len(candidates) > pool:
        best = np.argpartition(-scores[candidates], pool - 1)[:pool]
        candidates = candidates[best]
    order = np.lexsort((candidates, -scores[candidates]))
    candidates = candidates[order]
    relevance = scores[candidates]
    penalty = variety * float(np.ptp(relevance)) if len(candidates) else 0.0
    rows = likeness[candidates]
    alike = np.asarray((rows @ rows.T).toarray(), dtype=np.float64) if penalty else None
    nearest = np.zeros(len(candidates))
    left = np.ones(len(candidates), dtype=np.bool_)
    films: list[int] = []
    taken: list[float] = []
    for _ in range(min(count, len(candidates))):
        worth = np.where(left, relevance - penalty * nearest, -np.inf)
        first = int(worth.argmax())
        left[first] = False
        films.append(first)
        taken.append(-penalty * nearest[first])
        if alike is not None:
            np.maximum(nearest, alike[first], out=nearest)
    picked = np.array(films, dtype=np.int64)
    off = np.array(taken)
    return Chosen(candidates[picked], relevance[picked] + off, off)
