"""Weights are learnt where there is something to learn, and left alone where there is chance."""

import numpy as np
import pytest

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.weights import DEFAULT, STEPS, Sheet, beyond_chance, joined, learn

PEOPLE, FILMS = 120, 40


def sheet(good: str, seed: int = 0) -> Sheet:
    """One model knows what is relevant, the others guess."""
    rng = np.random.default_rng(seed)
    relevant = rng.random((PEOPLE, FILMS)) < 0.1
    names = list(DEFAULT)
    scores = rng.normal(size=(len(names), PEOPLE, FILMS)).astype(np.float32)
    scores[names.index(good)] += 1.5 * relevant
    return Sheet(names, scores, np.zeros((PEOPLE, FILMS), dtype=np.bool_), relevant)


@pytest.mark.parametrize("good", list(DEFAULT))
def test_the_model_that_knows_is_heard_most(good: str) -> None:
    learnt = learn(sheet(good), lambda _done, _of: None)
    assert max(learnt.weights, key=lambda name: learnt.weights[name]) == good
    assert learnt.ndcg > learnt.before


def test_guesses_change_next_to_nothing() -> None:
    rng = np.random.default_rng(1)
    names = list(DEFAULT)
    guessed = Sheet(
        names,
        np.repeat(rng.normal(size=(1, PEOPLE, FILMS)), len(names), axis=0).astype(np.float32),
        np.zeros((PEOPLE, FILMS), dtype=np.bool_),
        rng.random((PEOPLE, FILMS)) < 0.1,
    )
    assert learn(guessed, lambda _done, _of: None).weights == dict(DEFAULT)


def test_what_was_seen_is_not_ranked() -> None:
    relevant = np.array([[False, True, False]])
    scores = np.array([[[9.0, 5.0, 1.0]]], dtype=np.float32)
    seen = np.array([[True, False, False]])
    given = Sheet(["ease"], scores, seen, relevant)
    assert given.judge(scores[0], at=1).tolist() == [1.0]


def test_progress_never_exceeds_its_end_and_may_leave_off() -> None:
    heard: list[tuple[int, int]] = []
    learn(sheet("ease"), lambda done, of: heard.append((done, of)))
    assert all(0 < done <= of for done, of in heard)

    def stop(_done: int, _of: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        learn(sheet("ease"), stop)


def test_no_model_is_silent_while_none_alone_is_surely_better() -> None:
    for good in DEFAULT:
        assert min(learn(sheet(good), lambda _done, _of: None).weights.values()) > 0
    assert all(min(steps) > 0 for steps in STEPS.values())


def test_the_sum_is_no_worse_than_its_best_part() -> None:
    """Three models shout nonsense at the usual weights; one, that is hardly heard, knows."""
    given = sheet("ials")
    scores = given.scores.copy()
    scores[[0, 2, 3]] *= 40.0
    loud = Sheet(given.names, scores, given.seen, given.relevant)
    learnt = learn(loud, lambda _done, _of: None)
    alone = float(np.nanmean(loud.judge(scores[1])))
    assert learnt.before < 0.6 * alone
    assert learnt.ndcg >= alone
    assert learnt.weights["popularity"] > 10 * learnt.weights["ease"]


def test_sheets_are_put_together_person_by_person() -> None:
    parts = sheet("ease", 1), sheet("ease", 2)
    whole = joined(parts)
    assert whole.scores.shape == (4, 2 * PEOPLE, FILMS)
    assert np.array_equal(
        whole.judge(whole.scores[0]),
        np.concatenate([part.judge(part.scores[0]) for part in parts]),
        equal_nan=True,
    )


@pytest.mark.parametrize(
    ("gains", "says"),
    [
        (np.array([1.0, 1.0, 1.0]), True),
        (np.array([1.0, -1.0, 1.0, -1.0]), False),
        (np.array([np.nan, 5.0]), False),
        (np.array([-1.0, -1.1]), False),
    ],
)
def test_chance_is_told_from_gain(gains: Floats, says: bool) -> None:
    assert beyond_chance(gains) is says
