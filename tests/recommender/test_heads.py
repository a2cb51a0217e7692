"""Every ranking model: its summands add to its score, and go with the film that gave them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.heads import (
    ContentHead,
    EaseHead,
    Head,
    KernelHead,
    PartialHead,
    PopularityHead,
    fit_ease,
    kernel_of,
)

FILMS = 12


def heads(seed: int) -> list[Head]:
    rng = np.random.default_rng(seed)
    seen = (rng.random((40, FILMS)) < 0.3).astype(np.float64)
    gram = seen.T @ seen
    return [
        EaseHead(fit_ease(gram, gram, 5.0).astype(np.float32)),
        kernel_of(rng.normal(size=(FILMS, 4)).astype(np.float32), 0.3),
        ContentHead(sparse.csr_array(rng.random((FILMS, 7)) * (rng.random((FILMS, 7)) < 0.4))),
        PopularityHead(rng.random(FILMS)),
        PartialHead(
            EaseHead(fit_ease(gram[:5, :5], gram[:5, :5], 5.0)), rng.permutation(FILMS)[:5], FILMS
        ),
        PartialHead(kernel_of(rng.normal(size=(6, 3)), 0.3), np.array([5, -1, 0, 8, -1, 2]), FILMS),
        PartialHead(PopularityHead(rng.random(3)), np.array([9, -1, 4]), FILMS),
    ]


@st.composite
def evidence(draw: st.DrawFn) -> tuple[Ints, Floats]:
    films = draw(st.lists(st.integers(0, FILMS - 1), unique=True, max_size=FILMS))
    grades = draw(st.lists(st.floats(-2, 2, width=32), min_size=len(films), max_size=len(films)))
    return np.array(films, dtype=np.int64), np.array(grades)


@given(evidence(), st.integers(0, 5))
def test_base_and_summands_add_to_the_score(seen: tuple[Ints, Floats], seed: int) -> None:
    films, grades = seen
    shown = np.arange(FILMS)
    for head in heads(seed):
        total = head.base(shown) + head.contributions(films, grades, shown).sum(axis=0)
        assert total == pytest.approx(head.scores(films, grades), abs=1e-5)


@given(evidence(), st.integers(0, 5), st.data())
def test_a_film_taken_away_takes_its_own_summand(
    seen: tuple[Ints, Floats], seed: int, data: st.DataObject
) -> None:
    films, grades = seen
    if not len(films):
        return
    gone = data.draw(st.integers(0, len(films) - 1))
    left = np.arange(len(films)) != gone
    shown = np.arange(FILMS)
    for head in heads(seed):
        before, after = head.scores(films, grades), head.scores(films[left], grades[left])
        summand = head.contributions(films, grades, shown)[gone]
        assert before - after == pytest.approx(summand, abs=1e-5)


def test_no_film_speaks_for_itself() -> None:
    for head in heads(1):
        film = np.array([3])
        assert head.contributions(film, np.ones(1), film) == pytest.approx(0.0)


def test_ease_finds_the_withheld_square_of_a_checkerboard() -> None:
    board = np.fromfunction(lambda user, film: (user + film) % 2, (10, 10))
    withheld = board.copy()
    withheld[4, 5] = 0.0
    gram = withheld.T @ withheld
    head = EaseHead(fit_ease(gram, gram, 0.5))
    seen = np.flatnonzero(withheld[4])
    scores = head.scores(seen, np.ones(len(seen)))
    scores[seen] = -np.inf
    assert int(scores.argmax()) == 5


def test_ease_is_the_constrained_optimum() -> None:
    rng = np.random.default_rng(4)
    inputs, targets = rng.random((30, 6)), rng.random((30, 6))
    weights = fit_ease(inputs.T @ inputs, inputs.T @ targets, 2.0)
    for film in range(6):
        others = [other for other in range(6) if other != film]
        left = inputs[:, others]
        ridge = np.linalg.solve(left.T @ left + 2.0 * np.eye(5), left.T @ targets[:, film])
        assert weights[others, film] == pytest.approx(ridge)


def test_ease_of_several_blocks_is_the_closed_form() -> None:
    rng = np.random.default_rng(5)
    inputs, targets = rng.random((2, 40, 520))
    gram, products = inputs.T @ inputs, inputs.T @ targets
    inverse = np.linalg.inv(gram + 20.0 * np.eye(520))
    whole = inverse @ products
    whole -= inverse * (np.diag(whole) / np.diag(inverse))
    assert fit_ease(gram, products, 20.0) == pytest.approx(whole, abs=1e-9)


def test_ease_can_be_left_off_within_the_inverse_and_within_the_product() -> None:
    gram = np.eye(520)
    told: list[float] = []
    fit_ease(gram, gram, 1.0, lambda done, of: told.append(done / of))
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert len([share for share in told if share < 1 / 3]) == 9
    assert len([share for share in told if share > 1 / 3]) == 3


@pytest.mark.parametrize(("row", "column"), [(3, 3), (3, 510), (510, 510)])
@pytest.mark.parametrize("value", [np.nan, -9.0])
def test_ease_of_what_is_no_gram_matrix_is_refused(row: int, column: int, value: float) -> None:
    gram = np.eye(520)
    gram[row, column] = gram[column, row] = value
    with pytest.raises(ValueError, match="not positive definite"):
        fit_ease(gram, np.eye(520), 1.0)


@pytest.mark.parametrize("regularization", [0.0, -1.0])
def test_ease_without_regularisation_is_refused(regularization: float) -> None:
    with pytest.raises(ValueError, match="above 0"):
        fit_ease(np.eye(2), np.eye(2), regularization)


def test_content_by_feature_adds_to_the_score() -> None:
    head = heads(2)[2]
    assert isinstance(head, ContentHead)
    seen, grades = np.array([1, 4, 7]), np.array([1.0, 0.5, -0.25])
    for film in range(FILMS):
        _, parts = head.by_feature(seen, grades, film)
        assert parts.sum() == pytest.approx(head.scores(seen, grades)[film])


def test_a_kernel_has_a_side_for_what_was_seen_and_one_for_what_is_shown() -> None:
    head = kernel_of(np.eye(3, 2), 0.5)
    assert isinstance(head, KernelHead)
    assert head.seen_side.shape == head.shown_side.shape == (3, 2)


def test_a_partial_model_says_nothing_of_films_outside_it() -> None:
    inside = PartialHead(EaseHead(np.array([[0.0, 2.0], [3.0, 0.0]])), np.array([4, 1]), FILMS)
    scores = inside.scores(np.array([4, 7]), np.array([1.0, 5.0]))
    assert scores.tolist() == [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert inside.contributions(np.array([7]), np.ones(1), np.arange(FILMS)).sum() == 0
    assert inside.name == "ease"
