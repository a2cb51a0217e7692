"""The contract of `recommender.ports.ModelsRepository`, run over every store."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.recommender.core.records import ModelRecord
from cinematch.recommender.mongo import COLLECTIONS, MongoModels
from cinematch.recommender.ports import ModelsRepository
from cinematch.recommender.sqlite import SqliteModels
from tests.support.mongo import fresh_store

FIRST = ModelRecord(
    version="m1",
    status="challenger",
    created_at="2026-03-01T10:00:00.000000Z",
    manifest={"hold_out": {"ndcg@10": {"value": 0.5}}, "histograms": {"stars": {"4.5": 1.0}}},
)
SECOND = replace(FIRST, version="m2", created_at="2026-03-02T10:00:00.000000Z")


class Bench:
    """A store and the registry."""

    def __init__(self, store: Store, models: ModelsRepository) -> None:
        self.store = store
        self.models = models

    def add(self, *records: ModelRecord) -> None:
        for record in records:
            self.store.transact(lambda tx, one=record: self.models.add(tx, one))  # type: ignore[misc]

    def save(self, record: ModelRecord) -> None:
        self.store.transact(lambda tx: self.models.save(tx, record))

    def get(self, version: str) -> ModelRecord | None:
        return self.store.snapshot(lambda tx: self.models.get(tx, version))

    def all(self) -> list[ModelRecord]:
        return self.store.snapshot(self.models.all)

    def champion(self) -> ModelRecord | None:
        return self.store.snapshot(self.models.champion)


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "mongo":
        with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
            yield Bench(store, MongoModels())
        return
    database = open_database(tmp_path)
    yield Bench(database, SqliteModels())
    database.close()


def test_a_model_is_read_as_it_was_saved(bench: Bench) -> None:
    assert bench.get("m1") is None
    bench.add(FIRST)
    assert bench.get("m1") == FIRST
    promoted = replace(FIRST, status="champion", promoted_at="2026-03-03T10:00:00.000000Z")
    bench.save(promoted)
    assert bench.get("m1") == bench.champion() == promoted


def test_all_come_newest_first_and_go_one_by_one(bench: Bench) -> None:
    bench.add(FIRST, SECOND, replace(SECOND, version="m2b"))
    assert [one.version for one in bench.all()] == ["m2b", "m2", "m1"]
    bench.store.transact(lambda tx: bench.models.remove(tx, "m2"))
    bench.store.transact(lambda tx: bench.models.remove(tx, "none"))
    assert [one.version for one in bench.all()] == ["m2b", "m1"]


def test_nobody_serves_until_somebody_does(bench: Bench) -> None:
    bench.add(FIRST, replace(SECOND, status="retired"))
    assert bench.champion() is None


def test_of_two_made_champion_at_once_one_follows_the_other(bench: Bench) -> None:
    bench.add(FIRST, SECOND)
    looked = threading.Barrier(2)

    def serve(record: ModelRecord) -> None:
        def work(tx: Tx) -> None:
            before = bench.models.champion(tx)
            with suppress(threading.BrokenBarrierError):
                looked.wait(0.5)  # in MongoDB both have looked, and nobody has written
            if before is not None:
                bench.models.save(tx, replace(before, status="retired"))
            bench.models.save(tx, replace(record, status="champion"))

        bench.store.transact(work)

    both = [threading.Thread(target=serve, args=(one,)) for one in (FIRST, SECOND)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(one.status for one in bench.all()) == ["champion", "retired"]
