"""The contract of `stats.ports.CommunityRecords`, run over every store."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.stats.ports import CommunityRecords, CommunityStanding
from cinematch.stats.sqlite.progress import SqliteCommunityRecords

FIRST = CommunityStanding(1, "bootstrap", "2026-09-22")
LATER = CommunityStanding(2, "streaming_incremental", "2026-09-23", "2026-11-22T09:00:00.000000Z")


@dataclass
class Bench:
    """A store with the users u, v and w."""

    store: Store
    records: CommunityRecords

    def seqs(self, *user_ids: str) -> dict[str, int]:
        return self.store.snapshot(lambda tx: self.records.seqs(tx, user_ids))

    def save(self, **seqs: int) -> None:
        self.store.transact(lambda tx: self.records.save_seqs(tx, seqs))


def _insert_rows(tx: Tx) -> None:
    tx.executemany(
        "INSERT INTO users (user_id, username, username_key, password_hash, role, created_at)"
        " VALUES (?, ?, ?, '', 'user', '')",
        [(key, key, key) for key in "uvw"],
    )


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "sqlite":
        database = open_database(tmp_path)
        database.transact(_insert_rows)
        yield Bench(database, SqliteCommunityRecords())
        database.close()
        return
    from cinematch.infra.mongo import Collection
    from cinematch.stats.mongo.progress import COLLECTIONS, MongoCommunityRecords
    from tests.support.mongo import fresh_store

    server = request.getfixturevalue("mongo_server")
    with fresh_store(server, [*COLLECTIONS, Collection("users")]) as store:
        store.db["users"].insert_many([{"_id": key} for key in "uvw"])
        yield Bench(store, MongoCommunityRecords())


def test_who_has_no_progress_is_at_zero_and_who_is_gone_is_left_out(bench: Bench) -> None:
    bench.save(u=7)
    assert bench.seqs("u", "v", "nobody") == {"u": 7, "v": 0}
    assert bench.seqs() == {}


def test_progress_is_saved_over_the_last(bench: Bench) -> None:
    bench.save(u=7, v=1)
    bench.save(u=9)
    bench.save()
    assert bench.seqs("u", "v") == {"u": 9, "v": 1}


def test_everybodys_progress_is_replaced_at_once(bench: Bench) -> None:
    bench.save(u=7, v=1)
    bench.store.transact(lambda tx: bench.records.replace_seqs(tx, {"v": 4, "w": 2}))
    assert bench.seqs("u", "v", "w") == {"u": 0, "v": 4, "w": 2}


def test_to_forget_somebody_tells_where_they_were(bench: Bench) -> None:
    bench.save(u=7)
    told = bench.store.transact(
        lambda tx: (bench.records.forget(tx, "u"), bench.records.forget(tx, "v"))
    )
    assert told == (7, 0)
    assert bench.seqs("u", "v") == {"u": 0, "v": 0}


def test_there_is_no_standing_before_the_first(bench: Bench) -> None:
    assert bench.store.snapshot(bench.records.standing) is None


def test_a_standing_takes_the_place_of_the_last(bench: Bench) -> None:
    for standing in (FIRST, LATER):
        bench.store.transact(lambda tx, new=standing: bench.records.save_standing(tx, new))  # type: ignore[misc]
        assert bench.store.snapshot(bench.records.standing) == standing
    bench.store.transact(bench.records.forget_standing)
    assert bench.store.snapshot(bench.records.standing) is None


def test_a_document_of_a_type_is_published_over_the_last(bench: Bench) -> None:
    lists = {"revision": 1, "top_movies": [{"title": "Kes", "poster_path": None, "count": 3}]}
    for document in (lists, {"revision": 2, "complete": None}):
        bench.store.transact(lambda tx, new=document: bench.records.publish(tx, "a", new))  # type: ignore[misc]
        assert bench.store.snapshot(lambda tx: bench.records.published(tx, "a")) == document
    assert bench.store.snapshot(lambda tx: bench.records.published(tx, "b")) is None


def test_what_fails_leaves_nothing(bench: Bench) -> None:
    def work(tx: Tx) -> None:
        bench.records.save_seqs(tx, {"u": 3})
        bench.records.save_standing(tx, FIRST)
        bench.records.publish(tx, "a", {"revision": 1})
        raise KeyError

    with pytest.raises(KeyError):
        bench.store.transact(work)
    assert bench.seqs("u") == {"u": 0}
    assert bench.store.snapshot(bench.records.standing) is None
    assert bench.store.snapshot(lambda tx: bench.records.published(tx, "a")) is None


def test_progress_saved_for_somebody_who_is_just_leaving_is_not_left_behind(
    bench: Bench,
) -> None:
    """The transaction that forgets and the one that saves meet, also when nothing was there."""
    forgotten, go_on = threading.Event(), threading.Event()

    def leave(tx: Tx) -> None:
        bench.records.forget(tx, "u")
        _remove_user(tx)
        forgotten.set()
        go_on.wait(10)

    def arrive(tx: Tx) -> None:
        held = bench.records.seqs(tx, ["u"])
        bench.records.save_seqs(tx, {user_id: seq + 1 for user_id, seq in held.items()})

    leaving = threading.Thread(target=bench.store.transact, args=(leave,))
    arriving = threading.Thread(target=bench.store.transact, args=(arrive,))
    leaving.start()
    assert forgotten.wait(10)
    arriving.start()
    arriving.join(0.5)
    go_on.set()
    leaving.join(20)
    arriving.join(20)
    assert not leaving.is_alive()
    assert not arriving.is_alive()
    assert bench.store.transact(lambda tx: bench.records.forget(tx, "u")) == 0


def _remove_user(tx: Tx) -> None:
    if hasattr(tx, "db"):
        tx.db["users"].delete_one({"_id": "u"}, session=tx.session)
    else:
        tx.execute("DELETE FROM users WHERE user_id = 'u'")
