"""What `MongoStats` promises beyond the contract: few calls, and nobody else's batch in between."""

import threading
from collections.abc import Callable, Iterator

import pytest
from pymongo import MongoClient
from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

from cinematch.infra.mongo import Collection, MongoStore
from cinematch.infra.ports import Tx
from cinematch.stats.core.delta import Delta, contribution
from cinematch.stats.mongo import COLLECTIONS, MongoStats
from cinematch.stats.ports import UserDelta
from tests.support.builders import facts, image
from tests.support.mongo import MongoServer, fresh_store

AT = "2026-11-21T10:00:00.000000Z"
KES = contribution(image(facts("kes"), "2026-10-17", rating=9))
LESS = contribution(image(facts("kes"), "2026-10-17", rating=4))
USERS = [f"user{number:02}" for number in range(40)]
FIGURES = MongoStats()


@pytest.fixture
def store(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(mongo_server, [*COLLECTIONS, Collection("users")]) as fresh:
        fresh.db["users"].insert_many({"_id": user_id} for user_id in USERS)
        yield fresh


def films(store: MongoStore) -> dict[str, list[int]]:
    return store.snapshot(FIGURES.community).films


def watched(store: MongoStore, user_id: str) -> int:
    return store.snapshot(lambda tx: FIGURES.standing(tx, user_id)).scalars["total_watched"]


def meanwhile(work: Callable[[], None]) -> None:
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def test_a_change_that_the_figures_hold_is_passed_over(store: MongoStore) -> None:
    changes = [UserDelta(user_id, KES, 1, AT) for user_id in USERS[:2]]
    store.transact(lambda tx: FIGURES.apply(tx, changes[:1]))
    store.transact(lambda tx: FIGURES.apply(tx, changes))
    assert [watched(store, user_id) for user_id in USERS[:2]] == [1, 1]
    assert films(store)["kes"][0] == 2


@pytest.mark.parametrize("known", [False, True], ids=["first batch", "later batch"])
def test_of_two_who_apply_the_same_at_once_one_counts(store: MongoStore, known: bool) -> None:
    first = 1
    if known:
        store.transact(lambda tx: FIGURES.apply(tx, [UserDelta("user00", LESS, 1, AT)]))
        first = 2
    change = UserDelta("user00", KES, first, AT)
    runs: list[int] = []

    def work(tx: Tx) -> None:
        runs.append(FIGURES.progress(tx, ["user00"])["user00"])
        if len(runs) == 1:
            meanwhile(lambda: store.transact(lambda other: FIGURES.apply(other, [change])))
        FIGURES.apply(tx, [change])

    store.transact(work)
    assert runs == [first - 1, first]
    assert watched(store, "user00") == first


def test_no_figures_are_left_of_an_account_that_goes_meanwhile(store: MongoStore) -> None:
    runs: list[dict[str, int]] = []

    def erase(tx: Tx) -> None:
        FIGURES.forget(tx, "user00")
        tx.db["users"].delete_one({"_id": "user00"}, session=tx.session)

    def work(tx: Tx) -> None:
        runs.append(FIGURES.progress(tx, ["user00"]))
        if len(runs) == 1:
            meanwhile(lambda: store.transact(erase))
        FIGURES.apply(tx, [UserDelta(user_id, KES, 1, AT) for user_id in runs[-1]])

    store.transact(work)
    assert runs == [{"user00": 0}, {}]
    assert store.db["user_stats"].count_documents({}) == 0


def test_the_community_is_left_to_whom_it_belongs(store: MongoStore) -> None:
    figures = MongoStats(community=False)
    store.transact(lambda tx: figures.add_community(tx, KES))
    minus = Delta(films={"ran": [-1, 0, 0, 0]}, trend_days={("2020-01-01", "film", "ran"): -1})
    store.transact(lambda tx: figures.add_community(tx, minus))
    store.transact(lambda tx: figures.apply(tx, [UserDelta("user00", KES, 1, AT)]))
    store.transact(lambda tx: figures.forget_days(tx, "2099-01-01"))
    community = store.snapshot(figures.community)
    assert community.films == {"kes": [1, 1, 9, 0], "ran": [-1, 0, 0, 0]}
    assert community.trend_days["2026-10-17", "film", "kes"] == 1
    assert store.snapshot(lambda tx: figures.negatives(tx, ["user00"])) == []


class Commands(CommandListener):
    """Counts the commands that read or write."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name not in {"hello", "endSessions", "commitTransaction"}:
            self.names.append(event.command_name)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """What was begun is counted."""

    def failed(self, event: CommandFailedEvent) -> None:
        """What was begun is counted."""


def test_a_batch_takes_as_many_calls_for_many_users_as_for_one(
    store: MongoStore, mongo_server: MongoServer
) -> None:
    commands = Commands()
    name = store.db.name
    client: MongoClient[dict[str, object]] = MongoClient(
        mongo_server.url(name), event_listeners=[commands]
    )
    watched_store = MongoStore(client, name)
    change = Delta()
    for part in (LESS, KES):
        change.add(part)
    calls = []
    for users in (USERS[:1], USERS):
        commands.names.clear()
        for seq, delta in ((10 + len(users), change), (20 + len(users), minus(KES))):
            batch = [UserDelta(user_id, delta, seq, AT) for user_id in users]
            watched_store.transact(lambda tx, b=batch: FIGURES.apply(tx, b))  # type: ignore[misc]
        calls.append(sorted(commands.names))
    client.close()
    assert calls[0] == calls[1]
    # Users held, then affinities, users, films and days; the second batch has nobody new.
    assert calls[0].count("update") == 5 + 4


def minus(delta: Delta) -> Delta:
    return Delta(
        {key: -value for key, value in delta.scalars.items()},
        {key: -value for key, value in delta.counters.items()},
        {key: [-value for value in row] for key, row in delta.affinities.items()},
        dict(delta.names),
        {key: -value for key, value in delta.trend_days.items()},
        {key: [-value for value in row] for key, row in delta.films.items()},
    )
