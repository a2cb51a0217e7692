"""Model jobs in processes of their own, beside a house that is open: done, called off, taken up."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cinematch.bootstrap import Services, build
from cinematch.bootstrap.recommender import environment
from cinematch.kit.clock import system_clock, to_iso
from cinematch.recommender.core.records import Job
from cinematch.recommender.schemas.monitoring import job_out
from cinematch.recommender.schemas.operating import FailureOut
from cinematch.settings import Settings, read_settings
from tests.support.builders import film
from tests.support.house import quick_passwords
from tests.support.raters import NAME, community

FILMS = [film(f"f{number:03}", imdb_id=f"tt{number:07}") for number in range(60)]
SMALL = {
    "source": "hybrid",
    "ease": {"most_films": 50},
    "kernel": {"factors": 4, "epochs": 2, "threads": 1},
    "stars": {"factors": 2, "iterations": 12, "samples": 4},
}
SEARCH = {"source": "hybrid", "factors": [1, 2], "groups": [2], "epochs": 2}
LONG = {"source": "hybrid", "factors": list(range(1, 40)), "epochs": 100}

LAUNCHER = """
import sys, time
from pathlib import Path
from cinematch.bootstrap.recommender import launch
from cinematch.settings import Settings
launch(Settings(data_dir=Path(sys.argv[1])), sys.argv[2])
time.sleep(600)
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    settings = Settings(data_dir=tmp_path)
    house = build(settings, passwords=quick_passwords())
    house.films.load(FILMS, "test")
    own = house.adapters.recommender
    own.communities.put(community(FILMS), to_iso(system_clock()))
    yield house
    house.model_runner.stop()
    house.stop()


def until(true: Callable[[], Any], seconds: float = 90) -> Any:
    deadline = time.monotonic() + seconds
    while not (said := true()):
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.05)
    return said


def done(house: Services, job: Job) -> Job:
    """Wait until a job has ended."""
    until(lambda: house.model_jobs.get(job.job_id).ended_at)
    return house.model_jobs.get(job.job_id)


def messages(house: Services, job: Job) -> list[dict[str, Any]]:
    return [one.data for one in house.model_jobs.messages(job.job_id, 0, 10_000)]


def process_of(parent: int) -> int:
    """Return the process of a job that this process has begun."""
    found = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(parent)],
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [line for line in found.stdout.splitlines() if "bootstrap.model_job" in line]
    return int(lines[0].split()[0]) if lines else 0


def test_a_search_and_a_training_that_uses_it(house: Services) -> None:
    house.model_runner.start()
    search = done(house, house.model_jobs.ask("optimise-k", SEARCH, None))
    assert search.error is None
    assert search.result is not None
    assert search.result["k_cluster"] == 2
    training = done(
        house, house.model_jobs.ask("train", SMALL | {"stars": {"iterations": 12}}, None)
    )
    assert (training.error, training.progress) == (None, 100)
    result = training.result or {}
    assert (result["k"], result["groups"]) == (search.result["k_svd"], 2)
    assert house.models.champion() is not None
    assert house.models.load_champion() is not None
    status = house.monitoring.status()
    assert status["version"] == result["version"]
    assert status["optimal_k"] == {"k_svd": search.result["k_svd"], "k_cluster": 2}
    phases = [one["phase"] for one in messages(house, training) if one["type"] == "status"]
    assert phases[0] == "gathering"
    assert phases[-1] == "saving"


def test_a_search_that_is_called_off_leaves_off_and_is_taken_up_again(house: Services) -> None:
    house.model_runner.start()
    job = house.model_jobs.ask("optimise-k", LONG, None)
    until(lambda: any(one["type"] == "k_svd_result" for one in messages(house, job)))
    begun = time.monotonic()
    house.model_jobs.cancel(job.job_id)
    assert done(house, job).status == "cancelled"
    assert time.monotonic() - begun < 15  # a second, on a machine that has time
    tried = {one["k"] for one in messages(house, job) if one["type"] == "k_svd_result"}
    again = house.model_jobs.ask("optimise-k", LONG, None)
    until(lambda: any(one.get("resumed") for one in messages(house, again)))
    house.model_jobs.cancel(again.job_id)
    done(house, again)
    said = [one for one in messages(house, again) if one["type"] == "k_svd_result"]
    assert {one["k"] for one in said if one.get("resumed")} == tried


def test_when_the_server_stops_the_job_waits_and_its_process_is_gone(house: Services) -> None:
    house.model_runner.start()
    job = house.model_jobs.ask("optimise-k", LONG, None)
    until(lambda: house.model_jobs.get(job.job_id).progress >= 30)
    child = process_of(os.getpid())
    assert child
    begun = time.monotonic()
    house.model_runner.stop()
    assert time.monotonic() - begun < 9
    assert house.model_jobs.get(job.job_id).status == "waiting"
    assert process_of(os.getpid()) == 0


def test_a_process_that_is_killed_is_told_of(house: Services) -> None:
    house.model_runner.start()
    job = house.model_jobs.ask("optimise-k", LONG, None)
    until(lambda: house.model_jobs.get(job.job_id).progress >= 30)
    os.kill(process_of(os.getpid()), signal.SIGKILL)
    failed = done(house, job)
    assert failed.status == "failed"
    assert "too little memory" in str(failed.error)


def test_when_the_server_is_killed_its_job_ends_by_itself_and_waits(
    house: Services, tmp_path: Path
) -> None:
    job = house.model_jobs.claim("optimise-k", LONG, None)
    with subprocess.Popen([sys.executable, "-c", LAUNCHER, str(tmp_path), job.job_id]) as server:
        until(lambda: house.model_jobs.get(job.job_id).progress >= 30)
        server.send_signal(signal.SIGKILL)
    until(lambda: house.model_jobs.get(job.job_id).status == "waiting")


def test_what_cannot_be_done_ends_in_words(house: Services) -> None:
    house.adapters.recommender.communities.remove(NAME)
    house.model_runner.start()
    failed = done(house, house.model_jobs.ask("train", SMALL, None))
    assert failed.status == "failed"
    assert "no background community" in str(failed.error)
    assert messages(house, failed)[-1]["failure"] == {"kind": "no_community", "values": {}}
    assert job_out(failed).failure == FailureOut(kind="no_community", values={})


def test_a_process_gets_the_settings_as_they_were_read(tmp_path: Path) -> None:
    given = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "allowed_hosts": "one.example two.example",
            "mongodb_url": "mongodb://user:word@db/x",
            "lake": True,
            "port": 0,
        }
    )
    assert read_settings(environment(given)) == given
