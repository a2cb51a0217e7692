"""Names of the array types that the models speak in."""

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.integer[Any]]
"""Positions of users or films."""

Floats: TypeAlias = NDArray[np.floating[Any]]
"""Scores, stars, weights; models store float32 and add up in float64."""

Bools: TypeAlias = NDArray[np.bool_]
