"""Average precision: MAP is its mean."""

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def average_precision(hits: Bools, relevant: Ints) -> Floats:
    """Return (users,) AP@n over min(n, relevant); NaN without a relevant film.

    >>> average_precision(np.array([[True, False, True]]), np.array([2])).round(4).tolist()
    [0.8333]
    """
    places = np.arange(1, hits.shape[1] + 1)
    precision = np.cumsum(hits, axis=1) / places
    most = np.minimum(relevant, hits.shape[1])
    gained = (precision * hits).sum(axis=1)
    return np.asarray(np.divide(gained, most, out=np.full(len(hits), np.nan), where=most > 0))
