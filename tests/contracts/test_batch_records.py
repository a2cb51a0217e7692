"""The contract of `stats.ports.BatchRecords`, run over every store."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.stats.core.delta import Delta
from cinematch.stats.core.recount import to_plain
from cinematch.stats.ports import BatchFigures, BatchRecords, BatchVersion
from cinematch.stats.sqlite.batch import SqliteBatchRecords

AT = "2026-11-22T03:00:00.000000Z"
FIGURES = to_plain(
    Delta(
        scalars={"liked": 2**40},
        counters={("year", ""): 2, ("context", "St. Ives, 5 $"): 1},
        affinities={("genre", "War"): [1, 0, 0]},
        names={("genre", "War"): "War"},
    )
)


@dataclass
class Bench:
    """A store with the users u, v and w."""

    store: Store
    records: BatchRecords

    def begin(self, version: str) -> None:
        self.store.transact(lambda tx: self.records.begin(tx, version))

    def write(self, version: str, *user_ids: str) -> list[str]:
        figures = [BatchFigures(one, place, 7, FIGURES) for place, one in enumerate(user_ids)]
        return self.store.transact(lambda tx: self.records.write(tx, version, figures))

    def switch(self, version: str, users: int = 2) -> bool:
        return self.store.transact(lambda tx: self.records.switch(tx, version, AT, users))

    def sweep(self, limit: int = 100) -> int:
        return self.store.transact(lambda tx: self.records.sweep(tx, limit))

    def seen(self, user_id: str) -> BatchFigures | None:
        return self.store.snapshot(lambda tx: self.records.figures(tx, user_id))

    def standing(self) -> BatchVersion:
        return self.store.snapshot(self.records.standing)

    def numbers(self, version: str, after: int = -1, limit: int = 9) -> list[int]:
        return self.store.snapshot(lambda tx: self.records.numbers(tx, version, after, limit))

    def remove_user(self, tx: Tx, user_id: str) -> None:
        """Remove an account with what hangs on it."""
        if hasattr(tx, "db"):
            for name in ("users", "user_stats_batch"):
                tx.db[name].delete_many({"user_id": user_id}, session=tx.session)
        else:
            tx.execute("DELETE FROM users WHERE user_id = ?", (user_id,))


def _insert_rows(tx: Tx) -> None:
    tx.executemany(
        "INSERT INTO users (user_id, username, username_key, password_hash, role, seq, created_at)"
        " VALUES (?, ?, ?, '', 'user', ?, '')",
        [(key, key, key, seq) for seq, key in enumerate("uvw")],
    )


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        database = open_database(tmp_path)
        database.transact(_insert_rows)
        yield Bench(database, SqliteBatchRecords())
        database.close()
        return
    from cinematch.infra.mongo import Collection
    from cinematch.stats.mongo.batch import COLLECTIONS, MongoBatchRecords
    from tests.support.mongo import fresh_store

    server = request.getfixturevalue("mongo_server")
    with fresh_store(server, [*COLLECTIONS, Collection("users")]) as store:
        store.db["users"].insert_many(
            [{"_id": key, "user_id": key, "seq": seq} for seq, key in enumerate("uvw")]
        )
        yield Bench(store, MongoBatchRecords())


def test_before_the_first_batch_nothing_is_seen(bench: Bench) -> None:
    assert bench.standing() == BatchVersion()
    assert bench.seen("u") is None
    assert bench.sweep() == 0


def test_users_come_by_id_with_their_last_event(bench: Bench) -> None:
    read = bench.records.users
    assert bench.store.snapshot(lambda tx: read(tx, "", 2)) == [("u", 0), ("v", 1)]
    assert bench.store.snapshot(lambda tx: read(tx, "v", 2)) == [("w", 2)]
    assert bench.store.snapshot(lambda tx: read(tx, "w", 2)) == []
    assert bench.store.snapshot(bench.records.count) == 3


def test_a_batch_is_seen_from_the_switch_on_and_the_last_one_until_then(bench: Bench) -> None:
    bench.begin("one")
    assert bench.write("one", "u", "v") == ["u", "v"]
    assert bench.seen("u") is None
    assert bench.switch("one")
    assert bench.seen("u") == BatchFigures("u", 0, 7, FIGURES)
    assert bench.standing() == BatchVersion("one", None, None, AT, 2)
    bench.begin("two")
    bench.write("two", "w", "u")
    assert bench.seen("u") == BatchFigures("u", 0, 7, FIGURES)
    assert bench.seen("w") is None
    assert bench.switch("two", users=3)
    assert bench.seen("u") == BatchFigures("u", 1, 7, FIGURES)
    assert bench.seen("v") is None
    assert bench.standing() == BatchVersion("two", "one", None, AT, 3)


def test_a_batch_that_another_took_over_from_cannot_be_switched_to(bench: Bench) -> None:
    bench.begin("old")
    bench.write("old", "u")
    bench.begin("new")
    bench.write("new", "v")
    assert not bench.switch("old")
    assert bench.standing().version is None
    assert bench.switch("new")
    assert not bench.switch("new")
    assert bench.seen("v") is not None


def test_what_is_of_no_batch_is_swept_some_at_a_time(bench: Bench) -> None:
    for version in ("one", "killed", "two"):
        bench.begin(version)
        bench.write(version, "u", "v", "w")
        if version == "one":
            bench.switch(version)
    assert [bench.sweep(2), bench.sweep(2), bench.sweep(2)] == [2, 1, 0]
    assert bench.numbers("killed") == []
    assert bench.numbers("one") == bench.numbers("two") == [0, 1, 2]
    bench.switch("two")
    assert bench.sweep() == 3
    assert bench.numbers("one") == []
    assert bench.seen("w") is not None


def test_numbers_come_in_order_page_by_page(bench: Bench) -> None:
    bench.begin("one")
    bench.write("one", "w", "u", "v")
    assert bench.numbers("one", limit=2) == [0, 1]
    assert bench.numbers("one", after=1) == [2]


def test_figures_too_large_to_be_kept_are_not_seen_but_numbered(bench: Bench) -> None:
    bench.begin("one")
    large = [BatchFigures("u", 4, 7, None)]
    assert bench.store.transact(lambda tx: bench.records.write(tx, "one", large)) == ["u"]
    bench.switch("one")
    assert bench.seen("u") is None
    assert bench.numbers("one") == [4]


def test_who_is_gone_is_not_written_and_who_goes_is_removed(bench: Bench) -> None:
    bench.begin("one")
    assert bench.write("one", "u", "nobody", "v") == ["u", "v"]
    bench.switch("one")
    bench.store.transact(lambda tx: bench.remove_user(tx, "v"))
    assert bench.numbers("one") == [0]
    assert bench.write("one") == []


def test_an_account_that_goes_meanwhile_leaves_nothing_behind(bench: Bench) -> None:
    bench.begin("one")
    first = threading.Event()
    tried: list[int] = []

    def erase() -> None:
        first.wait(10)
        bench.store.transact(lambda tx: bench.remove_user(tx, "u"))

    erasing = threading.Thread(target=erase)
    erasing.start()

    def work(tx: Tx) -> list[str]:
        written = bench.records.write(tx, "one", [BatchFigures("u", 0, 7, FIGURES)])
        tried.append(1)
        first.set()
        erasing.join(0.3)  # the other has its chance to run into ours
        return written

    bench.store.transact(work)
    erasing.join(30)
    assert not erasing.is_alive()
    assert bench.numbers("one") == []


def test_readers_see_one_batch_or_the_other_while_it_is_switched(bench: Bench) -> None:
    for version in ("one", "two"):
        bench.begin(version)
        bench.write(version, *("uvw" if version == "one" else "wvu"))
        if version == "one":
            bench.switch(version)

    def read(tx: Tx) -> list[int]:
        before = bench.records.figures(tx, "u")
        switching = threading.Thread(target=lambda: (bench.switch("two"), bench.sweep()))
        switching.start()
        switching.join(10)
        after = bench.records.figures(tx, "w")
        return [one.number for one in (before, after) if one is not None]

    assert bench.store.snapshot(read) == [0, 2]
    assert bench.sweep() in {0, 3}
    after = bench.seen("w")
    assert after is not None
    assert after.number == 0
