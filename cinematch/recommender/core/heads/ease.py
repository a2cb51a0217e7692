"""Films that are watched by whoever watched yours: a linear autoencoder with a zero diagonal."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import linalg

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.progress import Progress, unwatched

_BLOCK = 256
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
        found = grades.astype(self.weights.dtype) @ self.weights.take(seen, axis=0)
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
        progress: hears of every portion of the work: none multiplies more than `_BLOCK` columns.

    Returns:
        (films, films) in the type of `inputs`.

    Raises:
        ValueError: λ is not above zero, the matrices differ in shape, or hold no numbers.
    """
    if regularization <= 0:
        raise ValueError(f"regularization is {regularization}; it must be above 0.")
    if inputs.shape != targets.shape:
        raise ValueError(f"The Gram matrix is {inputs.shape}, the cross product {targets.shape}.")
    films = len(inputs)
    inverse = inputs.copy()
    inverse[np.diag_indices(films)] += regularization
    _invert(inverse, progress)
    weights = np.empty_like(inputs)
    for block in _blocks(films):
        weights[:, block] = inverse @ targets[:, block]
        progress(films + 2 * block.stop, 3 * films)
    inverse *= np.diag(weights) / np.diag(inverse)
    weights -= inverse
    np.fill_diagonal(weights, 0)
    return weights


def _invert(matrix: Floats, progress: Progress) -> None:
    """Put the inverse of a positive definite matrix in its place.

    By the symmetric sweep operator (Goodnight, The American Statistician 33, 1979) in blocks: as
    many multiplications as LAPACK's `potrf` and `potri` need, and as fast, but in products that
    end soon, so that one can leave off between them. Until the end the lower blocks alone count.

    Raises:
        ValueError: it is not positive definite.
    """
    films = len(matrix)
    for pivot in _blocks(films):
        column = np.concatenate([matrix[pivot, : pivot.start].T, matrix[pivot.start :, pivot]])
        try:
            inverse = linalg.inv(column[pivot], assume_a="pos")
        except ValueError as error:
            raise ValueError(
                "The Gram matrix is not positive definite; is there a NaN in it?"
            ) from error
        column[pivot] = 0
        scaled = column @ inverse
        for block in _blocks(films):
            if block != pivot:
                matrix[block.start :, block] -= scaled[block.start :] @ column[block].T
            progress(pivot.start, 3 * films)
        matrix[pivot, : pivot.start] = scaled[: pivot.start].T
        matrix[pivot.stop :, pivot] = scaled[pivot.stop :]
        matrix[pivot, pivot] = -inverse
    for block in _blocks(films):
        matrix[block.start :, block] *= -1
        matrix[block, block.stop :] = matrix[block.stop :, block].T


def _blocks(films: int) -> Iterator[slice]:
    return (slice(at, min(at + _BLOCK, films)) for at in range(0, films, _BLOCK))
