"""The list: always full, never what may not be shown, falling, and varied as asked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.rerank import POOL, choose, slope_of, stand_of


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


@given(st.integers(0, 50), st.integers(1, 900), st.integers(1, 30), st.floats(0, 1))
def test_each_film_is_the_best_beside_those_above_it(
    seed: int, films: int, count: int, variety: float
) -> None:
    """As the formula says it, film by film, over many films with equal scores among them."""
    rng = np.random.default_rng(seed)
    scores, allowed = rng.integers(0, 40, films) / 10, rng.random(films) < 0.5
    rows = likeness(seed, films)
    chosen = choose(scores, allowed, rows, count, variety)
    order = sorted(np.flatnonzero(allowed).tolist(), key=lambda film: (-scores[film], film))
    pool = order[: max(POOL, 4 * count)]
    alike = (rows @ rows.T).toarray()
    spread = scores[pool].max() - scores[pool].min() if pool else 0.0
    above: list[int] = []
    for film, score in zip(chosen.films.tolist(), chosen.scores.tolist(), strict=True):
        left = [other for other in pool if other not in above]
        nearest = alike[np.ix_(left, above)].max(axis=1, initial=0.0)
        worth = scores[left] - variety * spread * nearest
        assert film in left
        assert score == pytest.approx(worth.max())
        assert score == pytest.approx(worth[left.index(film)])
        above.append(film)


def test_films_that_were_not_looked_at_stand_after_those_that_were() -> None:
    scores, everything = np.arange(150.0), np.ones(150, dtype=np.bool_)
    chosen = choose(scores, everything, likeness(3, 150), 10, 1.0)
    stands = [stand_of(chosen, scores, everything, film) for film in range(150)]
    assert sorted(stand.place for stand in stands) == list(range(1, 151))
    assert [stand.place for stand in stands[:50]] == list(range(150, 100, -1))
    assert [stand.pooled for stand in stands] == [False] * 50 + [True] * POOL
    last = chosen.scores[-1]
    assert all(scores[film] + stands[film].variety <= last for film in chosen.others)


def test_of_equal_films_the_first_are_listed() -> None:
    chosen = choose(np.ones(1000), np.ones(1000, dtype=np.bool_), likeness(1, 1000), 5, 0.0)
    assert chosen.films.tolist() == [0, 1, 2, 3, 4]


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
