"""Some rows of a sparse matrix at once; the general indexing of SciPy takes longer than the sums
that are done with them."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints


@dataclass(frozen=True)
class Rows:
    """What is not 0 in some rows, one row after the other.

    Attributes:
        columns: (entries,) where.
        values: (entries,) what.
        owner: (entries,) whose: a position among the rows taken.
        shape: how many rows were taken, and the columns of the whole.
    """

    columns: Ints
    values: Floats
    owner: Ints
    shape: tuple[int, int]

    @classmethod
    def of(cls, matrix: sparse.csr_array, rows: Ints) -> "Rows":
        """Take some rows, in their order."""
        first = matrix.indptr[rows]
        count = matrix.indptr[rows + 1] - first
        owner = np.repeat(np.arange(len(rows)), count)
        at = (first - count.cumsum() + count).take(owner) + np.arange(len(owner))
        return cls(
            matrix.indices.take(at), matrix.data.take(at), owner, (len(rows), matrix.shape[1])
        )

    def times(self) -> Ints:
        """Return (columns of the whole,) in how many of the rows each column is."""
        return np.bincount(self.columns, minlength=self.shape[1])

    def dense(self, columns: Ints) -> Floats:
        """Return (rows, some columns) the rows at some columns alone."""
        # What is at others meets in one column more, which is left out in the end.
        place = np.full(self.shape[1], len(columns))
        place[columns] = np.arange(len(columns))
        found = np.zeros((self.shape[0], len(columns) + 1), dtype=self.values.dtype)
        found[self.owner, place.take(self.columns)] = self.values
        return found[:, :-1]
