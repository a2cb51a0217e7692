"""Biased matrix factorisation of the ratings that exist: r̂ = μ + b_u + b_i + q_i·p_u."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, Ratings

_ROWS_BETWEEN = 500
"""Users or films between two looks at whether to leave off."""


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
    sides = {
        "user": np.zeros((ratings.users, width)),
        "film": rng.normal(0.0, 0.1, (ratings.films, width)),
    }
    sides["film"][:, 0] = 0.0
    rows = {
        "user": _rows_of(rated.user, ratings.users),
        "film": _rows_of(rated.film, ratings.films),
    }
    done, of = 0, options.epochs * (ratings.users + ratings.films)
    for _ in range(options.epochs):
        for side, other, position in (
            ("user", "film", rated.film),
            ("film", "user", rated.user),
        ):
            still = sides[other]
            for number, mine in enumerate(rows[side]):
                if number % _ROWS_BETWEEN == 0:
                    progress(done + number, of)
                if len(mine):
                    known = still[position[mine]]
                    target = stars[mine] - overall - known[:, 0]
                    sides[side][number] = _ridge(known, target, options.regularization)
            done += len(rows[side])
    progress(of, of)
    return Factors(overall, sides["user"], sides["film"])


def _ridge(known: Floats, target: Floats, regularization: float) -> Floats:
    design = known.copy()
    design[:, 0] = 1.0
    gram = design.T @ design
    gram[np.diag_indices_from(gram)] += regularization
    return np.asarray(
        linalg.solve(gram, design.T @ target, assume_a="pos", check_finite=False, overwrite_a=True)
    )


def _rows_of(position: Ints, count: int) -> list[Ints]:
    order = np.argsort(position, kind="stable")
    ends = np.cumsum(np.bincount(position, minlength=count))[:-1]
    return list(np.split(order, ends))
