"""Models over HTTP: who may ask for what, how often, what the streams say, and what is known."""

import dataclasses
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from cinematch.bootstrap import Services
from cinematch.kit.errors import Unavailable
from cinematch.recommender.core.model import Group, Groups, Measure, Model
from cinematch.recommender.core.records import Job, Message, ModelRecord
from cinematch.recommender.endpoints.streaming import Older
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.monitoring import MonitoringParts, MonitoringService
from cinematch.recommender.service.running import JobRunner, Patience
from cinematch.recommender.service.watching import Watch
from tests.support.builders import film
from tests.support.house import PushedClock, TestClient, build_house, signed_in
from tests.support.models import model

SAID: list[dict[str, Any]] = [
    {"type": "status", "message": "Ratings are gathered."},
    {"type": "matrix_info", "shape": [40, 40], "density": 0.5, "fingerprint": "f"},
    {"type": "phase", "phase": "k_svd", "message": "", "candidates": [10, 15]},
    *(
        {
            "type": "k_svd_result",
            "k": k,
            "explained_variance": 0.5,
            "efficiency": 0.05,
            "composite_score": 0.4,
            "is_best": k == 10,
            "held_out_rmse": 0.9,
            "standard_error": 0.01,
            "train_rmse": 0.8,
            "overfitting_risk": 0.1,
            "progress": progress,
        }
        for k, progress in ((10, 30), (15, 47))
    ),
    {"type": "k_svd_optimal", "optimal_k": 10, "score": 0.4},
    {"type": "completed", "message": "", "final_k_svd": 10, "final_k_cluster": 2, "progress": 100},
]
RESULTS: dict[str, dict[str, Any]] = {
    "optimise-k": {"k_svd": 10, "k_cluster": 2},
    "train": {"k": 10, "groups": 2, "hold_out": {}, "version": "v1"},
}
STREAM = "/api/admin/stream-k-optimization"
OLDER = "/admin/ml/k-optimization/stream"


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    house = build_house(tmp_path, clock)
    yield house
    house.stop()


@pytest.fixture
def admin(house: Services) -> Iterator[TestClient]:
    with signed_in(house) as client:
        yield client


@pytest.fixture
def somebody(house: Services, admin: TestClient) -> Iterator[TestClient]:
    with signed_in(house, "benoît") as client:
        yield client


def events(text: str) -> list[tuple[str | None, dict[str, Any]]]:
    """Return (id, data) of the unnamed events of a stream."""
    found = []
    for block in text.replace("\r\n", "\n").strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line)
        assert lines.get("event") in {None, "ping"}
        if "event" not in lines:
            found.append((lines.get("id"), json.loads(lines["data"])))
    return found


def searched(house: Services) -> Job:
    """Put down a search that has said `SAID` and come to its end."""
    job = house.model_jobs.claim("optimise-k", {}, None)
    with watching(house, job) as watch:
        for data in SAID:
            watch.say(data)
        return watch.finish({"k_svd": 10, "k_cluster": 2, "source": "own"})


def watching(house: Services, job: Job) -> Watch:
    return Watch(house.store, house.adapters.recommender.jobs, house.clock, job)


class TestJobs:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/api/admin/ml/jobs"),
            ("POST", "/api/admin/ml/jobs"),
            ("GET", "/api/admin/ml/models"),
            ("POST", "/api/admin/ml/models/rollback"),
            ("POST", "/api/recommendations/train-sync"),
            ("GET", "/api/recommendations/clustering"),
            ("GET", "/api/admin/ml/live-monitor"),
            ("GET", STREAM),
            ("GET", OLDER),
        ],
    )
    def test_they_are_for_administrators(
        self, somebody: TestClient, method: str, path: str
    ) -> None:
        body = {"kind": "train"} if path.endswith("jobs") and method == "POST" else None
        assert somebody.request(method, path, json=body).status_code == 403

    def test_one_is_asked_for_listed_and_called_off(self, admin: TestClient) -> None:
        asked = admin.post("/api/admin/ml/jobs", json={"kind": "train", "options": {"seed": 3}})
        assert asked.status_code == 202, asked.text
        job = asked.json()
        assert (job["status"], job["options"]) == ("waiting", {"seed": 3})
        assert admin.get("/api/admin/ml/jobs").json()["items"] == [job]
        assert admin.get("/api/admin/ml/jobs?kind=evaluate").json()["items"] == []
        off = admin.post(f"/api/admin/ml/jobs/{job['job_id']}/cancel")
        assert off.json()["status"] == "cancelled"
        assert admin.post(f"/api/admin/ml/jobs/{job['job_id']}/cancel").status_code == 409
        assert admin.get("/api/admin/ml/jobs/none").status_code == 404

    def test_trainings_are_limited_and_refused_ones_do_not_count(
        self, admin: TestClient, clock: PushedClock
    ) -> None:
        def ask(**options: object) -> int:
            body = {"kind": "train", "options": options}
            answer = admin.post("/api/admin/ml/jobs", json=body)
            if answer.status_code == 202:
                admin.post(f"/api/admin/ml/jobs/{answer.json()['job_id']}/cancel")
            return answer.status_code

        assert [ask(seed=-1), ask(), ask()] == [422, 202, 429]
        clock.push(seconds=61)
        assert ask() == 202

    def test_a_second_one_is_refused_with_the_first_one_named(self, admin: TestClient) -> None:
        admin.post("/api/admin/ml/jobs", json={"kind": "optimise-k"})
        second = admin.post("/api/admin/ml/jobs", json={"kind": "train"})
        assert second.status_code == 409
        assert second.json()["detail"].startswith("A search for K waits")


class TestStreams:
    def test_a_job_is_told_from_where_the_reader_was(
        self, house: Services, admin: TestClient
    ) -> None:
        job = searched(house)
        path = f"/api/admin/ml/jobs/{job.job_id}/stream"
        told = events(admin.get(path).text)
        assert [one["type"] for _, one in told] == [*(one["type"] for one in SAID), "ended"]
        assert [number for number, _ in told] == [str(n) for n in range(1, len(SAID) + 2)]
        again = events(admin.get(path, headers={"Last-Event-ID": "6"}).text)
        assert again == told[6:]
        over = admin.get(path, headers={"Last-Event-ID": told[-1][0] or ""})
        assert (over.status_code, over.text) == (204, "")

    def test_it_is_an_event_stream_that_no_proxy_keeps(
        self, house: Services, admin: TestClient
    ) -> None:
        answer = admin.get(f"/api/admin/ml/jobs/{searched(house).job_id}/stream")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["x-accel-buffering"] == "no"

    def test_a_look_at_the_described_stream_begins_a_search(
        self, house: Services, admin: TestClient, runner: JobRunner
    ) -> None:
        told = [one for _, one in events(admin.get(STREAM).text)]
        assert [one["type"] for one in told] == [one["type"] for one in SAID]
        assert house.model_jobs.latest("optimise-k", 5)[0].status == "done"

    def test_a_reader_that_comes_again_begins_nothing(
        self, house: Services, admin: TestClient, clock: PushedClock, runner: JobRunner
    ) -> None:
        told = events(admin.get(STREAM).text)
        clock.push(minutes=5)
        searched(house)  # another one since: not this reader's
        rest = events(admin.get(STREAM, headers={"Last-Event-ID": told[2][0] or ""}).text)
        assert rest == told[3:]
        last = house.model_jobs.messages(house.model_jobs.latest(None, 5)[1].job_id, 0, 99)[-1]
        over = str(int(told[0][0] or 0) - 1 + last.number)
        assert admin.get(STREAM, headers={"Last-Event-ID": over}).status_code == 204
        assert admin.get(STREAM, headers={"Last-Event-ID": "77"}).status_code == 204
        assert len(house.model_jobs.latest(None, 10)) == 2

    def test_a_search_that_was_called_off_ends_in_an_error(
        self, house: Services, admin: TestClient
    ) -> None:
        job = house.model_jobs.ask("optimise-k", {}, None)
        house.model_jobs.cancel(job.job_id)
        told = events(admin.get(f"/api/admin/ml/jobs/{job.job_id}/stream").text)
        assert [one["status"] for _, one in told] == ["cancelled"]

    def test_the_older_stream_says_the_same_in_its_words(
        self, admin: TestClient, runner: JobRunner
    ) -> None:
        told = [one for _, one in events(admin.get(OLDER).text)]
        assert told[0] == {"status": "starting", "progress": 0}
        fields = {"k", "rmse", "variance", "efficiency", "overfitting_risk", "progress"}
        assert all({*fields, "timestamp"} == set(one) for one in told[1:3])
        assert [one["progress"] for one in told[1:3]] == [50, 100]
        assert (told[3]["status"], told[3]["optimal_k"]) == ("completed", 10)
        assert told[3]["final_metrics"] == told[1]

    def test_the_older_stream_has_the_figures_of_what_was_chosen(self) -> None:
        errors = {5: 0.862, 10: 0.850, 15: 0.849}
        usual = {"explained_variance": 0.5, "efficiency": 0.1, "overfitting_risk": 0.0, "at": ""}
        older = Older()
        for k, error in errors.items():
            row = {"type": "k_svd_result", "k": k, "held_out_rmse": error, "is_best": k == 10}
            list(older(Message(k, row | usual)))
        chosen = {"type": "k_svd_optimal", "optimal_k": 5}
        (told,) = older(Message(16, chosen))
        assert (told["final_metrics"]["k"], told["final_metrics"]["rmse"]) == (5, 0.862)

    @pytest.mark.parametrize("path", [STREAM, OLDER, "/api/recommendations/train-sync"])
    @pytest.mark.parametrize(
        "headers", [{"Sec-Fetch-Mode": "navigate"}, {"Sec-Fetch-Site": "cross-site"}]
    )
    def test_a_link_begins_no_work(
        self, house: Services, admin: TestClient, path: str, headers: dict[str, str]
    ) -> None:
        assert admin.get(path, headers=headers).status_code == 403
        assert house.model_jobs.latest(None, 1) == []

    def test_searches_are_limited_but_reading_is_not(
        self, house: Services, admin: TestClient, runner: JobRunner
    ) -> None:
        for _ in range(3):
            assert admin.get(STREAM).status_code == 200
        assert admin.get(STREAM).status_code == 429
        path = f"/api/admin/ml/jobs/{house.model_jobs.latest(None, 1)[0].job_id}/stream"
        assert admin.get(path).status_code == 200

    def test_a_search_beside_a_training_is_refused(
        self, house: Services, admin: TestClient
    ) -> None:
        house.model_jobs.claim("train", {}, None)
        assert admin.get(STREAM).status_code == 409


class Saying:
    """Does a job in a thread of this process: it says what it was told to say."""

    def __init__(self, house: Services, job_id: str) -> None:
        self._house = house
        self._job = house.model_jobs.get(job_id)
        self._thread = threading.Thread(target=self._say)
        self._thread.start()

    def _say(self) -> None:
        with watching(self._house, self._job) as watch:
            for data in SAID:
                watch.say(data)
            watch.finish(RESULTS[self._job.kind])

    def poll(self) -> int | None:
        return None if self._thread.is_alive() else 0

    def terminate(self) -> None:
        self._thread.join()

    kill = terminate


@pytest.fixture
def runner(house: Services) -> Iterator[JobRunner]:
    """A runner whose searches say `SAID`."""
    jobs, patience = house.adapters.recommender.jobs, Patience(idle=0.05, look=0.02)
    runner = JobRunner(house.store, jobs, house.clock, lambda job: Saying(house, job), patience)
    runner.start()
    yield runner
    runner.stop()


@pytest.fixture
def trained(house: Services) -> Model:
    """A model that serves, over seven films, with groups of people and of films."""
    made = model("v1", seed=1)
    films = [film(film_id, genres=("Horror",)) for film_id in made.film_ids]
    house.films.load(films, "test")
    groups = Groups(0.4, 0.9, 0.8, True, [
        Group(4, [("genre", "Horror", 3.0), ("era", "1980", 2.0)], [made.film_ids[0]]),
        Group(3, [], []),
    ])  # fmt: skip
    manifest = replace(
        made.manifest,
        users=20,
        people=groups,
        kinds=groups,
        hold_out={
            "rmse": Measure(0.9, 0.8, 1.0, 50),
            "bias rmse": Measure(0.95, 0.9, 1.0, 50),
            "coverage 80 %": Measure(0.8, 0.7, 0.9, 50),
        },
        segments={"20 to 99": {"rmse": Measure(0.85, 0.8, 0.9, 20)}},
    )
    whole = dataclasses.replace(
        made,
        manifest=manifest,
        film_group=np.array([0, 0, 0, 0, 1, 1, -1]),
        people_map=np.ones((20, 2)),
        people_group=np.zeros(20, dtype=np.int64),
    )
    house.models.register(whole, won=True)
    return whole


class TestFigures:
    def test_before_a_model_everything_says_so(self, admin: TestClient) -> None:
        status = admin.get("/api/recommendations/status").json()
        assert (status["is_trained"], status["training_source"]) == (False, "none")
        evaluation = admin.get("/api/recommendations/evaluation").json()
        assert evaluation["rmse"] is None
        assert "no model" in evaluation["note"]
        clustering = admin.get("/api/recommendations/clustering").json()
        assert (clustering["n_clusters"], clustering["people"]) == (0, None)
        live = admin.get("/api/admin/ml/live-monitor").json()
        assert live["model_status"]["is_trained"] is False
        assert live["current_performance"]["k_efficiency"] == 0
        assert live["drift"] is None

    def test_a_model_is_told_as_described(
        self, house: Services, admin: TestClient, trained: Model
    ) -> None:
        searched(house)
        status = admin.get("/api/recommendations/status").json()
        assert status["is_trained"]
        assert status["n_components"] == trained.manifest.options.stars.factors
        assert (status["training_source"], status["n_clusters"]) == ("aflix", 2)
        assert status["optimal_k"] == {"k_svd": 10, "k_cluster": 2}
        evaluation = admin.get("/api/recommendations/evaluation").json()
        assert evaluation["rmse"] == 0.9
        assert evaluation["measures"].keys() == {"rmse", "coverage 80 %"}
        assert evaluation["baselines"]["bias"]["rmse"]["value"] == 0.95
        assert evaluation["segments"]["20 to 99"]["rmse"]["n"] == 20
        live = admin.get("/api/admin/ml/live-monitor").json()
        assert live["model_status"]["has_clustering"]
        assert live["dataset_info"]["density"] == trained.manifest.density
        assert live["drift"]["verdict"] == "too few"
        (listed,) = admin.get("/api/admin/ml/models").json()["items"]
        assert (listed["version"], listed["status"]) == ("v1", "champion")

    def test_one_answer_is_of_one_model_though_another_is_promoted_meanwhile(
        self, house: Services
    ) -> None:
        house.models.register(model("v1", seed=1, fingerprint="v1"), won=True)
        house.models.register(model("v2", seed=2, fingerprint="v2"), won=False)
        own = house.adapters.recommender

        class Restless(ModelsService):
            """Of which somebody promotes the other model after every look."""

            def champion(self) -> ModelRecord | None:
                found = super().champion()
                self.promote("v2" if found and found.version == "v1" else "v1", None)
                return found

        monitoring = MonitoringService(
            MonitoringParts(
                store=house.store,
                films=house.adapters.films,
                taste=own.taste,
                models=Restless(house.store, own.models, own.files, house.audit, house.clock),
                jobs=house.model_jobs,
                clock=house.clock,
            )
        )
        for _ in range(4):
            live = monitoring.live()
            assert live.model_status["version"] == live.dataset_info["fingerprint"]

    def test_groups_have_names_and_people_have_none(
        self, admin: TestClient, trained: Model
    ) -> None:
        told = admin.get("/api/recommendations/clustering").json()
        assert [group["name"] for group in told["people"]["groups"]] == [
            "Horror · 1980s",
            "Everything",
        ]
        assert told["n_clusters"] == 2
        assert told["points"] == told["people"]["points"]
        assert all(point["film_id"] is None and point["title"] is None for point in told["points"])
        films = told["films"]["points"]
        assert {point["film_id"] for point in films} <= set(trained.film_ids[:6])
        assert all(point["title"] for point in films)
        first = told["people"]["groups"][0]["films"][0]
        assert first["film_id"] == trained.film_ids[0]

    def test_a_few_people_are_not_put_on_a_map(
        self, house: Services, admin: TestClient, trained: Model
    ) -> None:
        few = replace(trained.manifest, version="v2", users=19)
        house.models.register(dataclasses.replace(trained, manifest=few), won=True)
        told = admin.get("/api/recommendations/clustering").json()
        assert (told["people"], told["points"]) == (None, [])
        assert "19 people" in told["too_few"]
        assert told["films"] is not None
        odd = replace(trained.manifest, version="v3", users=600, people=None)
        house.models.register(dataclasses.replace(trained, manifest=odd), won=True)
        told = admin.get("/api/recommendations/clustering").json()
        assert told["people"] is None
        assert "600" not in told["too_few"], "there are enough of them"


class TestWaiting:
    @pytest.mark.parametrize("method", ["GET", "POST"])
    def test_the_call_waits_for_the_training_that_another_process_does(
        self, house: Services, admin: TestClient, runner: JobRunner, method: str
    ) -> None:
        answer = admin.request(method, "/api/recommendations/train-sync")
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == "success"
        assert answer.json()["stats"]["actual_k_used"] == 10
        assert house.model_jobs.latest("train", 1)[0].status == "done"
        assert admin.request(method, "/api/recommendations/train-sync").status_code == 429

    def test_a_training_that_nobody_takes_is_called_off(self, house: Services) -> None:
        clock = house.clock
        assert isinstance(clock, PushedClock)
        parts = MonitoringParts(
            store=house.store,
            films=house.adapters.films,
            taste=house.adapters.recommender.taste,
            models=house.models,
            jobs=house.model_jobs,
            clock=clock,
            wait=lambda _seconds: clock.push(seconds=10),
        )
        with pytest.raises(Unavailable, match="No worker"):
            MonitoringService(parts).train_and_wait("u1")
        assert house.model_jobs.latest(None, 1)[0].status == "cancelled"
