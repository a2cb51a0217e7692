"""Has what people do moved away from what the model was fitted to?"""

from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats

SMALL, LARGE = 0.1, 0.25
"""Below the first nothing has moved; from the second on it has."""

FEWEST = 200
"""Ratings since the training under which nothing is said."""

VERDICTS = ("too few", "none", "some", "large")
"""What there is to be thought of drift."""


def population_stability(before: Floats, now: Floats) -> float:
    """Return the population stability index of two histograms: Σ (q − p) · ln(q / p).

    Half a count is put in each bucket, so that an empty one does not decide.
    Source: Siddiqi, "Credit risk scorecards", 2006; symmetric Kullback–Leibler divergence.

    >>> population_stability(np.array([10.0, 10.0]), np.array([10.0, 10.0]))
    0.0
    """
    p, q = ((counts + 0.5) / (counts + 0.5).sum() for counts in (before, now))
    return float(((q - p) * np.log(q / p)).sum())


@dataclass(frozen=True)
class Drift:
    """What is known of drift; `verdict` is one of `VERDICTS`.

    Attributes:
        ratings: given since the training.
        stars: stability index of the ten half-star buckets.
        genres: the same of what is watched, by genre.
        error: RMSE of what the model said of ratings given since, divided by that of its hold-out;
            NaN when it said nothing.
    """

    ratings: int
    stars: float
    genres: float
    error: float

    @property
    def verdict(self) -> str:
        """What to think of it; `large` is a reason to train anew."""
        if self.ratings < FEWEST:
            return "too few"
        worst = max(self.stars, self.genres)
        if worst >= LARGE or self.error > 1.1:
            return "large"
        return "some" if worst >= SMALL else "none"
