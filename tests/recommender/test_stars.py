"""Predicted stars: a sum over one's own ratings, sure of itself as far as it may be."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cinematch.recommender.core.evaluation import judge_stars
from cinematch.recommender.core.features import kinds_of_film
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.options import StarsOptions
from cinematch.recommender.core.profile import Profile, film_means
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import gather
from cinematch.recommender.core.splits import stratified
from cinematch.recommender.core.stars import SELECTION_SHRINKAGE, StarsModel, implicit_share
from cinematch.recommender.myfm import fit_stars
from tests.recommender.test_training import FILMS, two_tastes

RATINGS = gather(two_tastes(people=80), [film.film_id for film in FILMS])
KINDS = kinds_of_film(FILMS)
QUICK = StarsOptions(factors=3, iterations=30, samples=8)
EVERYTHING = np.arange(len(FILMS))


@pytest.fixture(scope="module")
def model() -> StarsModel:
    return fit_stars(RATINGS, KINDS, QUICK, 1, unwatched)


def horror_fan(count: int) -> Profile:
    films = np.arange(count)
    return Profile.of(films, np.where(films < 15, 4.5, 1.5))


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    films = draw(st.lists(st.integers(0, 29), unique=True, max_size=20))
    halves = st.one_of(st.integers(1, 10).map(lambda half: half / 2), st.just(float("nan")))
    stars = draw(st.lists(halves, min_size=len(films), max_size=len(films)))
    muted = draw(st.lists(st.booleans(), min_size=len(films), max_size=len(films)))
    return Profile.of(
        np.array(films, dtype=np.int64),
        np.array(stars, dtype=np.float64),
        muted=np.array(muted, dtype=np.bool_),
    )


@settings(deadline=None)
@given(profiles())
def test_what_is_predicted_is_the_sum_of_its_parts(model: StarsModel, profile: Profile) -> None:
    said = model.predict(model.fold_in(profile), EVERYTHING)
    total = said.overall + said.film + said.habit + said.by_rating.sum(axis=0)
    assert total == pytest.approx(said.mean, abs=1e-9)
    assert said.by_rating.shape == (len(profile.rated), len(FILMS))
    assert (said.deviation > 0).all()
    low, high = said.interval()
    assert ((low >= 0.5) & (low <= high) & (high <= 5)).all()


@settings(deadline=None)
@given(profiles())
def test_a_muted_film_is_as_if_it_had_not_been_seen(model: StarsModel, profile: Profile) -> None:
    said, without = (
        model.predict(model.fold_in(one), EVERYTHING) for one in (profile, profile.evidence)
    )
    assert said.mean == pytest.approx(without.mean, abs=1e-9)


@settings(deadline=None)
@given(profiles(), st.integers(0, 19), st.integers(1, 10))
def test_other_stars_move_predictions_by_their_own_part(
    model: StarsModel, profile: Profile, place: int, half: int
) -> None:
    """With the films fixed a prediction is linear in the stars: the other parts stay."""
    rated = profile.rated
    if place >= len(rated):
        return
    changed = rated.with_stars(int(rated.films[place]), half / 2)
    before, after = (model.predict(model.fold_in(one), EVERYTHING) for one in (rated, changed))
    others = np.arange(len(rated)) != place
    assert after.by_rating[others] == pytest.approx(before.by_rating[others], abs=1e-9)
    moved = after.by_rating[place] - before.by_rating[place]
    assert after.mean - before.mean == pytest.approx(moved, abs=1e-9)


def test_a_taste_is_found_in_few_ratings(model: StarsModel) -> None:
    said = model.predict(model.fold_in(horror_fan(6)), EVERYTHING)
    assert said.mean[6:15].mean() > said.mean[15:].mean() + 1.0


def test_one_is_surer_after_more_ratings(model: StarsModel) -> None:
    last = np.array([29])
    deviations = [
        model.predict(model.fold_in(horror_fan(count)), last).deviation[0] for count in (0, 5, 25)
    ]
    assert deviations == sorted(deviations, reverse=True)


def test_it_beats_the_means_on_what_it_has_not_seen() -> None:
    split = stratified(RATINGS, 0.25, np.random.default_rng(1))
    fitted = fit_stars(split.train, KINDS, QUICK, 1, unwatched)
    judged = judge_stars(fitted, Histories.of(split.train), split.test, unwatched)
    error = np.sqrt(np.mean((judged.predicted - judged.given) ** 2))
    assert error < 0.7 * judged.given.std()
    assert 0.6 < np.mean((judged.low <= judged.given) & (judged.given <= judged.high)) <= 1


def test_portions_of_films_are_predicted_as_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    split = stratified(RATINGS, 0.25, np.random.default_rng(1))
    fitted = fit_stars(split.train, KINDS, QUICK, 1, unwatched)
    whole = judge_stars(fitted, Histories.of(split.train), split.test, unwatched)
    monkeypatch.setattr("cinematch.recommender.core.evaluation._AT_ONCE", 1)
    assert judge_stars(fitted, Histories.of(split.train), split.test, unwatched).predicted == (
        pytest.approx(whole.predicted, abs=1e-4)
    )


def test_the_same_seed_fits_the_same_model(model: StarsModel) -> None:
    again = fit_stars(RATINGS, KINDS, QUICK, 1, unwatched)
    for name, held in model.arrays().items():
        assert np.array_equal(again.arrays()[name], held), name


def test_nothing_to_learn_from_is_said_and_a_fit_can_be_left_off() -> None:
    with pytest.raises(ValueError, match="no rating"):
        fit_stars(gather([]), KINDS, QUICK, 1, unwatched)

    def stop(done: int, _of: int) -> None:
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit_stars(RATINGS, KINDS, QUICK, 1, stop)


def test_a_single_film_says_less_than_many_together() -> None:
    assert implicit_share(0) < 1
    assert implicit_share(1) < 0.6
    assert implicit_share(100) == pytest.approx(0.1, rel=0.05)


def test_who_has_seen_nothing_is_taken_for_what_people_are_on_average(model: StarsModel) -> None:
    everybody = Histories.of(RATINGS)
    shares = [
        implicit_share(len(films)) * model.seen_factors[films].sum(axis=0)
        for films in (everybody.profile(user).films for user in range(RATINGS.users))
        if len(films)
    ]
    nobody = model.fold_in(Profile.of(np.zeros(0, dtype=np.int64), np.zeros(0)))
    assert nobody.implied == pytest.approx(np.mean(shares, axis=0), abs=1e-5)
    fan = model.fold_in(horror_fan(20)).implied - nobody.implied
    beginner = model.fold_in(horror_fan(1)).implied - nobody.implied
    assert np.linalg.norm(beginner) < np.linalg.norm(fan)


def test_of_somebody_unknown_the_mean_of_those_who_chose_a_film_is_foretold(
    model: StarsModel,
) -> None:
    nobody = model.fold_in(Profile.of(np.zeros(0, dtype=np.int64), np.zeros(0)))
    means = film_means(RATINGS.film, RATINGS.stars, RATINGS.films)
    bare = replace(model, selection=np.zeros(len(FILMS)))
    believed = means.count / (means.count + SELECTION_SHRINKAGE)
    expected = believed * means.of_film + (1 - believed) * bare.means(nobody, EVERYTHING)
    assert model.predict(nobody, EVERYTHING).mean == pytest.approx(expected, abs=1e-5)
    known = model.fold_in(horror_fan(20))
    moved = model.predict(known, EVERYTHING).mean - bare.predict(known, EVERYTHING).mean
    assert known.doubt < 0.1
    assert moved == pytest.approx(known.doubt * model.selection)
