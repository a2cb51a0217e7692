"""Biased matrix factorisation of the ratings that exist: r̂ = μ + b_u + b_i + q_i·p_u."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, Ratings

_PORTION = 1_000_000
"""Numbers laid out at a time."""


@dataclass(frozen=True)
class FactorsOptions:
    """How the factorisation is fitted."""

    factors: int = 10
    """K."""

    regularization: float = 6.0
    """λ, of biases and factors alike."""

    epochs: int = 8
    seed: int = 42


@dataclass(frozen=True)
class Factors:
    """The fitted model.

    Attributes:
        overall: μ.
        user: (users, 1 + K) biases, then factors.
        film: (films, 1 + K) the same.
    """

    overall: float
    user: Floats
    film: Floats

    def predict(self, user: Ints, film: Ints) -> Floats:
        """Return (rows,) stars, cut to the scale; who or what was never rated has zeros."""
        users, films = self.user[user], self.film[film]
        taste = np.einsum("rk,rk->r", users[:, 1:], films[:, 1:])
        return np.asarray(
            np.clip(self.overall + users[:, 0] + films[:, 0] + taste, LOWEST, HIGHEST)
        )


def fit_factors(ratings: Ratings, options: FactorsOptions, progress: Progress) -> Factors:
    """Minimise Σ (r − r̂)² + λ(|p|² + |q|² + b_u² + b_i²) over the ratings that exist.

    Alternating least squares: with one side still, the other is a ridge regression for each user
    or film (Zhou et al., AAIM 2008, with biases as in Koren, Bell, Volinsky, IEEE Computer 2009).

    Raises:
        ValueError: nobody has rated anything.
    """
    rated = ratings.where(ratings.rated)
    if not len(rated):
        raise ValueError("There is no rating to learn from.")
    rng = np.random.default_rng(options.seed)
    stars = rated.stars.astype(np.float64)
    overall = float(stars.mean())
    width = 1 + options.factors
    user = np.zeros((ratings.users, width))
    film = rng.normal(0.0, 0.1, (ratings.films, width))
    film[:, 0] = 0.0
    sides = (
        (user, list(_portions(rated.user, width)), film, rated.film),
        (film, list(_portions(rated.film, width)), user, rated.user),
    )
    done, of = 0, 2 * options.epochs * len(rated)
    for _ in range(options.epochs):
        for moving, portions, still, other in sides:
            for portion in portions:
                progress(done, of)
                known = still[other[portion.rows]]
                target = stars[portion.rows] - overall - known[:, :, 0]
                moving[portion.who] = _ridges(known, target, portion.there, options.regularization)
                done += int(portion.there.sum())
    progress(of, of)
    return Factors(overall, user, film)


def _ridges(known: Floats, target: Floats, there: Bools, regularization: float) -> Floats:
    """Return (who, 1 + K), each a ridge regression of its targets; `known` is used up."""
    known[:, :, 0] = 1.0
    known *= there[:, :, None]
    turned = known.transpose(0, 2, 1)
    gram = turned @ known + regularization * np.eye(known.shape[2])
    return np.asarray(np.linalg.solve(gram, turned @ target[:, :, None])[:, :, 0])


@dataclass(frozen=True)
class _Portion:
    """Users, or films, with about as many ratings each.

    Attributes:
        who: their positions.
        rows: (who, most) positions of their ratings; any where `there` is False.
        there: (who, most).
    """

    who: Ints
    rows: Ints
    there: Bools


def _portions(position: Ints, width: int) -> Iterator[_Portion]:
    """Yield all who have ratings, so many at a time that what is laid out has a bounded size."""
    counts = np.bincount(position)
    order, first = np.argsort(position, kind="stable"), np.cumsum(counts) - counts
    ranked = np.argsort(counts, kind="stable")
    ranked = ranked[counts[ranked] > 0]
    while len(ranked):
        sizes = width * np.maximum(counts[ranked], width)
        fitting = int(np.searchsorted(sizes * np.arange(1, 1 + len(ranked)), _PORTION, "right"))
        who, ranked = np.split(ranked, [max(1, fitting)])
        place = np.arange(counts[who[-1]])
        there = place < counts[who][:, None]
        yield _Portion(who, order[np.where(there, first[who][:, None] + place, 0)], there)
