"""A model of yesterday's films serves today's; newcomers take after what they are like."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from cinematch.recommender.core.alignment import Alignment, stars_of_means
from cinematch.recommender.core.profile import Profile
from tests.support.cinema import model_of

OLD = ("a", "b", "c", "d", "e", "f")
NEW = ("new", "f", "b", "a", "c", "e")
TODAY = {film_id: at for at, film_id in enumerate(NEW)}
FEATURES = sparse.csr_array(np.eye(6)[[3, 0, 1, 3, 2, 4]])
"""The newcomer is made of what `a` is made of; the others share nothing."""


def test_films_are_found_by_id_wherever_they_stand() -> None:
    model, aligned = model_of(OLD), Alignment.of(OLD, TODAY)
    assert not aligned.same
    means = aligned.spread(model.film_means, 9.0)
    by_id = dict(zip(OLD, model.film_means, strict=True)) | {"new": 9.0}
    assert means.tolist() == [by_id[film_id] for film_id in NEW]


def test_weights_of_ease_and_kernel_move_with_their_films() -> None:
    model, aligned = model_of(OLD), Alignment.of(OLD, TODAY)
    seen = np.array([TODAY["b"], TODAY["new"]])
    shown = np.arange(len(NEW))
    ease = aligned.ease(model).contributions(seen, np.ones(2), shown)
    kernel = aligned.kernel(model).contributions(seen, np.ones(2), shown)
    for film_id in ("a", "c"):
        known = model.ease_weights[OLD.index("b"), OLD.index(film_id)]
        assert ease[0, TODAY[film_id]] == pytest.approx(known)
    known = model.kernel_seen[OLD.index("b")] @ model.kernel_scored[OLD.index("e")]
    assert kernel[0, TODAY["e"]] == pytest.approx(known, rel=1e-5)
    assert not ease[1].any()
    assert not kernel[1].any()


def test_a_newcomer_is_predicted_as_what_it_is_like() -> None:
    model = model_of(OLD)
    stars = Alignment.of(OLD, TODAY).stars(model, FEATURES)
    person = stars.fold_in(Profile.of(np.array([TODAY["b"]]), np.array([4.5])))
    told = stars.predict(person, np.array([TODAY["new"], TODAY["a"]]))
    assert told.mean[0] == pytest.approx(told.mean[1])


def test_a_newcomer_like_films_that_differ_is_between_them_and_less_sure() -> None:
    model = model_of(OLD)
    bias = np.repeat(np.linspace(-1.5, 1.0, 6)[:, None], 6, axis=1).astype(np.float32)
    model = replace(model, stars=replace(model.stars, film_bias=bias))
    like_all = sparse.csr_array(np.vstack([np.full(6, 6**-0.5), np.eye(6)[:5]]))
    stars = Alignment.of(OLD, TODAY).stars(model, like_all)
    person = stars.fold_in(Profile.of(np.zeros(0, dtype=np.int64), np.zeros(0)))
    told = stars.predict(person, np.arange(len(NEW)))
    assert told.deviation[0] > told.deviation[1:].max() + 0.2
    assert told.mean[1:].min() < told.mean[0] < told.mean[1:].max()


def test_a_newcomer_like_nothing_takes_after_all() -> None:
    model = model_of(OLD)
    alone = FEATURES.toarray()
    alone[0] = 0.0
    stars = Alignment.of(OLD, TODAY).stars(model, sparse.csr_array(alone))
    assert np.isfinite(stars.film_bias).all()
    assert set(stars.film_bias[0]) <= {float(x) for x in model.stars.film_bias.ravel()}


def test_the_same_films_are_not_copied() -> None:
    model = model_of(OLD)
    aligned = Alignment.of(OLD, {film_id: at for at, film_id in enumerate(OLD)})
    assert aligned.same
    assert aligned.stars(model, FEATURES).film_factors is model.stars.film_factors


def test_without_a_model_a_film_has_its_mean_and_a_person_a_bias() -> None:
    stars = stars_of_means(np.array([3.0, 4.0, 3.5]), overall=3.5)
    nobody = stars.fold_in(Profile.of(np.zeros(0, dtype=np.int64), np.zeros(0)))
    assert stars.predict(nobody, np.arange(3)).mean.tolist() == [3.0, 4.0, 3.5]
    pleased = stars.fold_in(Profile.of(np.array([0, 1]), np.array([4.5, 5.0])))
    told = stars.predict(pleased, np.array([2]))
    assert 3.5 < told.mean[0] < 4.75
    assert told.by_rating[:, 0].sum() == pytest.approx(told.mean[0] - 3.5)


@pytest.mark.parametrize("rated", [0, 1, 40])
def test_means_of_many_films_are_those_of_the_predictions(rated: int) -> None:
    film_ids = tuple(f"f{number}" for number in range(60))
    stars = model_of(film_ids).stars
    rng = np.random.default_rng(rated)
    films = rng.choice(60, rated, replace=False)
    person = stars.fold_in(Profile.of(films, rng.integers(1, 11, rated) / 2))
    every = np.arange(60)
    assert stars.means(person, every) == pytest.approx(stars.predict(person, every).mean, abs=1e-5)
