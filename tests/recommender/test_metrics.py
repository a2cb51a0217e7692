"""Measures: known answers, and laws that hold for all lists."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.evaluation import (
    Shelf,
    ends_of,
    make_lists,
    root_mean_square,
    row_mean,
    top,
    variety_of,
)
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.intervals import difference_of, mean_of
from cinematch.recommender.core.metrics import average_precision, ndcg, recall
from cinematch.recommender.core.metrics.catalogue import coverage, gini
from cinematch.recommender.core.metrics.variety import genre_miscalibration, intra_list_distance
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.ratings import Rating, gather

HITS = st.lists(st.booleans(), min_size=1, max_size=20)


@given(HITS, st.integers(0, 30))
def test_each_measure_is_between_none_and_all(hits: list[bool], beyond: int) -> None:
    row, relevant = np.array([hits]), np.array([sum(hits) + beyond])
    for measure in (ndcg, recall, average_precision):
        value = measure(row, relevant)[0]
        assert np.isnan(value) if not relevant[0] else 0 <= value <= 1


@given(HITS)
def test_a_hit_further_up_is_never_worse(hits: list[bool]) -> None:
    relevant = np.array([max(sum(hits), 1)])
    best = np.array([sorted(hits, reverse=True)])
    for measure in (ndcg, average_precision):
        assert measure(best, relevant)[0] >= measure(np.array([hits]), relevant)[0] - 1e-12
        if any(hits):
            assert measure(best, relevant)[0] == pytest.approx(1)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_exposure_is_measured_between_even_and_one_sided(films: list[int]) -> None:
    shown = np.array([films])
    assert 0 <= gini(shown, 10) <= 0.9 + 1e-9
    assert coverage(shown, 10) == len(set(films)) / 10


def test_twins_are_alike_and_strangers_are_not() -> None:
    likeness = sparse.csr_array(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    lists = np.array([[0, 1], [0, 2]])
    assert intra_list_distance(lists, likeness).tolist() == [0.0, 1.0]


def test_a_list_in_proportion_is_calibrated() -> None:
    history = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 0.0]])
    listed = np.array([[0.5, 0.5], [0.0, 1.0], [1.0, 0.0]])
    even, off, unknown = genre_miscalibration(history, listed)
    assert even == pytest.approx(0)
    assert off > 4
    assert np.isnan(unknown)


@given(st.lists(st.integers(0, 3), min_size=3, max_size=12), st.integers(1, 3), st.integers(0, 99))
def test_the_best_are_first_and_chance_orders_equals(
    scores: list[int], places: int, seed: int
) -> None:
    said = np.array(scores, dtype=np.float64)
    chance = np.random.default_rng(seed).permutation(len(said))
    best = top(said, places, chance)
    assert said[best].tolist() == sorted(scores, reverse=True)[:places]
    for one, other in pairwise(best):
        assert said[one] > said[other] or chance[one] < chance[other]


def people() -> tuple[Histories, Histories]:
    films = [f"f{film}" for film in range(6)]
    train = [Rating("a", "f0", 4.0, 1), Rating("b", "f1", 4.0, 1)]
    test = [Rating("a", "f1", 4.0, 2), Rating("a", "f2", 2.0, 2), Rating("b", "f5", 5.0, 2)]
    both = gather([*train, *test], films)
    return Histories.of(both.where(both.at == 1)), Histories.of(both.where(both.at == 2))


def test_lists_leave_out_what_was_seen_and_count_what_was_kept_back() -> None:
    known, kept_back = people()

    def scoring(profile: Profile) -> dict[str, Floats]:
        assert len(profile) == 1
        return {"popularity": np.arange(6.0), "backwards": -np.arange(6.0)}

    lists = make_lists(scoring, known, kept_back, np.array([0, 1]), lambda _done, _of: None)
    assert lists.relevant.tolist() == [2, 1]
    assert lists.shown["backwards"][0].tolist() == [1, 2, 3, 4, 5, -1]
    assert lists.hits["backwards"][0].tolist() == [True, True, False, False, False, False]
    assert lists.measures("popularity")["ndcg@10"][1] == 1.0
    assert lists.measures("backwards")["recall@20"].tolist() == [1.0, 1.0]


def test_lists_that_are_not_full_have_no_variety() -> None:
    known, kept_back = people()
    lists = make_lists(
        lambda _: {"popularity": np.arange(6.0)},
        known,
        kept_back,
        np.array([0]),
        lambda _done, _of: None,
    )
    shelf = Shelf(
        sparse.csr_array(np.eye(6)), np.ones((6, 1), dtype=bool), np.ones(6, dtype=int), 2
    )
    for values in variety_of(lists, "popularity", known, shelf).values():
        assert np.isnan(values).all()


def test_an_interval_holds_its_mean_and_narrows_with_more_people() -> None:
    rng = np.random.default_rng(1)
    few, many = (mean_of(rng.random(count), rng) for count in (20, 2_000))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert difference_of(np.ones(5), np.zeros(5), rng).low == 1.0


def test_people_without_a_value_are_left_out() -> None:
    one = mean_of(np.array([np.nan, 2.0, 4.0]), np.random.default_rng(1))
    assert (one.value, one.people) == (3.0, 2)


def test_errors_are_of_rows_and_their_intervals_of_people() -> None:
    user, errors = np.array([0, 0, 0, 7]), np.array([1.0, 1.0, 1.0, 3.0])
    rng = np.random.default_rng(1)
    root = root_mean_square(user, errors, rng)
    assert root.value == pytest.approx(np.sqrt(3.0))
    assert root.people == 2
    assert row_mean(user, errors, rng).value == pytest.approx(1.5)


def test_the_scale_is_the_one_in_use() -> None:
    ratings = gather([Rating("a", "x", 1.0, 1), Rating("a", "y", 5.0, 1)])
    assert ends_of(ratings) == (1.0, 5.0)
    assert ends_of(gather([])) == (0.5, 5.0)
