"""Normalised discounted cumulative gain."""

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def ndcg(hits: Bools, relevant: Ints) -> Floats:
    """Return (users,) NDCG@n with binary gain and log₂ discount; NaN without a relevant film.

    The ideal list has min(n, relevant) hits on top (Järvelin and Kekäläinen, TOIS 2002).

    Args:
        hits: (users, n) whether the film at each place is relevant.
        relevant: (users,) how many films are.

    >>> ndcg(np.array([[True, False], [False, True]]), np.array([1, 2])).round(4).tolist()
    [1.0, 0.3869]
    """
    weights = 1.0 / np.log2(np.arange(2, hits.shape[1] + 2))
    ideal = np.concatenate([[0.0], np.cumsum(weights)])[np.minimum(relevant, hits.shape[1])]
    gained = hits @ weights
    return np.asarray(np.divide(gained, ideal, out=np.full(len(hits), np.nan), where=ideal > 0))
