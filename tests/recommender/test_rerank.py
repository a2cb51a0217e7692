"""The list: always full, never what may not be shown, falling, and varied as asked."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.rerank import choose, slope_of


def likeness(seed: int, films: int) -> sparse.csr_array:
    rng = np.random.default_rng(seed)
    rows = rng.random((films, 5)) * (rng.random((films, 5)) < 0.5)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return sparse.csr_array(np.divide(rows, lengths, where=lengths > 0, out=np.zeros_like(rows)))


@given(st.integers(0, 50), st.integers(1, 40), st.integers(1, 30), st.floats(0, 1))
def test_a_list_is_full_allowed_and_falls(
    seed: int, films: int, count: int, variety: float
) -> None:
    rng = np.random.default_rng(seed)
    scores, allowed = rng.normal(size=films), rng.random(films) < 0.7
    chosen = choose(scores, allowed, likeness(seed, films), count, variety)
    assert len(chosen.films) == min(count, int(allowed.sum()))
    assert len(set(chosen.films.tolist())) == len(chosen.films)
    assert allowed[chosen.films].all()
    assert (np.diff(chosen.scores) <= 1e-9).all()
    assert np.allclose(chosen.scores, scores[chosen.films] + chosen.variety)


def test_without_variety_the_best_scores_win() -> None:
    scores = np.array([0.1, 0.9, 0.5, 0.7])
    chosen = choose(scores, np.ones(4, dtype=np.bool_), likeness(1, 4), 3, 0.0)
    assert chosen.films.tolist() == [1, 3, 2]


def test_a_twin_of_the_first_gives_way() -> None:
    twins = sparse.csr_array(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    scores = np.array([1.0, 0.99, 0.5])
    chosen = choose(scores, np.ones(3, dtype=np.bool_), twins, 2, 1.0)
    assert chosen.films.tolist() == [0, 2]
    assert choose(scores, np.ones(3, dtype=np.bool_), twins, 2, 0.0).films.tolist() == [0, 1]


def test_a_slope_without_anything_known_is_flat() -> None:
    assert slope_of(np.full(3, np.nan)).tolist() == [0.0, 0.0, 0.0]
