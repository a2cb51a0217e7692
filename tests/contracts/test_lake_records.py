"""The contract of `lake.ports.LakeRecords`, run over every store."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.lake.core import FileName
from cinematch.lake.ports import LakeRecords
from cinematch.lake.sqlite import SqliteLakeRecords

FIRST, SECOND, THIRD = (FileName(f"2026-03-0{n}", n, "ab") for n in (1, 2, 3))


@dataclass
class Bench:
    """A store with the records on it."""

    store: Store
    records: LakeRecords

    def add(self, *names: FileName) -> None:
        self.store.transact(lambda tx: self.records.add(tx, names))

    def waiting(self, limit: int = 10) -> list[FileName]:
        return self.store.snapshot(lambda tx: self.records.waiting(tx, limit))


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        database = open_database(tmp_path)
        yield Bench(database, SqliteLakeRecords())
        database.close()
        return
    from cinematch.lake.mongo import COLLECTIONS, MongoLakeRecords
    from tests.support.mongo import fresh_store

    with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
        yield Bench(store, MongoLakeRecords())


def test_files_wait_in_the_order_of_days_each_once(bench: Bench) -> None:
    bench.add(THIRD, FIRST)
    bench.add(SECOND, FIRST)
    bench.add()
    assert bench.waiting() == [FIRST, SECOND, THIRD]
    assert bench.waiting(2) == [FIRST, SECOND]


def test_what_is_shown_waits_no_more(bench: Bench) -> None:
    bench.add(FIRST, SECOND, THIRD)
    bench.store.transact(lambda tx: bench.records.shown(tx, [FIRST, THIRD]))
    assert bench.waiting() == [SECOND]


def test_a_transaction_that_fails_leaves_nothing_waiting(bench: Bench) -> None:
    def work(tx: Tx) -> None:
        bench.records.add(tx, [FIRST])
        raise KeyError

    with pytest.raises(KeyError):
        bench.store.transact(work)
    assert bench.waiting() == []


def test_who_is_to_leave_is_noted_once_until_it_is_done(bench: Bench) -> None:
    for user_id in ("v", "u", "v"):
        bench.store.transact(lambda tx, one=user_id: bench.records.owe(tx, one))  # type: ignore[misc]
    assert bench.store.snapshot(bench.records.owed) == ["u", "v"]
    bench.store.transact(lambda tx: bench.records.settle(tx, ["v"]))
    assert bench.store.snapshot(bench.records.owed) == ["u"]
