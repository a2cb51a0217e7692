"""What every model has to beat: means, biases, popularity, neighbours."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, Ratings


@dataclass(frozen=True)
class Biases:
    """r̂ = μ + b_u + b_i; zeros for who or what has no ratings.

    Attributes:
        overall: μ.
        user: (users,) b_u.
        film: (films,) b_i.
    """

    overall: float
    user: Floats
    film: Floats

    def predict(self, user: Ints, film: Ints) -> Floats:
        """Return (rows,) stars, cut to the scale."""
        return np.clip(self.overall + self.user[user] + self.film[film], LOWEST, HIGHEST)


def fit_biases(ratings: Ratings, shrinkage: float = 5.0, sweeps: int = 10) -> Biases:
    """Fit biases by turns, each drawn towards 0 by so many ratings.

    Source: Koren, "Factorization meets the neighborhood", KDD 2008, §2.1, by alternating least
    squares. Without any ratings the middle of the scale is all there is to say.
    """
    rated = ratings.where(ratings.rated)
    user, film = np.zeros(ratings.users), np.zeros(ratings.films)
    if not len(rated):
        return Biases((LOWEST + HIGHEST) / 2, user, film)
    overall = float(rated.stars.mean(dtype=np.float64))
    above = rated.stars.astype(np.float64) - overall
    by_user = np.bincount(rated.user, minlength=ratings.users) + shrinkage
    by_film = np.bincount(rated.film, minlength=ratings.films) + shrinkage
    for _ in range(sweeps):
        film = np.bincount(rated.film, above - user[rated.user], ratings.films) / by_film
        user = np.bincount(rated.user, above - film[rated.film], ratings.users) / by_user
    return Biases(overall, user, film)


def global_mean(ratings: Ratings) -> float:
    """Return the mean of all stars; the middle of the scale without any."""
    stars = ratings.stars[ratings.rated]
    return float(stars.mean(dtype=np.float64)) if len(stars) else (LOWEST + HIGHEST) / 2


@dataclass(frozen=True)
class Neighbours:
    """Item-based nearest neighbours; `weights` is (films seen, films scored)."""

    weights: sparse.csr_array

    def scores(self, seen: Ints) -> Floats:
        """Return (films,) sums of likeness to what was seen."""
        return np.asarray(self.weights[seen].sum(axis=0), dtype=np.float64).ravel()


def fit_neighbours(
    ratings: Ratings, neighbours: int, shrinkage: float, progress: Progress
) -> Neighbours:
    """Find each film's nearest by cosine of who has seen it, shrunk where few have.

    Source: Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001;
    the shrinkage: Bell and Koren, ICDM 2007: n_ij / (√(n_i·n_j) + shrinkage).

    Args:
        ratings: all of whose rows count as seen.
        neighbours: how many of each film are kept.
        shrinkage: in viewers.
        progress: hears of portions of films.
    """
    seen = sparse.csc_array(ratings.matrix())
    counts = np.diff(seen.indptr).astype(np.float64)
    films, step = ratings.films, 500
    kept: list[sparse.csr_array] = []
    for start in range(0, films, step):
        columns = np.arange(start, min(start + step, films))
        together = (seen[:, columns].T @ seen).toarray()
        likeness = together / (np.sqrt(counts[columns, None] * counts[None, :]) + shrinkage + 1e-9)
        likeness[np.arange(len(columns)), columns] = 0.0
        if neighbours < films:
            least = np.partition(likeness, films - neighbours, axis=1)[:, films - neighbours]
            likeness[likeness < least[:, None]] = 0.0
        kept.append(sparse.csr_array(likeness.astype(np.float32)))
        progress(int(columns[-1]) + 1, films)
    # A row is a film scored with its neighbours; what is seen has to be the row.
    return Neighbours(sparse.csr_array(sparse.vstack(kept).T))
