"""What is on record of models and jobs is told by every process, whichever one trained."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from cinematch.bootstrap import Services, build
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Unavailable
from cinematch.recommender.core.drift import VERDICTS, Drift
from cinematch.recommender.core.model import Group, Groups, Measure
from cinematch.recommender.core.records import Job, JobKind, JobStatus
from cinematch.recommender.service.drifting import DriftFigures
from cinematch.recommender.service.gauges import RecommenderGauges
from tests.support.cinema import cinema
from tests.support.figures import told
from tests.support.models import manifest, model

BEGUN = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
GROUP = Group(20, [], [])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    house = cinema(tmp_path)
    yield house
    house.stop()


@pytest.fixture
def other(house: Services) -> Iterator[Services]:
    """Another process on the same store: one that only answers calls."""
    other = build(house.settings, clock=house.clock, role="api")
    yield other
    other.stop()


def gauges(house: Services) -> dict[str, float]:
    return told(house.gauges.families())


def put(house: Services, job_id: str, kind: JobKind, status: JobStatus, **instants: int) -> None:
    """Put a job down; instants are minutes after `BEGUN`."""
    at = {name: to_iso(BEGUN.replace(minute=minute)) for name, minute in instants.items()}
    job = Job(job_id=job_id, kind=kind, status=status, **at)  # type: ignore[arg-type]
    house.store.transact(lambda tx: house.adapters.recommender.jobs.add(tx, job))


def until(true: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)


def test_without_a_model_counts_are_none_and_measures_are_not_told(house: Services) -> None:
    figures = gauges(house)
    assert figures['cinematch_models{status="champion"}'] == 0
    assert figures['cinematch_model_jobs{kind="train",status="failed"}'] == 0
    assert "cinematch_model_rmse" not in figures
    assert not any(name.startswith("cinematch_k_values") for name in figures)


def test_a_model_that_one_process_trained_is_told_by_the_other(
    house: Services, other: Services
) -> None:
    made = model(
        "m1",
        created_at=to_iso(BEGUN),
        hold_out={
            "rmse": Measure(0.87, 0.8, 0.9, 30),
            "bias rmse": Measure(0.93, 0.9, 1.0, 30),
            "ndcg@10": Measure(0.4, 0.3, 0.5, 30),
        },
        seconds={"gathering": 0.5, "stars": 12.25},
        people=Groups(0.3, 0.9, 0.8, True, [GROUP] * 3),
        kinds=Groups(0.3, 0.9, 0.8, True, [GROUP] * 5),
        explained_variance=0.25,
        users=40,
    )
    house.models.register(made, won=True)
    figures = gauges(other)
    assert figures == gauges(house)
    assert figures["cinematch_model_rmse"] == 0.87
    assert figures['cinematch_model_measure{model="bias",measure="rmse"}'] == 0.93
    assert figures['cinematch_k_values{type="svd"}'] == made.manifest.options.stars.factors
    assert figures['cinematch_k_values{type="user_cluster"}'] == 3
    assert figures['cinematch_k_values{type="movie_cluster"}'] == 5
    assert figures["cinematch_model_explained_variance"] == 0.25
    assert figures['cinematch_model_data{of="users"}'] == 40
    assert figures['cinematch_model_training_seconds{step="stars"}'] == 12.25
    assert figures['cinematch_model_info{version="m1",source="own"}'] == 1
    assert figures["cinematch_model_trained_timestamp_seconds"] == BEGUN.timestamp()
    serving_since = house.clock().timestamp()
    assert figures["cinematch_model_promoted_timestamp_seconds"] == serving_since


def test_after_going_back_the_figures_are_those_of_the_model_before(
    house: Services, other: Services
) -> None:
    for version, rmse in (("m1", 0.8), ("m2", 1.2)):
        measured = {"rmse": Measure(rmse, rmse, rmse, 30)}
        house.models.register(model(version, hold_out=measured), won=True)
    assert gauges(other)["cinematch_model_rmse"] == 1.2
    house.models.roll_back(None)
    figures = gauges(other)
    assert figures["cinematch_model_rmse"] == 0.8
    assert figures['cinematch_models{status="retired"}'] == 1


def test_a_model_of_invented_ratings_has_no_error(house: Services) -> None:
    house.models.register(model("m1", source="synthetic", hold_out={}), won=True)
    figures = gauges(house)
    assert "cinematch_model_rmse" not in figures
    assert figures['cinematch_model_info{version="m1",source="synthetic"}'] == 1


def test_a_damaged_model_is_seen_as_refused_by_the_process_that_did_not_load_it(
    house: Services, other: Services, tmp_path: Path
) -> None:
    for version in ("m1", "m2"):
        house.models.register(model(version), won=True)
    for array in (tmp_path / "models" / "m2").glob("*.npy"):
        array.write_bytes(array.read_bytes()[:-8] + b"damaged!")
    assert other.models.load_champion() is not None
    figures = gauges(house)
    assert figures['cinematch_models{status="refused"}'] == 1
    assert figures['cinematch_model_info{version="m1",source="own"}'] == 1


def test_jobs_are_told_by_kind_and_by_what_became_of_them(house: Services, other: Services) -> None:
    put(house, "j1", "train", "done", asked_at=0, started_at=1, ended_at=3)
    put(house, "j2", "train", "done", asked_at=4, started_at=5, ended_at=6)
    put(house, "j3", "train", "failed", asked_at=7, started_at=8, ended_at=9)
    put(house, "j4", "optimise-k", "cancelled", asked_at=10, ended_at=11)
    put(house, "j5", "evaluate", "waiting", asked_at=12)
    figures = gauges(other)
    assert figures['cinematch_model_jobs{kind="train",status="done"}'] == 2
    assert figures['cinematch_model_jobs{kind="optimise-k",status="cancelled"}'] == 1
    assert figures['cinematch_model_job_seconds{kind="train"}'] == 60
    ended = "cinematch_model_job_ended_timestamp_seconds"
    last = {name: value - BEGUN.timestamp() for name, value in figures.items() if ended in name}
    assert last == {
        f'{ended}{{kind="train",status="done"}}': 360,
        f'{ended}{{kind="train",status="failed"}}': 540,
        f'{ended}{{kind="optimise-k",status="cancelled"}}': 660,
    }
    since = "cinematch_model_job_open_since_timestamp_seconds"
    waits = figures[f'{since}{{kind="evaluate",status="waiting"}}']
    assert waits - BEGUN.timestamp() == 720


class TestDrift:
    DRIFT = DriftFigures(Drift(250, 0.3, 0.05, float("nan")), {}, {})

    def test_it_is_counted_aside_and_told_from_then_on(self, house: Services) -> None:
        house.models.register(model("m1"), won=True)
        own = house.adapters.recommender
        counted: list[int] = []

        def count() -> DriftFigures:
            counted.append(1)
            return self.DRIFT

        aside = RecommenderGauges(house.store, own.models, own.jobs, count)
        until(lambda: "cinematch_model_drift_ratings" in told(aside.families()))
        figures = told(aside.families())
        assert figures['cinematch_model_drift{of="stars"}'] == 0.3
        assert "cinematch_model_drift_error_ratio" not in figures  # nothing was foretold
        verdicts = {
            name: figures[f'cinematch_model_drift_verdict{{verdict="{name}"}}'] for name in VERDICTS
        }
        assert verdicts == {"too few": 0, "none": 0, "some": 0, "large": 1}
        assert len(counted) == 1  # though it was asked for several times
        aside.stop()

    def test_what_fails_leaves_all_other_figures(self, house: Services) -> None:
        house.models.register(model("m1"), won=True)
        own, tried = house.adapters.recommender, []

        def count() -> DriftFigures:
            tried.append(1)
            raise Unavailable("The database is away.")

        aside = RecommenderGauges(house.store, own.models, own.jobs, count)
        until(lambda: told(aside.families()) and tried)
        figures = told(aside.families())
        assert 'cinematch_model_info{version="m1",source="own"}' in figures
        assert "cinematch_model_drift_ratings" not in figures
        aside.stop()

    def test_of_a_cluster_only_the_worker_counts_it(self, house: Services, other: Services) -> None:
        house.models.register(model("m1"), won=True)

        def counts(one: Services) -> bool:
            return "cinematch_model_drift_ratings" in gauges(one)

        until(lambda: counts(house))
        assert not counts(other)
        worker = build(house.settings, clock=house.clock, role="worker")
        until(lambda: counts(worker))
        worker.stop()

    def test_the_verdicts_are_all_that_there_are(self) -> None:
        told_of = {
            Drift(ratings, stars, 0.0, float("nan")).verdict
            for ratings, stars in ((10, 0.0), (300, 0.0), (300, 0.15), (300, 0.3))
        }
        assert told_of == set(VERDICTS)


def test_while_the_store_is_away_the_process_tells_of_itself(
    house: Services,
) -> None:
    folder = house.data_dir
    folder.rename(folder.with_name("away"))
    names: set[str] = set()
    # A thread that has read nothing yet has no file open.
    reader = threading.Thread(
        target=lambda: names.update(family.name for family in house.families())
    )
    reader.start()
    reader.join()
    folder.with_name("away").rename(folder)
    assert "cinematch_recommendation_requests_total" in names
    assert "cinematch_models" not in names


class TestHealth:
    def measured(self, rmse: float | None) -> dict[str, Measure]:
        return {} if rmse is None else {"rmse": Measure(rmse, rmse, rmse, 30)}

    @pytest.mark.parametrize(
        ("rmse", "status", "level"),
        [
            (0.9, "ok", "ok"),
            (0.91, "ok", "warning"),
            (1.0, "ok", "warning"),
            (1.01, "degraded", "degraded"),
            (None, "ok", "not judged"),
        ],
    )
    def test_the_error_says_how_well_a_model_is(
        self, house: Services, rmse: float | None, status: str, level: str
    ) -> None:
        made = model("m1")
        manifest_of = replace(made.manifest, hold_out=self.measured(rmse))
        house.models.register(type(made).of(manifest_of, made.film_ids, made.arrays()), won=True)
        house.recommending.refresh()
        told_of = house.health()["ml_model"]
        assert (told_of["status"], told_of["level"]) == (status, level)
        assert told_of.get("rmse") == rmse
        assert told_of["version"] == "m1"

    def test_before_the_first_list_nothing_is_built_for_it(self, house: Services) -> None:
        assert house.health()["ml_model"] == {"status": "ok", "level": "not built yet"}

    def test_without_a_model_all_is_well(self, house: Services) -> None:
        house.recommending.refresh()
        assert house.health()["ml_model"] == {"status": "ok", "level": "no model"}

    def test_what_predicts_nonsense_is_degraded_and_never_failed(self, house: Services) -> None:
        made = model("m1", films=60)
        arrays = made.arrays() | {"stars_overall": made.stars.overall * float("nan")}
        film_ids = tuple(one for one in house.recommending.refresh().shelf.film_ids)
        house.models.register(type(made).of(manifest("m1", films=60), film_ids, arrays), won=True)
        house.recommending.refresh()
        assert house.health()["ml_model"] == {"status": "degraded", "level": "error"}
