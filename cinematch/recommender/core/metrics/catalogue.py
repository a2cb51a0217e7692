"""How much of the catalogue lists show, and how evenly."""

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints


def coverage(shown: Ints, films: int) -> float:
    """Return the share of films that are in anybody's list.

    >>> coverage(np.array([[0, 1], [1, 2]]), 6)
    0.5
    """
    return len(np.unique(shown)) / films if films else 0.0


def gini(shown: Ints, films: int) -> float:
    """Return the Gini index of how often each film is shown: 0 all alike, near 1 a few always.

    Source: Adomavicius and Kwon, TKDE 2012, with films sorted by exposure, rising.

    >>> gini(np.array([[0, 1], [2, 3]]), 4), gini(np.array([[0], [0]]), 4)
    (0.0, 0.75)
    """
    exposure = np.sort(np.bincount(shown.ravel(), minlength=films)).astype(np.float64)
    if not exposure.sum():
        return 0.0
    places = np.arange(1, films + 1)
    return float(((2 * places - films - 1) * exposure).sum() / (films * exposure.sum()))


def novelty(shown: Ints, watched: Ints, people: int) -> Floats:
    """Return (users,) mean self-information of the films shown, −log₂(share who watched), in bits.

    Source: Vargas and Castells, RecSys 2011. A film nobody watched counts as watched by one.

    >>> novelty(np.array([[0, 1]]), np.array([4, 1]), 4).tolist()
    [1.0]
    """
    share = np.maximum(watched, 1) / max(people, 1)
    return np.asarray(-np.log2(np.minimum(share, 1.0))[shown].mean(axis=1))
