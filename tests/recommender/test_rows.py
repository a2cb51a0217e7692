"""Rows of a sparse matrix: what SciPy's indexing would say."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.rows import Rows

SIZE = 9


@given(
    st.integers(0, 50),
    st.lists(st.integers(0, SIZE - 1), max_size=SIZE),
    st.lists(st.integers(0, SIZE - 1), max_size=SIZE, unique=True),
)
def test_rows_at_some_columns_are_those_of_the_matrix(
    seed: int, rows: list[int], columns: list[int]
) -> None:
    rng = np.random.default_rng(seed)
    whole = rng.random((SIZE, SIZE)) * (rng.random((SIZE, SIZE)) < 0.3)
    at, wanted = np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64)
    taken = Rows.of(sparse.csr_array(whole), at)
    assert np.array_equal(taken.dense(wanted), whole[at][:, wanted])
    assert np.array_equal(taken.times(), (whole[at] > 0).sum(axis=0))
