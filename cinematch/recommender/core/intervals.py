"""How sure a measured figure is: intervals by drawing people again, and by pairs."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints

DRAWS = 2_000


@dataclass(frozen=True)
class Measured:
    """A mean over people with the bounds of its central 95 % interval, and how many there were."""

    value: float
    low: float
    high: float
    people: int


def mean_of(values: Floats, rng: np.random.Generator, draws: int = DRAWS) -> Measured:
    """Return the mean over people, NaN left out, with its percentile bootstrap interval.

    Source: Efron and Tibshirani, "An introduction to the bootstrap", 1993, §13.3.

    Args:
        values: (people,).
        rng: where the draws come from.
        draws: how many.
    """
    known = values[~np.isnan(values)]
    if not len(known):
        return Measured(float("nan"), float("nan"), float("nan"), 0)
    means = _means(known, rng, draws)
    low, high = np.quantile(means, [0.025, 0.975])
    return Measured(float(known.mean()), float(low), float(high), len(known))


def difference_of(
    ours: Floats, theirs: Floats, rng: np.random.Generator, draws: int = DRAWS
) -> Measured:
    """Return the mean of paired differences; an interval above 0 says that ours is better."""
    return mean_of(ours - theirs, rng, draws)


def weighted_mean_of(values: Floats, weights: Floats, rng: np.random.Generator) -> Measured:
    """Return a mean over ratings with its interval; people are drawn, not ratings.

    Args:
        values: (people,) mean over each one's ratings.
        weights: (people,) how many ratings each has.
        rng: where the draws come from.
    """
    if not len(values):
        return Measured(float("nan"), float("nan"), float("nan"), 0)
    totals = values * weights
    means = np.concatenate(
        [
            totals[drawn].sum(axis=1) / weights[drawn].sum(axis=1)
            for drawn in _draws(len(values), rng, DRAWS)
        ]
    )
    low, high = np.quantile(means, [0.025, 0.975])
    return Measured(float(totals.sum() / weights.sum()), float(low), float(high), len(values))


def root_mean_of(squares: Floats, weights: Floats, rng: np.random.Generator) -> Measured:
    """Return the root of a weighted mean over people, such as an RMSE, with its interval.

    Args:
        squares: (people,) mean squared error of each.
        weights: (people,) how many ratings each has.
        rng: where the draws come from.
    """
    mean = weighted_mean_of(squares, weights, rng)
    value, low, high = np.sqrt([mean.value, mean.low, mean.high])
    return Measured(float(value), float(low), float(high), mean.people)


def _means(values: Floats, rng: np.random.Generator, draws: int) -> Floats:
    means = [values[drawn].mean(axis=1) for drawn in _draws(len(values), rng, draws)]
    return np.concatenate(means)


def _draws(people: int, rng: np.random.Generator, draws: int) -> Iterator[Ints]:
    """Draw in portions: a hundred thousand people would not fit into memory two thousand times."""
    portion = max(1, 4_000_000 // people)
    for start in range(0, draws, portion):
        yield rng.integers(0, people, (min(portion, draws - start), people))
