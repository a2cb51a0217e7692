"""A lease: one holder at a time, over processes, and a successor when the holder is gone."""

import threading
from collections.abc import Iterator

import pytest

from cinematch.infra.mongo import MongoStore
from cinematch.infra.mongo.leases import COLLECTIONS, MongoLease
from cinematch.kit.clock import system_clock
from tests.support.house import PushedClock
from tests.support.mongo import MongoServer, fresh_store


@pytest.fixture
def store(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(mongo_server, COLLECTIONS) as fresh:
        yield fresh


def test_one_holds_it_until_it_runs_out_or_is_given_back(store: MongoStore) -> None:
    clock = PushedClock()
    one = MongoLease(store, "worker", "one", clock, seconds=15)
    two = MongoLease(store, "worker", "two", clock, seconds=15)
    assert one.take()
    assert not two.take()
    clock.push(seconds=10)
    assert one.take(), "the holder renews it"
    clock.push(seconds=10)
    assert not two.take()
    clock.push(seconds=6)
    assert two.take(), "the holder was not heard of"
    assert not one.take()
    one.give_back()
    assert not one.take(), "what is another's cannot be given back"
    two.give_back()
    assert one.take()


def test_many_who_try_at_once_give_one_holder(store: MongoStore) -> None:
    clock = PushedClock()
    won: list[str] = []

    def attempt(name: str) -> None:
        if MongoLease(store, "worker", name, clock).take():
            won.append(name)

    threads = [threading.Thread(target=attempt, args=(f"holder-{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_what_cannot_begin_is_ended_and_begun_again(store: MongoStore) -> None:
    tries: list[str] = []
    began = threading.Event()

    def begin() -> None:
        tries.append("begin")
        if len(tries) == 1:
            raise OSError("the store went away just now")
        began.set()

    def end() -> None:
        tries.append("end")
        raise OSError("it is still away")

    lease = MongoLease(store, "worker", "one", system_clock, seconds=0.6)
    lease.keep(begin, end)
    try:
        assert began.wait(20)
        assert tries == ["begin", "end", "begin"]
    finally:
        lease.stop()
    assert tries[-1] == "end"
    assert MongoLease(store, "worker", "two", system_clock).take(), "it was given back"


def test_work_begins_with_the_lease_and_passes_to_the_next_when_the_first_stops(
    store: MongoStore,
) -> None:
    began, ended = threading.Event(), threading.Event()
    one = MongoLease(store, "worker", "one", system_clock, seconds=0.6)
    two = MongoLease(store, "worker", "two", system_clock, seconds=0.6)
    one.keep(began.set, ended.set)
    assert began.wait(10)
    began.clear()
    two.keep(began.set, ended.set)
    try:
        assert not began.is_set()
        one.stop()
        assert ended.is_set()
        assert began.wait(10)
    finally:
        one.stop()
        two.stop()
