"""`/metrics` of the server as people run it, of a role, and what it says when it cannot be told."""

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from cinematch.bootstrap import Role, Services, build
from cinematch.bootstrap.roles import Leading
from cinematch.infra.metrics import CONTENT_TYPE, Family, Sample
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.model import Measure
from cinematch.settings import Settings
from cinematch.worker.probe import Figures, Probe, metrics_text
from tests.support.cinema import cinema
from tests.support.figures import numbers, told
from tests.support.models import model
from tests.support.mongo import MongoServer
from tests.support.ports import free_port
from tests.support.server import Server

WELL: Mapping[str, Mapping[str, Any]] = {"relay": {"status": "ok", "lag": 3}}
ONE = Family("cinematch_one", "gauge", "One.", [Sample(1)])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    house = cinema(tmp_path)
    yield house
    house.stop()


def get(port: int, path: str = "/metrics") -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            if path == "/metrics":
                assert answer.headers["Content-Type"] == CONTENT_TYPE
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, ""


@contextmanager
def running(server: Probe | Figures) -> Iterator[int]:
    server.start()
    try:
        yield server.port
    finally:
        server.stop()


def test_the_server_counts_what_people_ask_of_it(tmp_path: Path) -> None:
    port = free_port()
    server = Server(tmp_path / "data", CINEMATCH_METRICS_PORT=str(port)).start()
    try:
        token = server.sign_up()
        before = numbers(get(port)[1])
        with server.client(token) as client:
            for _ in range(3):
                assert client.get("/api/recommendations").status_code == 200
            assert client.get("/api/recommendations?genre=Nonsense").status_code == 422
            # Not where people call: anybody could read it there.
            assert "cinematch_" not in client.get("/metrics").text
            assert client.get("/ready").json()["parts"]["ml_model"]["level"] == "no model"
        figures = numbers(get(port)[1])
    finally:
        assert server.stop() == 0
    made = 'cinematch_recommendation_requests_total{algorithm="learnt",user_cluster="none"}'
    assert figures[made] - before[made] == 3
    assert figures['cinematch_recommendation_failures_total{kind="refused"}'] == 1
    assert figures["cinematch_recommendation_latency_seconds_count"] == 4
    assert figures['cinematch_part_up{part="store"}'] == 1
    assert figures["process_resident_memory_bytes"] > 10e6


def test_a_port_that_is_taken_is_told_in_words(tmp_path: Path) -> None:
    taken = Figures("127.0.0.1", 0, lambda: WELL, lambda: ())
    with pytest.raises(Invalid, match="CINEMATCH_METRICS_PORT"):
        Figures("127.0.0.1", taken.port, lambda: WELL, lambda: ())
    environment = {
        **os.environ,
        "CINEMATCH_DATA_DIR": str(tmp_path / "data"),
        "CINEMATCH_PORT": str(free_port()),
        "CINEMATCH_METRICS_PORT": str(taken.port),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "cinematch", "serve"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    taken.stop()
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "CINEMATCH_METRICS_PORT" in ended.stderr + ended.stdout


def test_figures_are_told_at_their_own_address_alone() -> None:
    with running(Figures("127.0.0.1", 0, lambda: WELL, lambda: [ONE])) as port:
        assert numbers(get(port)[1]) == {
            'cinematch_part_up{part="relay"}': 1,
            'cinematch_part_degraded{part="relay"}': 0,
            'cinematch_lag{part="relay"}': 3,
            "cinematch_one": 1,
        }
        assert get(port, "/ready")[0] == 404


def test_a_scrape_an_hour_long_opens_no_file_each_time(house: Services) -> None:
    with running(Figures("127.0.0.1", 0, house.health, house.families)) as port:
        get(port)
        first = numbers(get(port)[1])["process_open_fds"]
        for _ in range(20):
            get(port)
        assert numbers(get(port)[1])["process_open_fds"] <= first + 2


def test_many_may_ask_at_once(house: Services) -> None:
    answers: list[int] = []
    with running(Figures("127.0.0.1", 0, house.health, house.families)) as port:
        threads = [threading.Thread(target=lambda: answers.append(get(port)[0])) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 8


def test_behind_mongodb_the_api_tells_of_what_the_worker_made(
    mongo_server: MongoServer, tmp_path: Path
) -> None:
    def settings(name: str) -> Settings:
        url = SecretStr(mongo_server.url("figures"))
        return Settings(data_dir=tmp_path / name, mongodb_url=url)

    roles: tuple[Role, Role] = ("worker", "api")
    worker, api = (build(settings(role), role=role) for role in roles)
    leading = Leading(worker)
    try:
        measured = {"rmse": Measure(0.87, 0.8, 0.9, 30)}
        worker.models.register(model("m1", hold_out=measured), won=True)
        worker.model_jobs.ask("evaluate", {}, None)
        made = told(leading.families())
        figures = told(api.families())
    finally:
        leading.stop()
        api.stop()
    assert figures["cinematch_model_rmse"] == made["cinematch_model_rmse"] == 0.87
    assert figures['cinematch_model_jobs{kind="evaluate",status="waiting"}'] == 1
    assert "cinematch_recommendation_latency_seconds_count" in figures
    assert made["process_open_fds"] > 0


def test_a_role_tells_what_else_it_has_beside_its_health() -> None:
    with running(Probe("127.0.0.1", 0, lambda: WELL, lambda: [ONE])) as port:
        assert numbers(get(port)[1])["cinematch_one"] == 1
        assert get(port, "/ready")[0] == 200
        assert get(port, "/live")[0] == 200


def test_each_name_stands_once_with_its_meaning_whatever_the_parts() -> None:
    parts = {"a": {"status": "ok", "lag": 1}, "b": {"status": "degraded", "lag": 2, "rmse": 0.9}}
    lines = metrics_text({**parts, "c": {"status": "failed", "leading": True}}).splitlines()
    kinds = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert kinds == ["cinematch_part_up", "cinematch_part_degraded", "cinematch_lag"]
    assert numbers("\n".join(lines)) == {
        'cinematch_part_up{part="a"}': 1,
        'cinematch_part_up{part="b"}': 1,
        'cinematch_part_up{part="c"}': 0,
        'cinematch_part_degraded{part="a"}': 0,
        'cinematch_part_degraded{part="b"}': 1,
        'cinematch_part_degraded{part="c"}': 0,
        'cinematch_lag{part="a"}': 1,
        'cinematch_lag{part="b"}': 2,
    }
