"""Products of tall sparse matrices that come out dense, in portions that can be left off."""

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.progress import Progress

_PORTION = 4_000_000
"""Numbers of a portion of rows laid out dense."""


def cross(left: sparse.csr_array, right: sparse.csr_array, progress: Progress) -> Floats:
    """Return (films, films) left'·right in float32; half the work is saved where both are one.

    The products are dense from some thousand users on, so portions of users are laid out and
    multiplied as dense matrices: measured to be faster than a sparse product, whose time grows
    with the square of what each person has seen.

    Args:
        left, right: (users, films).
        progress: hears of each portion of users.
    """
    users, films = left.shape
    one = left.astype(np.float32)
    other = one if left is right else right.astype(np.float32)
    total = np.zeros((films, right.shape[1]), dtype=np.float32)
    step = max(1, min(users, _PORTION // max(films, 1)))
    for start in range(0, users, step):
        rows = slice(start, start + step)
        laid = one[rows].toarray()
        # NumPy sees that both sides are the same array, and takes the symmetric routine.
        total += laid.T @ (laid if one is other else other[rows].toarray())
        progress(min(start + step, users), users)
    return total
