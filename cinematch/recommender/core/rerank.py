"""From scores to a list: what may be shown, what the person's knobs add, and some variety."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.rows import Rows

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
        others: (rest,) those of the pool that were not chosen, best first.
        others_variety: (rest,) what took off each, when the last one was chosen in its stead.
    """

    films: Ints
    scores: Floats
    variety: Floats
    others: Ints
    others_variety: Floats


@dataclass(frozen=True)
class Stand:
    """Where a film stands.

    Attributes:
        place: from 1. After the list come the others of the pool, by what each had when the last
            film of the list was chosen, then those that were not in the pool, by score.
        pooled: whether it was among those of which the list was chosen.
        variety: what likeness to films above takes off it, 0 or below.
    """

    place: int
    pooled: bool
    variety: float


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
    candidates = _best(scores, allowed, max(POOL, 4 * count))
    relevance = scores[candidates]
    penalty = variety * float(np.ptp(relevance)) if len(candidates) else 0.0
    costs = penalty * _alike(likeness, candidates) if penalty else None
    left, off = relevance.copy(), np.zeros(len(candidates))
    films: list[int] = []
    taken: list[float] = []
    for _ in range(min(count, len(candidates))):
        if films and costs is not None:
            np.maximum(off, costs[films[-1]], out=off)
        first = int((left - off).argmax())
        left[first] = -np.inf
        films.append(first)
        taken.append(-off[first])
    picked, changed = np.array(films, dtype=np.int64), np.array(taken)
    others = np.argsort(off - left, kind="stable")[: len(candidates) - len(picked)]
    return Chosen(
        candidates[picked], relevance[picked] + changed, changed, candidates[others], -off[others]
    )


def stand_of(chosen: Chosen, scores: Floats, allowed: Bools, film: int) -> Stand:
    """Return where a film that is allowed stands; the rest is as `choose` was given it."""
    places = np.concatenate([chosen.films, chosen.others])
    at = np.flatnonzero(places == film)
    if len(at):
        variety = np.concatenate([chosen.variety, chosen.others_variety])
        return Stand(int(at[0]) + 1, pooled=True, variety=float(variety[at[0]]))
    better = (scores > scores[film]) | ((scores == scores[film]) & (np.arange(len(scores)) < film))
    return Stand(int((better & allowed).sum()) + 1, pooled=False, variety=0.0)


def _best(scores: Floats, allowed: Bools, most: int) -> Ints:
    """Return the positions of the best films allowed, best first; of equals the first is better.

    To sort them all takes longer than everything else here. Of the best of each of many heaps the
    `most` largest are a bound: at least so many films reach it, and few more.
    """
    worth = np.where(allowed, scores, -np.inf)
    heaps = 2 * most
    bound = -np.inf
    if len(worth) >= heaps:
        tops = worth[: len(worth) // heaps * heaps].reshape(-1, heaps).max(axis=0)
        bound = np.partition(tops, heaps - most)[heaps - most]
    found = np.flatnonzero((worth >= bound) & allowed)
    return found[np.argsort(-worth[found], kind="stable")[:most]]


def _alike(likeness: sparse.csr_array, films: Ints) -> Floats:
    """Return (films, films) likenesses; of a film to itself there is none."""
    rows = Rows.of(likeness, films)
    shared = rows.dense(np.flatnonzero(rows.times() > 1))
    return np.asarray(shared @ shared.T, dtype=np.float64)
