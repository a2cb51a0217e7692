"""What every store must do with settings of the installation and the record of its jobs."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cinematch.infra.mongo import Collection, MongoStore
from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.ops.mongo import COLLECTIONS, MongoOps
from cinematch.ops.ports import JobRun, OpsRepository
from cinematch.ops.sqlite import SqliteOps
from tests.support.builders import facts
from tests.support.mongo import fresh_store
from tests.support.tracker import write_films

EARLY, LATER = "2026-03-01T02:00:00.000000Z", "2026-03-01T02:00:09.000000Z"


COUNTED = tuple(Collection(name) for name in ("users", "movies_catalog", "movies", "outbox"))


@pytest.fixture(params=["sqlite", "mongo"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "mongo":
        server = request.getfixturevalue("mongo_server")
        with fresh_store(server, [*COLLECTIONS, *COUNTED]) as fresh:
            yield fresh
        return
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def records(store: Store) -> OpsRepository:
    return MongoOps() if isinstance(store, MongoStore) else SqliteOps()


@pytest.mark.parametrize("value", [True, False, 0, 14, "“Sì” 🎬", [1, "a"], {"deep": [None]}])
def test_a_setting_is_read_as_it_was_saved(
    store: Store, records: OpsRepository, value: Any
) -> None:
    store.transact(lambda tx: records.save_setting(tx, "name", "before"))
    store.transact(lambda tx: records.save_setting(tx, "name", value))
    assert store.snapshot(lambda tx: records.setting(tx, "name")) == value
    assert store.snapshot(lambda tx: records.setting(tx, "other")) is None


def test_of_many_who_count_up_one_setting_at_once_none_is_lost(
    store: Store, records: OpsRepository
) -> None:
    def add(tx: Tx) -> None:
        records.save_setting(tx, "n", (records.setting(tx, "n") or 0) + 1)

    def many() -> None:
        for _ in range(10):
            store.transact(add)

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.snapshot(lambda tx: records.setting(tx, "n")) == 40


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
    if isinstance(store, MongoStore):
        store.db["movies_catalog"].insert_many([{"_id": "senso"}, {"_id": "rocco"}])
    else:
        store.transact(lambda tx: write_films(tx, [facts("senso"), facts("rocco")]))
    assert store.snapshot(records.counts) == {"users": 0, "films": 2, "entries": 0, "events": 0}
