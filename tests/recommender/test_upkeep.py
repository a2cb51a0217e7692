"""When a model is trained anew, what the night does about it, and how drift is found."""

import dataclasses
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.bootstrap import Services
from cinematch.diary.core import Edit
from cinematch.infra.ports import Tx
from cinematch.recommender.core.model import Measure, Origin
from cinematch.recommender.core.records import Shown
from cinematch.recommender.core.upkeep import Learnt, Present, reason_to_train
from cinematch.recommender.service.describing import histograms
from cinematch.recommender.service.drifting import STEPS, drift_since
from cinematch.recommender.service.material import material_of
from tests.support.builders import film
from tests.support.house import PASSWORD, PushedClock, build_house
from tests.support.models import manifest, model
from tests.support.raters import community

FILMS = [film(f"f{number:03}", imdb_id=f"tt{number:07}") for number in range(60)]
LEARNT = Learnt(own=1000, films=100, sources={"own"})


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (Present(1000, 100, set()), None),
        (Present(1019, 100, set()), None),
        (Present(1020, 100, set()), "20 viewings"),
        (Present(980, 100, set()), "20 viewings"),
        (Present(1000, 104, set()), None),
        (Present(1000, 105, set()), "5 films"),
        (Present(1000, 100, {"ml-1m"}), "ml-1m"),
        (Present(1000, 100, set(), "some"), None),
        (Present(1000, 100, set(), "large"), None),
        (Present(1001, 100, set(), "large"), "moved far"),
    ],
)
def test_enough_must_have_changed(now: Present, why: str | None) -> None:
    said = reason_to_train(LEARNT, now)
    assert (said is None) if why is None else (why in str(said))


def test_what_was_invented_is_left_for_real_ratings_alone() -> None:
    learnt = Learnt(own=0, films=100, sources={"synthetic"}, invented=True)
    assert reason_to_train(learnt, Present(999, 100, set(), enough=False)) is None
    assert reason_to_train(learnt, Present(1000, 100, set())) is not None


def test_of_many_viewings_twenty_are_not_enough() -> None:
    learnt = Learnt(own=100_000, films=100, sources={"own"})
    assert reason_to_train(learnt, Present(101_999, 100, set())) is None
    assert reason_to_train(learnt, Present(102_000, 100, set())) is not None


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    built = build_house(tmp_path, clock)
    built.films.load(FILMS, "test")
    built.accounts.add("agnès", PASSWORD)
    yield built
    built.stop()


def rate(
    house: Services, rows: list[tuple[str, int]], at: str, rated_at: str | None = None
) -> None:
    """Put down (film, half-stars) of the one account, rated then or earlier."""
    (user_id,) = house.accounts.user_ids()

    def work(tx: Tx) -> None:
        assert isinstance(tx, sqlite3.Connection)
        for film_id, half_stars in rows:
            tx.execute(
                "INSERT INTO movies (user_id, film_id, rating, rated_at, facts, title, watch_count,"
                " added_at, updated_at, seq) VALUES (?1, ?2, ?3, ?4, '{}', '', 1, ?4, ?5, 1)",
                (user_id, film_id, half_stars, rated_at or at, at),
            )

    house.store.transact(work)


def see(house: Services, film_ids: list[str]) -> None:
    """Have the one account see films, and have that counted."""
    (user_id,) = house.accounts.user_ids()
    for film_id in film_ids:
        house.diary.edit(user_id, film_id, Edit(seen=True, rating=8))
    house.follower.catch_up()


class TestNight:
    def test_nobody_is_invented_unasked(self, house: Services) -> None:
        rate(house, [(f"f{n:03}", 8) for n in range(60)], "2026-02-01T00:00:00.000000Z")
        told = house.scheduler.run("retrain")
        assert (told["asked"], told["why"]) == (None, "nothing has changed enough")
        assert not house.model_sources.enough_own()

    def test_without_a_model_one_is_asked_for(self, house: Services) -> None:
        house.adapters.recommender.communities.put(community(FILMS), "2026-03-01T00:00:00.000000Z")
        told = house.scheduler.run("retrain")
        assert told["why"] == "there is no model yet"
        job = house.model_jobs.get(told["asked"])
        assert (job.kind, job.status, job.asked_by) == ("train", "waiting", None)
        again = house.scheduler.run("retrain")
        assert again["asked"] is None
        assert "A training waits" in again["why"]

    def test_when_nothing_has_changed_it_says_so(self, house: Services) -> None:
        house.models.register(model("v1", films=60, origins=[Origin("own", "", 0, 0)]), won=True)
        told = house.scheduler.run("retrain")
        assert (told["asked"], told["why"]) == (None, "nothing has changed enough")

    def test_a_new_community_is_learnt_from(self, house: Services) -> None:
        house.models.register(model("v1", films=60, origins=[Origin("own", "", 0, 0)]), won=True)
        own = house.adapters.recommender
        own.communities.put(community(FILMS), "2026-03-01T00:00:00.000000Z")
        assert "two-tastes" in house.scheduler.run("retrain")["why"]

    def test_an_invented_community_and_private_films_are_no_reason(self, house: Services) -> None:
        invented = dataclasses.replace(community(FILMS), name="synthetic")
        house.adapters.recommender.communities.put(invented, "2026-03-01T00:00:00.000000Z")
        house.models.register(model("v1", films=60, origins=[Origin("own", "", 0, 0)]), won=True)
        (user_id,) = house.accounts.user_ids()
        own = [house.films.create_own(user_id, film(f"home{n}")).film for n in range(25)]
        see(house, [one.film_id for one in own])
        assert house.scheduler.run("retrain")["asked"] is None

    def test_what_lost_is_not_tried_again_on_the_same_ratings(self, house: Services) -> None:
        house.models.register(model("v1", films=60, origins=[Origin("own", "", 0, 0)]), won=True)
        see(house, [f"f{n:03}" for n in range(40)])
        assert "40 viewings" in house.scheduler.run("retrain")["why"]
        house.models.register(model("v2", films=60, origins=[Origin("own", "", 40, 1)]), won=False)
        assert house.scheduler.run("retrain")["why"] == "nothing has changed enough"

    def test_a_damaged_community_does_not_keep_it_from_tidying(
        self, house: Services, tmp_path: Path
    ) -> None:
        house.adapters.recommender.communities.put(community(FILMS), "2026-03-01T00:00:00.000000Z")
        for path in (tmp_path / "community").glob("*.json"):
            path.write_text("{")
        for number in range(6):
            house.models.register(model(f"v{number}", films=60), won=True)
        told = house.scheduler.run("retrain")
        assert "is not what was kept" in told["why"]
        assert len(house.models.all()) == 4

    def test_what_is_old_goes(self, house: Services) -> None:
        for number in range(6):
            house.models.register(model(f"v{number}", films=60), won=True)
        house.scheduler.run("retrain")
        assert [one.version for one in house.models.all()] == ["v5", "v4", "v3", "v2"]


class TestDrift:
    def test_only_what_came_since_counts(self, house: Services) -> None:
        rate(house, [(f"f{n:03}", 8) for n in range(10)], "2026-02-01T00:00:00.000000Z")
        rate(house, [(f"f{n:03}", 4) for n in range(10, 30)], "2026-03-02T00:00:00.000000Z")
        figures = drift_since(
            manifest("v1", histograms={"stars": dict.fromkeys(STEPS, 0.1)}),
            house.store,
            house.adapters.recommender.taste,
            house.adapters.films,
        )
        assert figures.drift.ratings == 20
        assert figures.drift.verdict == "too few"
        assert figures.stars_now["2"] == 1.0
        assert figures.drift.stars > 1
        assert sum(figures.stars_before.values()) == pytest.approx(1)

    def test_an_import_of_old_ratings_is_of_the_day_that_it_came(self, house: Services) -> None:
        rate(house, [("f000", 4)], "2026-03-02T00:00:00.000000Z", "2012-01-01T00:00:00.000000Z")
        rate(house, [("f001", 4)], "2026-02-02T00:00:00.000000Z")
        figures = drift_since(
            manifest("v1"), house.store, house.adapters.recommender.taste, house.adapters.films
        )
        assert figures.drift.ratings == 1

    def test_people_as_before_have_not_moved(self, house: Services) -> None:
        at = "2026-03-02T00:00:00.000000Z"
        rate(house, [(f"f{n:03}", n % 10 + 1) for n in range(60)], at)
        told = {"stars": dict.fromkeys(STEPS, 0.1), "genres": {"Drama": 1.0}}
        figures = drift_since(
            manifest("v1", histograms=told),
            house.store,
            house.adapters.recommender.taste,
            house.adapters.films,
        )
        assert figures.drift.stars < 0.01

    def test_a_model_against_its_own_ratings_has_not_moved(self, house: Services) -> None:
        at = "2026-03-02T00:00:00.000000Z"
        rate(house, [(f"f{n:03}", n % 10 + 1) for n in range(60)], at)
        gathered = house.model_sources.gather("own", lambda _done, _of: None)
        material = material_of(gathered.films, gathered.ratings.film_ids)
        learnt = histograms(gathered.ratings, material)
        figures = drift_since(
            manifest("v1", histograms=learnt),
            house.store,
            house.adapters.recommender.taste,
            house.adapters.films,
        )
        assert (figures.drift.stars, figures.drift.genres) == (0, 0)
        assert figures.stars_before == figures.stars_now
        assert min(figures.stars_now.values()) == 0.1

    def test_predictions_that_came_to_be_rated_tell_the_error(self, house: Services) -> None:
        at = "2026-03-02T00:00:00.000000Z"
        (user_id,) = house.accounts.user_ids()
        taste = house.adapters.recommender.taste
        shown = [
            Shown(f"f{n:03}", at, 1, 1, 5.0, 4.0, 5.0, "v1" if n < 55 else "v0") for n in range(60)
        ]
        house.store.transact(lambda tx: taste.save_shown(tx, user_id, shown))
        rate(house, [(f"f{n:03}", 6) for n in range(60)], at)
        judged = replace(manifest("v1"), hold_out={"rmse": Measure(1.0, 0.9, 1.1, 50)})
        found = drift_since(judged, house.store, taste, house.adapters.films)
        assert found.drift.error == pytest.approx(2.0)
        unjudged = drift_since(manifest("v1"), house.store, taste, house.adapters.films)
        assert unjudged.drift.error != unjudged.drift.error
