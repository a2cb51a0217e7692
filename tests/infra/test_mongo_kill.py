"""The MongoDB server is killed in the middle of work: what was acknowledged is there, and once."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.infra.mongo import Collection, MongoStore, MongoTx, open_mongo, prepare
from cinematch.kit.errors import StoreBusy
from tests.support.mongo import MongoServer

KILLS = 3
BETWEEN = 25
"""Acknowledged transactions between one kill and the next."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[MongoServer]:
    """A server of its own: it is killed, which no other test may feel."""
    server = MongoServer(tmp_path / "mongo")
    server.start()
    yield server
    server.stop()


class Teller:
    """Moves one from account to account, each transfer under a number that it keeps with it."""

    def __init__(self, store: MongoStore) -> None:
        self.store = store
        self.acknowledged: list[int] = []
        self.stopping = threading.Event()
        self.refused = 0
        self.failure: BaseException | None = None

    def run(self) -> None:
        try:
            for number in range(1_000_000):
                if self.stopping.is_set():
                    return
                self._send(number)
                self.acknowledged.append(number)
        except BaseException as error:
            self.failure = error
            raise

    def _send(self, number: int) -> None:
        """As a client does: who got no answer sends the same again."""
        while True:
            try:
                return self.store.transact(lambda tx: self._transfer(tx, number))
            except StoreBusy:
                self.refused += 1

    def _transfer(self, tx: MongoTx, number: int) -> None:
        if tx.db["done"].find_one({"_id": number}, session=tx.session):
            return
        for name, by in (("giving", -1), ("taking", 1)):
            held = tx.db["held"].find_one({"_id": name}, session=tx.session) or {"amount": 0}
            tx.db["held"].replace_one(
                {"_id": name}, {"amount": held["amount"] + by}, upsert=True, session=tx.session
            )
        tx.db["done"].insert_one({"_id": number}, session=tx.session)

    def wait_for(self, count: int) -> None:
        deadline = time.monotonic() + 90
        while len(self.acknowledged) < count and self.failure is None:
            assert time.monotonic() < deadline, f"{len(self.acknowledged)} of {count}"
            threading.Event().wait(0.005)


def test_every_acknowledged_transaction_outlives_the_server_whole_and_once(
    server: MongoServer,
) -> None:
    store = open_mongo(server.url("killed"))
    try:
        prepare(store, [Collection("held"), Collection("done")])
        teller = Teller(store)
        thread = threading.Thread(target=teller.run)
        thread.start()
        try:
            for _ in range(KILLS):
                teller.wait_for(len(teller.acknowledged) + BETWEEN)
                server.kill()
                server.start()
            teller.wait_for(len(teller.acknowledged) + BETWEEN)
        finally:
            teller.stopping.set()
            thread.join()
        assert teller.failure is None
        check(store, teller)
    finally:
        store.close()


def test_a_server_that_says_nothing_any_more_holds_nobody_for_long(server: MongoServer) -> None:
    """As when the line is cut: nothing is refused, nothing comes."""
    store = open_mongo(server.url("silent"), answering=1.0)

    def work(tx: MongoTx) -> None:
        tx.db["held"].insert_one({"_id": 1}, session=tx.session)
        server.freeze()
        tx.db["held"].insert_one({"_id": 2}, session=tx.session)

    try:
        prepare(store, [Collection("held")])
        began = time.monotonic()
        with pytest.raises(StoreBusy):
            store.transact(work)
        assert time.monotonic() - began < 120
        server.thaw()
        wait_until_it_answers(store)
        later = {"_id": 3}
        store.transact(lambda tx: tx.db["held"].insert_one(later, session=tx.session))
        assert store.snapshot(lambda tx: tx.db["held"].find_one(later, session=tx.session))
    finally:
        server.thaw()
        store.close()


def wait_until_it_answers(store: MongoStore) -> None:
    deadline = time.monotonic() + 90
    while True:
        try:
            return store.ping()
        except StoreBusy:
            assert time.monotonic() < deadline


def check(store: MongoStore, teller: Teller) -> None:
    done, held = store.snapshot(
        lambda tx: (
            [one["_id"] for one in tx.db["done"].find(session=tx.session).sort("_id", 1)],
            {one["_id"]: one["amount"] for one in tx.db["held"].find(session=tx.session)},
        )
    )
    assert len(teller.acknowledged) > KILLS * BETWEEN
    assert done == teller.acknowledged
    assert held == {"giving": -len(done), "taking": len(done)}
