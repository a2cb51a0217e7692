"""What depends on the data is tried on the data, and left alone where nothing is gained."""

import numpy as np
import pytest

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.options import EaseOptions
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.splits import last_share
from cinematch.recommender.service.judging import asked_of, choose_ranking
from cinematch.recommender.service.material import material_of, prior_of
from cinematch.recommender.service.tuning import best_of, tuned
from tests.recommender.test_training import FILMS, FITTERS, QUICK, gathered, two_tastes

SPLIT = last_share(gathered(two_tastes(people=100)).ratings, 0.25)
MATERIAL = material_of(FILMS, SPLIT.train.film_ids)


def test_what_is_tuned_is_one_of_the_steps_and_nothing_else_changes() -> None:
    people = asked_of(SPLIT, 1)
    found = tuned(SPLIT, people, QUICK, FITTERS, unwatched)
    assert found.ease.regularization in {500.0 * step for step in (0.1, 0.2, 0.4, 1.0, 2.0)}
    assert found.stars == QUICK.stars
    assert found.kernel.factors == QUICK.kernel.factors
    assert tuned(SPLIT, people, QUICK, FITTERS, unwatched) == found


@pytest.mark.parametrize(("gain", "chosen"), [(0.0, 10.0), (0.5, 4.0)])
def test_another_value_is_taken_only_when_it_is_better(gain: float, chosen: float) -> None:
    rng = np.random.default_rng(1)
    noise = 0.01 * rng.normal(size=100)

    def judge(value: float) -> Floats:
        return np.asarray(noise + (gain if value == 4.0 else 0.0))

    assert best_of(judge, 10.0, (0.1, 0.4, 2.0)) == chosen


def test_options_are_left_as_they_are_when_one_says_so() -> None:
    given = type(QUICK)(
        ease=EaseOptions(regularization=33.0),
        kernel=QUICK.kernel,
        stars=QUICK.stars,
        weights={"ease": 1.0},
        tune=False,
    )
    recipe = choose_ranking(SPLIT, MATERIAL, given, FITTERS, lambda *_: None)
    assert recipe.options == given
    assert recipe.weights == {"ease": 1.0}
    assert recipe.learnt is None


def test_for_few_people_the_default_weights_are_taken() -> None:
    few = last_share(gathered(two_tastes(people=8)).ratings, 0.25)
    recipe = choose_ranking(few, MATERIAL, QUICK, FITTERS, lambda *_: None)
    assert recipe.learnt is None
    assert recipe.weights["ease"] > 0


def test_films_come_in_the_order_of_their_ids_and_unknown_ones_are_bare() -> None:
    told = material_of(FILMS, ["f03", "elsewhere", "f20"])
    assert [film.film_id for film in told.films] == ["f03", "elsewhere", "f20"]
    assert told.features.shape[0] == 3
    assert told.features[[1]].nnz == 0
    assert prior_of(told.films).tolist() == [0, 0, 0]
