"""How unlike each other the films of a list are, and how unlike what everybody gets."""

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def intra_list_distance(shown: Ints, likeness: sparse.csr_array) -> Floats:
    """Return (users,) mean of 1 − cosine over all pairs of a list; NaN for less than two films.

    Source: Ziegler et al., WWW 2005, as a mean of distances.

    Args:
        shown: (users, n).
        likeness: (films, features), rows of length 1 or 0.
    """
    count = shown.shape[1]
    if count < 2:
        return np.full(len(shown), np.nan)
    distances = np.empty(len(shown))
    for row, films in enumerate(shown):
        vectors = likeness[films]
        # Σ over all pairs of a·b is |Σ a|² less each one's own length.
        total = np.asarray(vectors.sum(axis=0)).ravel()
        own = float(vectors.multiply(vectors).sum())
        alike = (float(total @ total) - own) / (count * (count - 1))
        distances[row] = 1.0 - alike
    return distances


def serendipity(hits: Bools, expected: Bools) -> Floats:
    """Return (users,) the share of places with a relevant film that popularity would not show.

    Source: Ge et al., RecSys 2010: useful, and not in the list of a primitive recommender.

    Args:
        hits: (users, n) whether the film at each place is relevant.
        expected: (users, n) whether it is in the list of the most popular films of that user.
    """
    return np.asarray((hits & ~expected).mean(axis=1))


def genre_miscalibration(history: Floats, listed: Floats, smoothing: float = 0.01) -> Floats:
    """Return (users,) Kullback–Leibler divergence of a list's genres from the history's.

    KL(p‖(1 − α)q + αp) with p of the history and q of the list (Steck, RecSys 2018, eq. 2–3); 0 is
    a list in proportion. NaN without a history.

    Args:
        history: (users, genres) shares that sum to 1, or zeros.
        listed: (users, genres) the same of the list.
        smoothing: α.
    """
    mixed = (1 - smoothing) * listed + smoothing * history
    ratio = np.divide(history, mixed, out=np.ones_like(history), where=(history > 0) & (mixed > 0))
    divergence = (history * np.log(ratio)).sum(axis=1)
    return np.where(history.sum(axis=1) > 0, divergence, np.nan)
