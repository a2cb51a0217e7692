"""Films that are watched by whoever watched yours: a linear autoencoder with a zero diagonal."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import linalg

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.progress import Progress, unwatched

_PORTION = 500
"""Columns multiplied at a time."""


@dataclass(frozen=True)
class EaseHead:
    """`weights` is (films, films), row: a film seen, column: a film scored; its diagonal is 0."""

    weights: Floats
    name: str = "ease"

    @property
    def films(self) -> int:
        return int(self.weights.shape[0])

    def scores(self, seen: Ints, grades: Floats) -> Floats:
        found = grades.astype(self.weights.dtype) @ self.weights[seen]
        return np.asarray(found, dtype=np.float64)

    def base(self, shown: Ints) -> Floats:
        return np.zeros(len(shown))

    def contributions(self, seen: Ints, grades: Floats, shown: Ints) -> Floats:
        return np.asarray(grades[:, None] * self.weights[np.ix_(seen, shown)].astype(np.float64))


def fit_ease(
    inputs: Floats, targets: Floats, regularization: float, progress: Progress = unwatched
) -> Floats:
    """Return the weights that best turn what was seen into what was liked.

    Minimises ‖targets − inputs·B‖² + λ‖B‖² under diag(B) = 0, in closed form. With targets equal
    to inputs that is EASE^R (Steck, "Embarrassingly shallow autoencoders for sparse data", WWW
    2019, eq. 8); with other targets the diagonal's multipliers become diag(P·A) / diag(P), where
    P = (G + λI)⁻¹ and A is the cross product.

    Args:
        inputs: (films, films) Gram matrix of the graded inputs, X'X.
        targets: (films, films) cross product of inputs and targets, X'Y.
        regularization: λ.
        progress: hears of every portion of the work; the longest are LAPACK's factorisation and
            its inverse, n³ / 3 and 2n³ / 3 multiplications, which nothing can interrupt (about a
            second each for 5,000 films on two cores).

    Returns:
        (films, films) in the type of `inputs`.

    Raises:
        ValueError: λ is not above zero, the matrices differ in shape, or hold no numbers.
    """
    if regularization <= 0:
        raise ValueError(f"regularization is {regularization}; it must be above 0.")
    if inputs.shape != targets.shape:
        raise ValueError(f"The Gram matrix is {inputs.shape}, the cross product {targets.shape}.")
    gram = inputs.copy()
    gram[np.diag_indices_from(gram)] += regularization
    inverse = _inverse(gram, progress)
    films = len(inputs)
    weights = np.empty_like(inputs)
    for start in range(0, films, _PORTION):
        columns = slice(start, min(start + _PORTION, films))
        weights[:, columns] = inverse @ targets[:, columns]
        progress(columns.stop, films)
    weights -= inverse * (np.diag(weights) / np.diag(inverse))
    np.fill_diagonal(weights, 0)
    return weights


def _inverse(gram: Floats, progress: Progress) -> Floats:
    """Return the inverse of a positive definite matrix, by Cholesky; `gram` is used up."""
    routines: Any = linalg.get_lapack_funcs(("potrf", "potri"), (gram,))
    factorise, invert = routines
    factor, failed = factorise(gram, lower=1, overwrite_a=1)
    if failed:
        raise ValueError("The Gram matrix is not positive definite; is there a NaN in it?")
    progress(0, len(gram))
    lower, _ = invert(factor, lower=1, overwrite_c=1)
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T)
