"""How far predicted stars are from the ones given."""

import numpy as np

from cinematch.recommender.core.arrays import Floats


def rmse(predicted: Floats, given: Floats) -> float:
    """Return the root of the mean squared error, in stars; NaN for nothing.

    >>> rmse(np.array([3.0, 5.0]), np.array([4.0, 5.0])).__round__(4)
    0.7071
    """
    return float(np.sqrt(np.mean((predicted - given) ** 2))) if len(given) else float("nan")


def mae(predicted: Floats, given: Floats) -> float:
    """Return the mean absolute error, in stars; NaN for nothing.

    >>> mae(np.array([3.0, 5.0]), np.array([4.0, 5.0]))
    0.5
    """
    return float(np.mean(np.abs(predicted - given))) if len(given) else float("nan")


def covered(low: Floats, high: Floats, given: Floats) -> float:
    """Return the share of ratings inside their intervals; NaN for nothing.

    >>> covered(np.array([2.0, 2.0]), np.array([4.0, 4.0]), np.array([4.0, 4.5]))
    0.5
    """
    return float(np.mean((low <= given) & (given <= high))) if len(given) else float("nan")
