"""kill -9 of the database while batches are applied: nothing is lost, and nothing counts twice."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from cinematch.infra.mongo import Collection, MongoStore, open_mongo, prepare
from cinematch.infra.ports import Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import Delta, contribute
from cinematch.stats.mongo import COLLECTIONS, MongoStats
from cinematch.stats.ports import UserDelta
from tests.support.builders import facts, image, person
from tests.support.mongo import MongoServer

AT = "2026-11-21T10:00:00.000000Z"
USERS = tuple(f"user{number}" for number in range(6))
FILMS = [facts(f"f{number}", directors=(person(f"P{number % 5}"),)) for number in range(20)]
KILLS = 4


class Writer(threading.Thread):
    """Applies batches until it is told to stop; what it meant to be true stands in `truth`.

    Each batch is made from the `seq` that the figures hold, as a follower's is: one whose answer
    was lost is not made again when it was kept.
    """

    def __init__(self, store: MongoStore) -> None:
        super().__init__(daemon=True)
        self.store, self.figures = store, MongoStats()
        self.stopping, self.applied = threading.Event(), 0
        self.failure: BaseException | None = None
        self._history: dict[str, list[Delta]] = {user_id: [] for user_id in USERS}
        self._chance = random.Random(20261121)

    def run(self) -> None:
        try:
            while not self.stopping.is_set():
                self._batch()
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.failure = error

    def _batch(self) -> None:
        for user_id in USERS:
            self._history[user_id].append(self._something(user_id))
        while not self.stopping.is_set():
            try:
                self.store.transact(self.write)
            except StoreBusy:
                continue
            self.applied += 1
            return

    def write(self, tx: Tx) -> None:
        """Apply what the figures do not hold yet."""
        held = self.figures.progress(tx, USERS)
        changes = []
        for user_id, seq in held.items():
            total = Delta()
            for delta in self._history[user_id][seq:]:
                total.add(delta)
            last = len(self._history[user_id])
            if last > seq:
                changes.append(UserDelta(user_id, total, last, AT))
        self.figures.apply(tx, changes)

    def _something(self, user_id: str) -> Delta:
        """Return a film more, or take back what was added a while ago."""
        history, delta = self._history[user_id], Delta()
        place = len(history)
        if place % 3 == 2:
            return negative(history[place - 1])
        film = self._chance.choice(FILMS)
        day = f"2026-10-{self._chance.randint(10, 28)}"
        contribute(delta, image(film, day, rating=self._chance.randint(1, 10)), 1)
        return delta

    def truth(self, user_id: str) -> Delta:
        """Return the sum of everything that happened to a user."""
        total = Delta()
        for delta in self._history[user_id]:
            total.add(delta)
        return total


def negative(delta: Delta) -> Delta:
    return Delta(
        {key: -value for key, value in delta.scalars.items()},
        {key: -value for key, value in delta.counters.items()},
        {key: [-value for value in row] for key, row in delta.affinities.items()},
        dict(delta.names),
        {key: -value for key, value in delta.trend_days.items()},
        {key: [-value for value in row] for key, row in delta.films.items()},
    )


@contextmanager
def own_server(folder: Path) -> Iterator[MongoServer]:
    server = MongoServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.slow
def test_a_server_killed_while_batches_are_applied_loses_and_doubles_nothing(
    tmp_path: Path,
) -> None:
    chance = random.Random(5)
    with own_server(tmp_path) as server:
        store = open_mongo(server.url("kill"))
        prepare(store, [*COLLECTIONS, Collection("users")])
        store.db["users"].insert_many({"_id": user_id} for user_id in USERS)
        writer = Writer(store)
        writer.start()
        for _ in range(KILLS):
            wait_for_more(writer)
            threading.Event().wait(chance.random() * 0.1)  # any moment of a batch
            server.kill()
            server.start()
        wait_for_more(writer)
        writer.stopping.set()
        writer.join(60)
        assert not writer.is_alive()
        assert writer.failure is None
        store.transact(writer.write)  # what the last one may not have come to
        check(store, writer)
        store.close()


def wait_for_more(writer: Writer) -> None:
    """Wait for a few batches more than there are."""
    wanted, still = writer.applied + 3, threading.Event()
    for _ in range(6000):
        if writer.applied >= wanted or writer.failure:
            return
        still.wait(0.01)
    raise AssertionError("nothing more was applied")


def check(store: MongoStore, writer: Writer) -> None:
    """Compare everybody's figures, and the community's, with their recomputation."""
    everybody = Delta()
    for user_id in USERS:
        truth = writer.truth(user_id)
        everybody.add(Delta(films=truth.films, trend_days=truth.trend_days))
        truth.films, truth.trend_days = {}, {}
        known = store.snapshot(lambda tx, u=user_id: writer.figures.figures(tx, u))  # type: ignore[misc]
        assert known == truth.pruned()
    assert store.snapshot(writer.figures.community) == everybody.pruned()
    assert store.snapshot(lambda tx: writer.figures.negatives(tx, USERS)) == []
