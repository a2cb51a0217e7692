"""How much of what was relevant is in the list."""

from typing import Literal

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def recall(
    hits: Bools, relevant: Ints, divisor: Literal["relevant", "reachable"] = "relevant"
) -> Floats:
    """Return (users,) recall@n; NaN without a relevant film.

    Published tables differ in what they divide by: all relevant films, or those that fit into the
    list, min(n, relevant), as Liang et al. (WWW 2018) do.

    >>> recall(np.array([[True, False]]), np.array([4])).tolist()
    [0.25]
    >>> recall(np.array([[True, False]]), np.array([4]), "reachable").tolist()
    [0.5]
    """
    most = relevant if divisor == "relevant" else np.minimum(relevant, hits.shape[1])
    found = hits.sum(axis=1).astype(np.float64)
    return np.asarray(np.divide(found, most, out=np.full(len(hits), np.nan), where=most > 0))
