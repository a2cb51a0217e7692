"""What every store must do with settings of the installation and the record of its jobs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cinematch.infra.ports import Store
from cinematch.infra.sqlite import open_database
from cinematch.ops.ports import JobRun, OpsRepository
from cinematch.ops.sqlite import SqliteOps
from tests.support.builders import facts
from tests.support.tracker import write_films

EARLY, LATER = "2026-03-01T02:00:00.000000Z", "2026-03-01T02:00:09.000000Z"


@pytest.fixture(params=["sqlite"])
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def records() -> OpsRepository:
    return SqliteOps()


@pytest.mark.parametrize("value", [True, False, 0, 14, "“Sì” 🎬", [1, "a"], {"deep": [None]}])
def test_a_setting_is_read_as_it_was_saved(
    store: Store, records: OpsRepository, value: Any
) -> None:
    store.transact(lambda tx: records.save_setting(tx, "name", "before"))
    store.transact(lambda tx: records.save_setting(tx, "name", value))
    assert store.snapshot(lambda tx: records.setting(tx, "name")) == value
    assert store.snapshot(lambda tx: records.setting(tx, "other")) is None


def test_a_job_is_on_record_from_its_beginning(store: Store, records: OpsRepository) -> None:
    assert store.snapshot(records.jobs) == []
    store.transact(lambda tx: records.job_started(tx, "verify", EARLY))
    (running,) = store.snapshot(records.jobs)
    assert running == JobRun("verify", EARLY, None, None)
    assert not running.succeeded
    store.transact(lambda tx: records.job_finished(tx, "verify", LATER, {"differences": 0}))
    (done,) = store.snapshot(records.jobs)
    assert done == JobRun("verify", EARLY, LATER, {"differences": 0})
    assert done.succeeded


def test_a_new_run_takes_the_place_of_the_last_and_of_no_other_job(
    store: Store, records: OpsRepository
) -> None:
    for name in ("verify", "backup"):
        store.transact(lambda tx, n=name: records.job_started(tx, n, EARLY))  # type: ignore[misc]
        store.transact(
            lambda tx, n=name: records.job_finished(tx, n, EARLY, {"error": "no room"})  # type: ignore[misc]
        )
    store.transact(lambda tx: records.job_started(tx, "backup", LATER))
    assert store.snapshot(records.jobs) == [
        JobRun("backup", LATER, None, None),
        JobRun("verify", EARLY, EARLY, {"error": "no room"}),
    ]
    assert not any(run.succeeded for run in store.snapshot(records.jobs))


def test_it_counts_what_there_is(store: Store, records: OpsRepository) -> None:
    assert set(store.snapshot(records.counts).values()) == {0}
    store.transact(lambda tx: write_films(tx, [facts("senso"), facts("rocco")]))
    assert store.snapshot(records.counts) == {"users": 0, "films": 2, "entries": 0, "events": 0}
