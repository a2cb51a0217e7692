"""Models from the command line: the work is done in the command's own process."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cinematch.bootstrap import Services
from cinematch.kit.clock import system_clock, to_iso
from cinematch.recommender.commands import app, jobs_app, models_app
from cinematch.recommender.core.model import Measure
from cinematch.recommender.core.options import TrainingOptions
from cinematch.recommender.service.watching import Watch
from tests.support.builders import film
from tests.support.house import PushedClock, build_house
from tests.support.models import model
from tests.support.raters import community

FILMS = [film(f"f{number:03}", imdb_id=f"tt{number:07}") for number in range(60)]

HOLD_OUT = {"rmse": Measure(0.5, 0.4, 0.6, 9)}


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    built = build_house(tmp_path, clock)
    built.films.load(FILMS, "test")
    built.adapters.recommender.communities.put(community(FILMS), to_iso(system_clock()))
    yield built
    built.stop()


def run(house: Services, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), obj=lambda: house)


def models(house: Services, *arguments: str) -> Result:
    return CliRunner().invoke(models_app, list(arguments), obj=lambda: house)


def test_a_search_and_a_training_that_serves_at_once(house: Services, clock: PushedClock) -> None:
    ks = ["--k", "1", "--k", "2"]
    found = json.loads(run(house, "optimise-k", "--source", "hybrid", *ks, "--json").stdout)
    assert (found["k_svd"], found["k_cluster"]) == (1, 2)
    clock.push(minutes=1)
    invented = house.model_jobs.claim("optimise-k", {"source": "synthetic"}, None)
    with Watch(house.store, house.adapters.recommender.jobs, clock, invented) as watch:
        watch.finish({"k_svd": 3, "k_cluster": 5, "source": "synthetic"})
    clock.push(minutes=1)
    trained = run(house, "train", "--source", "hybrid")
    assert trained.exit_code == 0, trained.stderr
    champion = house.models.champion()
    assert champion is not None
    assert champion.version in trained.stdout
    assert champion.manifest["options"]["stars"]["factors"] == 1
    assert champion.manifest["options"]["groups"] == 2
    assert house.monitoring.status()["optimal_k"] == {"k_svd": 1, "k_cluster": 2}
    kinds = [job.kind for job in house.model_jobs.latest(None, 9)]
    assert kinds == ["train", "optimise-k", "optimise-k"]
    assert found["noise_floor"] is None
    assert champion.manifest["judged_by"] is not None
    assert champion.manifest["judged_by"] in str(house.monitoring.evaluation().note)


def test_an_evaluation_with_its_report_and_what_the_page_shows_of_it(
    house: Services, clock: PushedClock, tmp_path: Path
) -> None:
    before = clock()
    house.models.register(
        model("v1", source="hybrid", hold_out=HOLD_OUT, created_at=to_iso(before)), won=True
    )
    assert house.monitoring.evaluation().value("rmse") == 0.5
    clock.push(minutes=1)
    page, told = tmp_path / "report.html", tmp_path / "report.json"
    files = ["--report-page", str(page), "--report-json", str(told)]
    said = run(house, "evaluate", "--source", "hybrid", "--protocol", "random", *files, "--json")
    assert said.exit_code == 0, said.stderr
    result = json.loads(said.stdout)
    assert json.loads(told.read_text("utf-8")) == result
    assert "<h1>" in page.read_text("utf-8")
    shown = house.monitoring.evaluation()
    stars = result["stars"]["all"]
    assert shown.value("rmse") == stars["factorisation machine"]["rmse"]["value"]
    assert shown.value("ndcg@10") == result["ranking"]["ensemble"]["ndcg@10"]["value"]
    assert {"popularity", "item-kNN", "bias"} <= set(shown.baselines)
    assert shown.evaluated_at == result["evaluated_at"]
    others: dict[str, dict[str, Any]] = {
        "source": {"source": "own"},
        "recipe": {"source": "hybrid", "options": TrainingOptions(weights={"popularity": 1.0})},
    }
    for version, known in others.items():
        made = model(version, **known, hold_out=HOLD_OUT, created_at=to_iso(before))
        house.models.register(made, won=True)
        assert house.monitoring.evaluation().value("rmse") == 0.5


def test_invented_ratings_judge_nothing(house: Services) -> None:
    refused = run(house, "evaluate", "--source", "synthetic")
    assert refused.exit_code == 1
    assert "never judged by" in refused.stderr


def test_a_public_data_set_is_evaluated_by_its_name(house: Services, tmp_path: Path) -> None:
    unnamed = run(house, "evaluate", str(tmp_path))
    assert unnamed.exit_code == 2
    assert "--dataset" in unnamed.stderr
    missing = run(house, "evaluate", str(tmp_path), "--dataset", "ml-1m")
    assert missing.exit_code == 2
    assert "ratings.dat" in missing.stderr


def test_a_report_that_cannot_be_written_is_refused_before_the_work(
    house: Services, tmp_path: Path
) -> None:
    for option, where in (("--report-json", "absent/x.json"), ("--report-page", ".")):
        refused = run(house, "evaluate", "--source", "hybrid", option, str(tmp_path / where))
        assert refused.exit_code == 2
        assert option in refused.stderr
    assert house.model_jobs.latest(None, 1) == []


def test_a_search_in_words(house: Services) -> None:
    said = run(house, "optimise-k", "--source", "hybrid", "--k", "1").stdout
    assert said.startswith("K-SVD 1 (held-out RMSE 0.")


def test_beside_another_job_it_is_refused(house: Services) -> None:
    house.model_jobs.ask("evaluate", {}, None)
    refused = run(house, "train")
    assert refused.exit_code == 1
    assert "An evaluation waits" in refused.stderr


def test_what_is_under_way_is_listed_and_called_off(house: Services) -> None:
    def jobs(*arguments: str) -> Result:
        return CliRunner().invoke(jobs_app, list(arguments), obj=lambda: house)

    assert "None yet" in jobs("list").stdout
    assert jobs("cancel").exit_code == 1
    waits = house.model_jobs.ask("evaluate", {}, None)
    (listed,) = json.loads(jobs("list", "--json").stdout)
    assert (listed["job_id"], listed["status"]) == (waits.job_id, "waiting")
    assert "is called off" in jobs("cancel").stdout
    runs = house.model_jobs.claim("train", {}, None)
    assert json.loads(jobs("cancel", runs.job_id, "--json").stdout)["status"] == "running"
    assert house.model_jobs.get(runs.job_id).cancel
    assert jobs("cancel", "nothing").exit_code == 2


def test_without_ratings_it_says_what_to_do(house: Services) -> None:
    refused = run(house, "optimise-k", "--source", "own")
    assert refused.exit_code == 1
    assert "Nobody has rated a film yet" in refused.stderr
    assert house.model_jobs.latest(None, 1)[0].status == "failed"


def test_models_are_listed_promoted_and_taken_back(house: Services) -> None:
    assert "cinematch train" in models(house, "list").stdout
    for number, version in enumerate(["v1", "v2"]):
        house.models.register(model(version, seed=number), won=True)
    listed = json.loads(models(house, "list", "--json").stdout)
    assert {one["version"]: one["status"] for one in listed} == {"v2": "champion", "v1": "retired"}
    assert "v1 serves now" in models(house, "rollback").stdout
    assert json.loads(models(house, "promote", "v2", "--json").stdout) == {"version": "v2"}
    assert models(house, "promote", "v9").exit_code == 2
    assert "not judged" in models(house, "list").stdout


def test_ctrl_c_calls_it_off(house: Services, tmp_path: Path) -> None:
    house.demo.fill(1_000, lambda _done, _of: None)
    command = [sys.executable, "-m", "cinematch", "--data-dir", str(tmp_path), "train"]
    with subprocess.Popen(
        [*command, "--source", "synthetic"], stderr=subprocess.PIPE, text=True
    ) as child:
        deadline = time.monotonic() + 60
        while (job := house.model_jobs.open()) is None or job.phase in {"", "gathering"}:
            assert child.poll() is None, child.communicate()[1]
            assert time.monotonic() < deadline
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=60)[1]
    assert child.returncode == 130
    assert "Stopped" in said
    assert house.model_jobs.get(job.job_id).status == "cancelled"
    assert house.models.all() == []
