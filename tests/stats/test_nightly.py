"""The nightly batch with a real Spark, on a lake that the lake's own writer filled."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from pyspark.sql import SparkSession

from cinematch.bootstrap.nightly import JOB, freeze
from cinematch.infra.mongo import MongoStore
from cinematch.ops.mongo import MongoOps
from cinematch.ops.ports import JobRun
from cinematch.stats.spark.nightly import LakeHistories
from scripts.jars import ensure
from tests.support.mongo import MongoServer
from tests.support.nightly import NightBench, mongo_night, sqlite_night
from tests.support.spark import spark_session

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(600)]
USERS = [f"user{number:02}" for number in range(50)]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session("nightly") as session:
        yield session


@pytest.fixture
def bench(mongo_server: MongoServer, tmp_path: Path) -> Iterator[NightBench]:
    with mongo_night(mongo_server, tmp_path) as built:
        yield built


@pytest.fixture
def night(spark: SparkSession, tmp_path: Path) -> Iterator[NightBench]:
    """A bench whose lake is counted by Spark."""
    with sqlite_night(tmp_path, films=80) as built:
        built.histories = LakeHistories(
            lambda: nullcontext(spark),
            lambda folder: freeze(built.lake.files, folder),
            built.folder / "batch",
        )
        yield built


def test_thousands_of_events_come_to_the_figures_of_the_stream(night: NightBench) -> None:
    night.live(USERS, 60)
    night.stream()
    night.fill(*USERS[:48])
    night.fill(USERS[48], without=[30])
    night.ground.tamper(USERS[3], "rated", 1)
    first = night.run()
    assert (first.users, first.from_lake, first.from_films) == (50, 48, 2)
    assert [one["user_id"] for one in first.differences] == night.rebuilt == [USERS[3]]
    assert night.differing() == []
    again = night.run()
    assert (again.differing, again.leftovers) == (0, 0)
    assert night.differing() == []
    assert again.training["fingerprint"] == first.training["fingerprint"]
    assert not (night.folder / "batch").exists()
    _read_by_engines(night, again.training)


def _read_by_engines(night: NightBench, manifest: dict[str, Any]) -> None:
    files = night.folder / "training" / "ratings" / f"version={manifest['version']}" / "*.parquet"
    ratings = pl.read_parquet(str(files), hive_partitioning=False)
    truth = sum(len(night.last_events(user_id)) for user_id in USERS)
    assert len(ratings) == manifest["rows"] == truth
    assert ratings["user"].n_unique() == manifest["users"] == 50
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT count(*), min(half_stars), max(half_stars), count(DISTINCT film_id)"
            " FROM read_parquet(?)",
            [str(files)],
        ).fetchone()
    assert found == (truth, 1, 10, manifest["films"])


def test_an_empty_lake_has_everybody_counted_from_their_films(night: NightBench) -> None:
    night.live(USERS[:3], 5)
    night.stream()
    done = night.run()
    assert (done.from_films, done.differing) == (3, 0)
    assert night.differing() == []


class Told(Exception):
    pass


def test_told_to_stop_while_spark_works_it_leaves_off_and_spark_works_on(night: NightBench) -> None:
    night.live(USERS[:3], 5)
    night.stream()
    night.fill()

    def stop(what: str, _done: int, _total: int) -> None:
        if what == "reading the lake":
            raise Told

    with pytest.raises(Told):
        night.run(stop)
    assert not (night.folder / "batch").exists()
    assert night.store.snapshot(night.records.standing).version is None
    assert night.run().from_lake == 3
    assert night.differing() == []


class Command:
    """`cinematch batch nightly` on a bench's database and folder."""

    def __init__(self, bench: NightBench, server: MongoServer) -> None:
        store = bench.store
        assert isinstance(store, MongoStore)
        self.folder = bench.folder
        self._environ = {
            **os.environ,
            "MONGODB_URL": server.url(store.db.name),
            "CINEMATCH_DATA_DIR": str(bench.folder),
            "CINEMATCH_LAKE": "1",
            "CINEMATCH_SPARK_MASTER": "local[2]",
            "CINEMATCH_SPARK_MEMORY": "512m",
            "CINEMATCH_SPARK_JARS": str(ensure("spark")),
        }

    def start(self, *options: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "cinematch", "batch", "nightly", "--json", *options],
            env=self._environ,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def until_it_reads(self, running: "subprocess.Popen[str]") -> None:
        """Return when the lake is being read."""
        wait_for((self.folder / "batch" / "lake").exists, running)


def wait_for(condition: Callable[[], bool], running: "subprocess.Popen[str]") -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert running.poll() is None, "It ended by itself."
        assert time.monotonic() < deadline, "It did not come about within two minutes."
        time.sleep(0.02)


def record(bench: NightBench) -> JobRun:
    [run] = [run for run in bench.store.snapshot(MongoOps().jobs) if run.name == JOB]
    return run


def test_killed_or_told_to_stop_the_command_leaves_what_was_there(
    bench: NightBench, mongo_server: MongoServer
) -> None:
    bench.live(USERS[:5], 10)
    bench.stream()
    bench.fill()
    first = bench.run()
    bench.ground.tamper(USERS[1], "liked", 77)
    command = Command(bench, mongo_server)
    with command.start() as killed:
        try:
            command.until_it_reads(killed)
        finally:
            os.killpg(killed.pid, signal.SIGKILL)
    (bench.folder / "batch" / "mark").touch()
    with command.start() as told:  # waits until the lease of the dead one has run out
        wait_for(lambda: not (bench.folder / "batch" / "mark").exists(), told)
        told.send_signal(signal.SIGTERM)
        assert told.wait(60) == 130
    assert record(bench).finished_at is None
    assert bench.store.snapshot(bench.records.standing).version == first.version
    assert bench.manifest()["version"] == first.version
    assert not (bench.folder / "batch").exists()
    with command.start("--report-only") as looking:
        answer = json.loads(looking.communicate(timeout=200)[0])
        assert looking.returncode == 1
    assert [one["user_id"] for one in answer["differences"]] == [USERS[1]]
    assert (answer["unrepaired"], answer["from_lake"]) == (1, 5)
    assert record(bench).result == answer
    assert bench.store.snapshot(bench.records.standing).version == answer["version"]
    assert bench.manifest() == answer["training"]
