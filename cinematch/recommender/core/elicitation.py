"""Which films to ask a newcomer about: well known, and as unlike each other as can be."""

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints


def ask_about(factors: Floats, known: Floats, allowed: Bools, count: int) -> Ints:
    """Return films that tell much: one after the other the one that the others tell least about.

    Greedy variance reduction: each time the film whose own variance, given those already asked
    about and weighed by how many people know it, is largest; that is a pivoted Cholesky
    factorisation of the films' covariance (Rashid et al., IUI 2002, on asking for what is both
    known and informative; Foster et al., JMLR 2009, on the factorisation).

    Args:
        factors: (films, K).
        known: (films,) share of people who could answer, 0 to 1.
        allowed: (films,) what may be asked about.
        count: how many.
    """
    weighed = factors * np.sqrt(known)[:, None]
    weighed = np.where(allowed[:, None], weighed, 0.0).astype(np.float64)
    left = np.einsum("fk,fk->f", weighed, weighed)
    directions: list[Floats] = []
    asked: list[int] = []
    for _ in range(min(count, int(allowed.sum()))):
        left[asked] = -np.inf
        film = int(np.where(allowed, left, -np.inf).argmax())
        asked.append(film)
        direction = weighed[film].copy()
        for earlier in directions:
            direction -= (direction @ earlier) * earlier
        length = float(np.linalg.norm(direction))
        if length > 1e-9:
            direction /= length
            directions.append(direction)
            left = left - (weighed @ direction) ** 2
    return np.array(asked, dtype=np.int64)
