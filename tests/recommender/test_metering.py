"""Lists are counted and timed as they are made, by what the figures for Prometheus say."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from cinematch.bootstrap import Services
from cinematch.infra.metrics import Family
from cinematch.kit.errors import Invalid, StoreBusy
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.model import Group, Groups, Model, Origin
from cinematch.recommender.core.options import KernelOptions, StarsOptions, TrainingOptions
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.myfm import fit_stars
from cinematch.recommender.ports import FEWEST_PEERS, Fitters
from cinematch.recommender.service.learnt import learnt_from
from cinematch.recommender.service.metering import NO_GROUP, Meter, group_of
from cinematch.recommender.service.person import Turned
from cinematch.recommender.service.serving import Standing
from cinematch.recommender.service.sources import Gathered
from cinematch.recommender.service.training import train
from cinematch.recommender.sklearn import group
from tests.support.cinema import SIZE, account, cinema, films_of, model_of, rate
from tests.support.figures import told
from tests.support.models import manifest
from tests.support.raters import two_tastes

FILM_IDS = [one.film_id for one in films_of()]
OPTIONS = TrainingOptions(
    stars=StarsOptions(factors=2, iterations=12, samples=4),
    kernel=KernelOptions(factors=4, epochs=3, threads=1),
    tune=False,
    groups=2,
)
SECONDS = "cinematch_recommendation_latency_seconds"


@pytest.fixture(scope="module")
def trained() -> Model:
    """Return a model of forty people who like either the even or the odd films."""
    ratings = two_tastes(FILM_IDS)
    origins = [Origin("own", "", len(ratings), ratings.users)]
    return train(
        Gathered(ratings, origins, "own"),
        films_of(),
        OPTIONS,
        Fitters(stars=fit_stars, kernel=fit_kernel, group=group),
        lambda *_: None,
        version="m1",
        created_at="2026-03-01T20:15:00.000000Z",
        code="1",
        champion=None,
    ).model


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    house = cinema(tmp_path)
    yield house
    house.stop()


def requests(house: Services) -> dict[str, float]:
    """Return what was counted, zeros left out."""
    counted = told(house.meter.families())
    return {
        name.removeprefix("cinematch_recommendation_"): value
        for name, value in counted.items()
        if value and not name.startswith(SECONDS)
    }


def seconds(families: list[Family]) -> float:
    return told(families)[f"{SECONDS}_count"]


def test_before_the_first_list_everything_is_told_as_none(house: Services) -> None:
    counted = told(house.meter.families())
    assert set(counted.values()) == {0}
    assert 'cinematch_recommendation_failures_total{kind="error"}' in counted
    bounds = [name for name in counted if name.startswith(f"{SECONDS}_bucket")]
    assert [name.split('"')[1] for name in bounds] == [
        "0.01", "0.05", "0.1", "0.5", "1.0", "2.0", "5.0", "+Inf",
    ]  # fmt: skip


def test_a_list_without_a_model_is_a_fallback_for_a_newcomer(house: Services) -> None:
    house.recommending.suggest(account(house, "ada"), Turned(), 5)
    assert requests(house) == {
        'requests_total{algorithm="learnt",user_cluster="none"}': 1,
        'lists_total{person="newcomer",filled="full"}': 1,
        "fallbacks_total": 1,
    }
    assert seconds(house.meter.families()) == 1


def test_with_a_model_no_list_is_a_fallback_and_the_algorithm_is_the_one_asked_for(
    house: Services,
) -> None:
    house.models.register(model_of(FILM_IDS), won=True)
    user_id = account(house, "ada")
    rate(house, user_id, dict.fromkeys(FILM_IDS[:10], 8))
    house.recommending.suggest(user_id, Turned(algorithm="ease"), 5)
    house.recommending.suggest(user_id, Turned(), SIZE)
    assert requests(house) == {
        'requests_total{algorithm="ease",user_cluster="none"}': 1,
        'requests_total{algorithm="learnt",user_cluster="none"}': 1,
        'lists_total{person="known",filled="full"}': 1,
        'lists_total{person="known",filled="short"}': 1,
    }


def test_a_list_with_nothing_in_it_is_told_apart(house: Services) -> None:
    user_id = account(house, "ada")
    house.recommending.suggest(user_id, Turned(max_minutes=1), 5)
    assert requests(house)['lists_total{person="newcomer",filled="empty"}'] == 1


def test_what_is_refused_is_timed_and_no_list(house: Services) -> None:
    with pytest.raises(Invalid):
        house.recommending.suggest(account(house, "ada"), Turned(genres=("Nonsense",)), 5)
    assert requests(house) == {'failures_total{kind="refused"}': 1}
    assert seconds(house.meter.families()) == 1


@pytest.mark.parametrize("failure", [StoreBusy("The database is busy."), ZeroDivisionError()])
def test_what_fails_is_timed_and_counted_as_an_error(failure: Exception) -> None:
    meter = Meter()
    with pytest.raises(type(failure)), meter.timed():
        raise failure
    counted = told(meter.families())
    assert counted['cinematch_recommendation_failures_total{kind="error"}'] == 1
    assert seconds(meter.families()) == 1


def standing_of(house: Services, model: Model) -> Standing:
    now = house.recommending.refresh()
    return Standing(now.shelf, learnt_from(model, now.shelf), now.figures)


def test_everybody_is_in_the_group_that_the_training_found(house: Services, trained: Model) -> None:
    standing = standing_of(house, trained)
    ratings = two_tastes(FILM_IDS)
    at = standing.shelf.at(ratings.film_ids)
    ranker = standing.ranker("learnt")
    found = []
    for profile in Histories.of(ratings).profiles(np.arange(ratings.users)):
        own = Profile.of(at[profile.films], profile.stars, profile.liked)
        found.append(group_of(standing, own, ranker.grades(own)))
    assert found == [str(one) for one in trained.people_group]
    assert set(found) == {"0", "1"}


def test_the_group_follows_what_is_rated_now(house: Services, trained: Model) -> None:
    house.models.register(trained, won=True)
    ratings, user_id = two_tastes(FILM_IDS), account(house, "ada")
    for number in (0, 1):
        like = int(np.flatnonzero(trained.people_group == number)[0])
        theirs = Histories.of(ratings).profile(like)
        films = [ratings.film_ids[film] for film in theirs.films]
        rate(house, user_id, dict(zip(films, (2 * theirs.stars).astype(int).tolist(), strict=True)))
        house.recommending.suggest(user_id, Turned(), 5)
        for film_id in films:
            house.diary.remove(user_id, film_id)
    assert {name for name in requests(house) if name.startswith("requests_total")} == {
        f'requests_total{{algorithm="learnt",user_cluster="{number}"}}' for number in (0, 1)
    }


@pytest.mark.parametrize(
    ("known", "centres", "size"),
    [
        ({"users": 19}, [[1.0, 0, 0, 0]], 30),
        ({"users": 40}, [], 30),
        ({"users": 40}, [[1.0, 0, 0, 0]], FEWEST_PEERS - 1),
    ],
    ids=["too few people", "an older model", "a group of a few"],
)
def test_no_figure_is_about_a_few_persons(
    house: Services, known: dict[str, int], centres: list[list[float]], size: int
) -> None:
    groups = Groups(0.5, 1.0, 1.0, True, [Group(size, [], [])], centres)
    arrays = model_of(FILM_IDS)
    told_of = manifest("m1", films=SIZE, people=groups, **known)
    standing = standing_of(house, Model.of(told_of, arrays.film_ids, arrays.arrays()))
    profile = Profile.of(np.arange(10), np.full(10, 4.5))
    assert group_of(standing, profile, np.ones(10)) == NO_GROUP


def test_of_whom_nothing_is_known_there_is_no_group(house: Services, trained: Model) -> None:
    standing = standing_of(house, trained)
    nobody = Profile.of(np.zeros(0, dtype=np.int64), np.zeros(0))
    assert group_of(standing, nobody, np.zeros(0)) == NO_GROUP
