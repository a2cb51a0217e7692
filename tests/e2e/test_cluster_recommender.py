"""The recommender of a cluster: asked of one process, done by another, served by all alike."""

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

import httpx
import pytest

from cinematch.bootstrap.roles import worker_part
from tests.support import storm
from tests.support.machines import Machines

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

APIS, WORKERS = ("api", "api-2"), ("worker", "worker-2")
SMALL = {
    "source": "own",
    "ease": {"most_films": 50},
    "kernel": {"factors": 4, "epochs": 2, "threads": 1},
    "stars": {"factors": 2, "iterations": 12, "samples": 4},
    "tune": False,
}
LONG_TRAINING = SMALL | {"stars": {"factors": 16, "iterations": 1_000, "samples": 4}}
SEARCH = {"source": "own", "factors": list(range(1, 25)), "groups": [2, 3], "epochs": 30}
QUICK_SEARCH = SEARCH | {"factors": [1, 2], "epochs": 2}
LONG_SEARCH = {"source": "own", "factors": list(range(1, 40)), "epochs": 100}
DESCRIBED = "/api/admin/stream-k-optimization"
OLDER = "/admin/ml/k-optimization/stream"

PATIENCE = 240.0  # seconds for what takes a tenth of that, on a machine that has time

Said = tuple[str, dict[str, Any]]
"""Id and data of an event."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    with Machines(tmp_path_factory.mktemp("machines") / "m", roles=(*APIS, *WORKERS)) as running:
        yield running


@pytest.fixture
def api(machines: Machines) -> Iterator[httpx.Client]:
    with machines.client("api") as client:
        yield client


@pytest.fixture
def other(machines: Machines) -> Iterator[httpx.Client]:
    with machines.client("api-2") as client:
        yield client


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until a condition holds."""
    storm.wait_for(condition, what, PATIENCE)


def ask(client: httpx.Client, kind: str, options: dict[str, Any]) -> str:
    answer = client.post("/api/admin/ml/jobs", json={"kind": kind, "options": options})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["job_id"])


def job(client: httpx.Client, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/api/admin/ml/jobs/{job_id}").raise_for_status().json()
    return found


def done(client: httpx.Client, job_id: str, status: str = "done") -> dict[str, Any]:
    """Wait until a job has ended."""
    wait_for(lambda: job(client, job_id)["ended_at"], f"{job_id} ends")
    found = job(client, job_id)
    assert found["status"] == status, found
    return found


def train(client: httpx.Client, **changed: object) -> str:
    """Have a model trained, and return its version."""
    return promoted(client, ask(client, "train", SMALL | changed))


def promoted(client: httpx.Client, job_id: str) -> str:
    """Wait for the model of a training, let it serve if it has not won, and return its version."""
    result = done(client, job_id)["result"]
    version = str(result["version"])
    status = client.get("/api/recommendations/status").raise_for_status().json()
    assert (status["version"] == version) == result["won"]
    client.post(f"/api/admin/ml/models/{version}/promote").raise_for_status()
    return version


def serves(client: httpx.Client, version: str) -> None:
    """Wait until lists come of a model."""
    person = "/api/recommendations/user/person00"
    wait_for(
        lambda: client.get(person).raise_for_status().json()["model"]["version"] == version,
        f"{version} serves",
    )


def lists(machines: Machines, client: httpx.Client) -> dict[str, Any]:
    """Return the lists of some people of both tastes."""
    return {
        user_id: client.get(f"/api/recommendations/user/{user_id}", params={"top_n": 20})
        .raise_for_status()
        .json()
        for user_id in machines.people[:8]
    }


def mapped(machines: Machines, name: str, version: str) -> set[str]:
    """Return the files of a model that a process has mapped into its memory."""
    process = machines.role(name).process
    assert process is not None
    folder = f"{machines.data_of(name)}/models/{version}/"
    lines = Path(f"/proc/{process.pid}/maps").read_text(encoding="utf-8").splitlines()
    return {line.rpartition("/")[2] for line in lines if folder in line}


def events(client: httpx.Client, path: str, last: str | None = None) -> Iterator[Said]:
    """Yield what a stream says until it ends."""
    headers = {} if last is None else {"Last-Event-ID": last}
    with client.stream("GET", path, headers=headers) as answer:
        assert answer.status_code == 200, answer.read()
        found: dict[str, str] = {}
        for line in answer.iter_lines():
            name, _, value = line.partition(": ")
            if line:
                found[name] = value
            elif "data" in found and "event" not in found:
                yield found.get("id", ""), json.loads(found["data"])
            found = found if line else {}


def at_work(machines: Machines) -> str:
    """Return the worker that does a job, "" when none does."""
    return next((name for name in WORKERS if machines.job_process(name)), "")


def whole(machines: Machines) -> None:
    """Look whether the models on record are there with all their files, and nothing beside."""
    with machines.house("another") as house:
        db = house.store.db  # type: ignore[attr-defined]
        puts = {one["_id"]: one["put"] for one in db["model_files"].find()}
        assert set(puts) == {one.version for one in house.models.all()}
        assert set(db["model_pieces"].distinct("put")) == set(puts.values())
        for version in puts:
            house.adapters.recommender.files.load(version)
        assert len([one for one in house.models.all() if one.status == "champion"]) == 1


def test_a_training_asked_of_one_process_serves_on_all_and_is_taken_back(
    machines: Machines, api: httpx.Client, other: httpx.Client
) -> None:
    first = train(api)
    said = "".join(machines.role(name).said() for name in WORKERS)
    assert said.count("(train) begins") == 1
    assert "begins" not in "".join(machines.role(name).said() for name in APIS)
    for client in (api, other):
        serves(client, first)
    before = lists(machines, api)
    assert lists(machines, other) == before
    assert all(len(one["items"]) == 20 for one in before.values())
    for name in APIS:
        assert mapped(machines, name, first) >= {"ease_weights.npy", "kernel_seen.npy"}
        served = machines.data_of(name) / "models" / first / "manifest.json"
        made = machines.data_of("terminal").parent.glob(f"worker*-data/models/{first}/*.json")
        assert served.read_bytes() in [path.read_bytes() for path in made]
    with machines.client("api-2", "benoît") as operator:
        second = train(operator, seed=7)
    for client in (api, other):
        serves(client, second)
    after = lists(machines, api)
    assert lists(machines, other) == after
    assert after != before
    assert machines.command("models", "rollback")["version"] == first
    for client in (api, other):
        serves(client, first)
    assert lists(machines, api) == lists(machines, other) == before
    whole(machines)


def test_a_search_is_read_from_every_process_and_begun_once(
    machines: Machines, api: httpx.Client, other: httpx.Client
) -> None:
    job_id = ask(api, "optimise-k", SEARCH)
    own = f"/api/admin/ml/jobs/{job_id}/stream"
    with ThreadPoolExecutor() as pool:
        readers = [
            pool.submit(lambda *of: list(events(*of)), client, path)
            for client, path in ((api, own), (other, own), (other, DESCRIBED), (other, OLDER))
        ]
        # A reader that loses one process goes on at the other.
        begun = list(islice(events(other, DESCRIBED), 5))
        rest = list(events(api, DESCRIBED, begun[-1][0]))
        here, there, described, older = (reader.result(PATIENCE) for reader in readers)
    assert here == there
    assert [number for number, _ in here] == [str(at) for at in range(1, len(here) + 1)]
    assert begun + rest == described
    kinds = [data["type"] for _, data in described]
    assert [kind for at, kind in enumerate(kinds) if kind not in kinds[:at]] == [
        "status", "matrix_info", "phase", "k_svd_result", "k_svd_optimal",
        "k_cluster_result", "k_cluster_optimal", "completed",
    ]  # fmt: skip
    assert [data for _, data in here][:-1] == [data for _, data in described]
    assert here[-1][1]["type"] == "ended"
    tried = [data["k"] for _, data in described if data["type"] == "k_svd_result"]
    assert [data["k"] for _, data in older if "k" in data] == tried == SEARCH["factors"]
    assert (older[0][1]["status"], older[-1][1]["status"]) == ("starting", "completed")
    assert older[-1][1]["optimal_k"] == job(other, job_id)["result"]["k_svd"]
    searches = api.get("/api/admin/ml/jobs", params={"kind": "optimise-k"}).json()["items"]
    assert [one["job_id"] for one in searches] == [job_id]


def test_a_job_that_is_called_off_elsewhere_ends_and_the_next_begins(
    machines: Machines, api: httpx.Client, other: httpx.Client
) -> None:
    job_id = ask(api, "optimise-k", LONG_SEARCH)
    wait_for(lambda: job(other, job_id)["progress"] >= 30, "the search is under way")
    name = at_work(machines)
    begun = time.monotonic()
    other.post(f"/api/admin/ml/jobs/{job_id}/cancel").raise_for_status()
    ended = done(api, job_id, "cancelled")
    took = time.monotonic() - begun
    print(f"\nCalled off over HTTP: the job had ended {took:.2f} s later.")
    assert took < 15  # a second, on a machine that has time
    assert ended["error"] is None
    wait_for(lambda: not machines.job_process(name), "its process is gone")
    again = ask(other, "optimise-k", LONG_SEARCH)
    wait_for(lambda: job(api, again)["progress"] >= 30, "another one is under way")
    api.post(f"/api/admin/ml/jobs/{again}/cancel").raise_for_status()
    done(other, again, "cancelled")


def test_a_worker_that_is_killed_gives_its_training_to_the_next(
    machines: Machines, api: httpx.Client, other: httpx.Client
) -> None:
    with machines.client("api", "chantal") as operator:
        job_id = ask(operator, "train", LONG_TRAINING)
    wait_for(lambda: job(other, job_id)["phase"] == "stars", "the training is under way")
    name = at_work(machines)
    machines.role(name).kill()
    # Its process sees that nobody waits for it, and leaves the job to whoever comes.
    try:
        wait_for(lambda: at_work(machines), "another worker takes it up")
        assert at_work(machines) != name
    finally:
        machines.role(name).start()
    version = promoted(other, job_id)
    for client in (api, other):
        serves(client, version)
    assert lists(machines, api) == lists(machines, other)
    whole(machines)


def test_a_database_that_is_killed_and_comes_back_costs_no_training(
    machines: Machines, api: httpx.Client, other: httpx.Client
) -> None:
    with machines.client("api", "dora") as operator:
        job_id = ask(operator, "train", LONG_TRAINING)
    wait_for(lambda: job(other, job_id)["phase"] == "stars", "the training is under way")
    machines.mongo.kill()
    machines.mongo.start()
    version = promoted(other, job_id)
    for client in (api, other):
        serves(client, version)
    whole(machines)


def test_a_machine_that_is_gone_has_its_job_put_down_and_the_next_begins(
    machines: Machines, other: httpx.Client
) -> None:
    with machines.client("api", "benoît") as operator:
        job_id = ask(operator, "optimise-k", LONG_SEARCH)
    wait_for(lambda: job(other, job_id)["progress"] >= 30, "the search is under way")
    name = at_work(machines)
    os.kill(machines.job_process(name), signal.SIGSTOP)
    process = machines.job_process(name)
    machines.role(name).kill()
    os.kill(process, signal.SIGKILL)
    try:
        failed = done(other, job_id, "failed")
    finally:
        machines.role(name).start()
    assert "last sign of life" in failed["error"]
    with machines.client("api", "chantal") as operator:
        again = done(other, ask(operator, "optimise-k", QUICK_SEARCH))
    assert again["result"]["k_svd"] in {1, 2}


def test_the_night_asks_for_one_training_in_the_whole_installation(tmp_path: Path) -> None:
    with (
        Machines(tmp_path / "m", roles=(), night_is_over=False) as machines,
        machines.house() as house,
        ExitStack() as running,
    ):
        workers = [worker_part(machines.settings(name)) for name in WORKERS]
        for worker in workers:
            running.callback(worker.stop)
            worker._services.scheduler._first_look = 0.1
            worker.start()

        def run() -> str | None:
            states = {one.name: one.last for one in house.scheduler.states()}
            last = states["retrain"]
            return last.finished_at if last else None

        wait_for(run, "the night is over")
        night, asked = run(), house.model_jobs.latest("train", 10)
        assert len(asked) == 1
        wait_for(lambda: house.model_jobs.get(asked[0].job_id).ended_at, "the training ends")
        trained = house.model_jobs.get(asked[0].job_id)
        assert (trained.status, house.models.champion() is not None) == ("done", True)
        leader = next(one for one in workers if one.health()["leading"])
        second = next(one for one in workers if one is not leader)
        leader.stop()
        wait_for(lambda: second.health()["leading"], "the other one leads")
        assert second._services.scheduler.run_due() == []
        assert (run(), house.model_jobs.latest("train", 10)) == (night, [trained])
