"""Groups of people or films: how good a grouping is, and what its groups are called."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints

NO_CLEAR_CLUSTERS = 0.1
"""Silhouette under which one says that there are no clear clusters."""


def directions(factors: Floats) -> Floats:
    """Return rows of length 1, so that how much somebody watches does not decide their group.

    >>> directions(np.array([[3.0, 4.0], [0.0, 0.0]])).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(factors, axis=1, keepdims=True)
    return np.asarray(np.divide(factors, lengths, out=np.zeros_like(factors), where=lengths > 0))


def nearest(centres: Floats, direction: Floats) -> int:
    """Return which of (groups, K) centres lies nearest to a direction, the first of equals.

    >>> nearest(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.6, 0.8]))
    1
    """
    return int(np.square(centres - direction).sum(axis=1).argmin())


def balance(labels: Ints, groups: int) -> float:
    """Return 1 − deviation / mean of the sizes (recommender spec, R163), not below 0.

    >>> balance(np.array([0, 0, 1, 1]), 2), balance(np.array([0, 0, 0, 0]), 2)
    (1.0, 0.0)
    """
    sizes = np.bincount(labels, minlength=groups)
    return max(0.0, 1.0 - float(sizes.std() / sizes.mean())) if len(labels) else 0.0


def described_score(silhouette: float, evenness: float, groups: int) -> float:
    """Return the source design's score of a grouping: 0.5·s + 0.3·balance + 0.2/C (R163)."""
    return 0.5 * silhouette + 0.3 * evenness + 0.2 / groups


@dataclass(frozen=True)
class Grouping:
    """One number of groups, tried.

    Attributes:
        labels: (rows,).
        centres: (groups, K).
        silhouette: from -1 to 1; 0 where there is but one group.
        balance: from 0 to 1.
        stability: adjusted Rand index between groupings of two random halves, 1 is the same.
    """

    labels: Ints
    centres: Floats
    silhouette: float
    balance: float
    stability: float


STABLE = 0.5
"""Stability under which a grouping of another sample would be another one."""

SMALLEST = 0.02
"""Share of all under which a group is too small to be one."""


@dataclass(frozen=True)
class Worth:
    """What one number of groups is worth; see `Grouping`. `smallest` is the least group's share."""

    groups: int
    silhouette: float
    balance: float
    stability: float
    smallest: float

    @property
    def verdict(self) -> str:
        """`good`: clear and comes again; `rejected`: neither, or a group is too small."""
        clear, stable = self.silhouette >= NO_CLEAR_CLUSTERS, self.stability >= STABLE
        if self.smallest < SMALLEST or not (clear or stable):
            return "rejected"
        return "good" if clear and stable else "doubtful"


def worth_of(grouping: Grouping, groups: int) -> Worth:
    """Judge a grouping."""
    sizes = np.bincount(grouping.labels, minlength=groups)
    return Worth(
        groups,
        grouping.silhouette,
        grouping.balance,
        grouping.stability,
        float(sizes.min() / max(sizes.sum(), 1)),
    )


def best_worth(tried: Sequence[Worth]) -> Worth:
    """Return the grouping to keep: of the best verdict, the one of the largest mean of silhouette
    and stability, the fewest groups where they are the same (W29). Balance decides nothing: tastes
    need not be of equal size.

    Raises:
        ValueError: there is none.
    """
    order = {"good": 0, "doubtful": 1, "rejected": 2}
    return min(
        tried,
        key=lambda one: (order[one.verdict], -(one.silhouette + one.stability), one.groups),
    )


@dataclass(frozen=True)
class Lift:
    """A feature that a group has more of than all do: `lift` times as much."""

    feature: int
    lift: float
    share: float


def over_represented(
    labels: Ints, weights: sparse.csr_array, group: int, *, at_least: float = 0.02, count: int = 5
) -> Sequence[Lift]:
    """Return what a group has more of than everybody, the most telling first.

    Told by the group's part of Kullback–Leibler divergence, share · log(share / share of all), so
    that something rare in both does not win by a large ratio alone.

    Args:
        labels: (rows,) which group each person or film is in.
        weights: (rows, features) what each has, none below 0.
        group: which.
        at_least: the share of the group under which a feature does not count.
        count: how many.
    """
    mine = np.asarray(weights[labels == group].sum(axis=0)).ravel()
    every = np.asarray(weights.sum(axis=0)).ravel()
    share = mine / (mine.sum() or 1.0)
    common = every / (every.sum() or 1.0)
    ratio = np.divide(share, common, out=np.zeros_like(share), where=common > 0)
    telling = np.where((share >= at_least) & (ratio > 1), share * np.log(np.maximum(ratio, 1)), 0)
    best = np.argsort(-telling, kind="stable")[:count]
    return [Lift(int(at), float(ratio[at]), float(share[at])) for at in best if telling[at] > 0]


_TELLING = ("genre", "director", "actor", "era")
_ENOUGH = 3


def title_of(features: Sequence[tuple[str, str, float]]) -> str:
    """Name a group by what it has more of than all: genres and people first, then its time.

    >>> title_of([("era", "1980", 2.0), ("genre", "Horror", 3.1), ("country", "US", 1.1)])
    'Horror · 1980s'
    >>> title_of([])
    'Everything'
    """
    order = {kind: place for place, kind in enumerate(_TELLING)}
    told = sorted(
        (feature for feature in features if feature[0] in order),
        key=lambda feature: (feature[0] == "era", order[feature[0]] > 0, -feature[2]),
    )
    names = [f"{name}s" if kind == "era" else name for kind, name, _ in told[:_ENOUGH]]
    return " · ".join(names) or "Everything"
