"""Any changes, flushes, kills, losses and rebuilds: figures are always those of their `seq`."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.workload import write_users
from cinematch.infra.mongo import Collection
from cinematch.infra.ports import Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import SCALARS, Delta, fold
from cinematch.stats.core.views import AFFINITY_TYPES, AffinityRow
from cinematch.stats.mongo import COLLECTIONS, MongoStats
from cinematch.stats.ports import AffinityQuery, StatsRepository, UserDelta
from cinematch.stats.redis import SpeedFlusher
from cinematch.stats.redis.merging import order_of
from cinematch.stats.sqlite import SqliteStats
from tests.support.mongo import MongoServer, fresh_store
from tests.support.redis import RedisServer
from tests.support.speed import Speed, speed_over
from tests.support.strategies import histories

AT = "2026-11-21T10:00:00.000000Z"
_numbers = itertools.count()
WHO = st.integers(0, 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("apply"), WHO, st.integers(1, 4)),
        st.tuples(st.just("apply"), WHO, st.integers(1, 4)),
        st.tuples(st.just("apply"), WHO, st.integers(1, 4)),
        st.tuples(st.just("through"), WHO, st.integers(1, 3)),
        st.tuples(st.just("again"), WHO, st.integers(1, 6)),
        st.tuples(st.just("killed before Redis"), WHO, st.integers(1, 3)),
        st.tuples(st.just("failed"), WHO, st.integers(1, 3)),
        st.tuples(st.just("read, then late"), WHO, st.integers(1, 3)),
        st.tuples(st.just("base alone"), WHO, st.integers(1, 3)),
        st.tuples(st.just("flush")),
        st.tuples(st.just("flush")),
        st.tuples(st.just("sealed, killed")),
        st.tuples(st.just("written, killed")),
        st.tuples(st.just("lost")),
        st.tuples(st.just("lost of one"), WHO),
        st.tuples(st.just("rebuilt"), WHO, st.integers(0, 9)),
        st.tuples(st.just("rebuilt in the base"), WHO, st.integers(0, 9)),
    ),
    max_size=25,
)


@dataclass
class Play:
    """Two users whose events are known beforehand, and how far the figures say they are."""

    speed: Speed
    users: list[str]
    events: list[list[Any]]
    late: list[Any] = field(default_factory=list)

    def truth(self, who: int, upto: int, after: int = 0) -> Delta:
        """Return the sum of a user's events past `after` to `upto`."""
        total = fold(self.events[who][after:upto])
        return Delta(total.scalars, total.counters, total.affinities, total.names)

    def apply(self, tx: Tx, who: int, count: int, figures: StatsRepository, back: int = 0) -> None:
        """Apply some events more, as a stream does: from where the figures are."""
        user_id = self.users[who]
        held = figures.progress(tx, [user_id])[user_id] - back
        last = min(max(held, 0) + count, len(self.events[who]))
        if last > held >= 0:
            change = UserDelta(user_id, self.truth(who, last, held), last, AT)
            figures.apply(tx, [change])

    def rebuild(self, tx: Tx, who: int, upto: int, figures: StatsRepository) -> None:
        """Put figures computed aside in place."""
        upto = min(upto, len(self.events[who]))
        figures.replace(tx, UserDelta(self.users[who], self.truth(who, upto), upto, AT))

    def refill(self) -> None:
        """Apply all that is missing, as from the outbox."""

        def work(tx: Tx) -> None:
            for who, events in enumerate(self.events):
                self.apply(tx, who, len(events), self.speed.figures)

        self.speed.store.transact(work)


class Killed(Exception):
    """The process ends here."""


def play(on: Play, step: tuple[Any, ...]) -> None:  # noqa: C901 - one case for each thing
    """Do one random thing."""
    speed, figures, store = on.speed, on.speed.figures, on.speed.store
    match step:
        case ("apply", int(who), int(count)):
            store.transact(lambda tx: on.apply(tx, who, count, figures))
        case ("again", int(who), int(back)):
            store.transact(lambda tx: on.apply(tx, who, back, figures, back=back))
        case ("through", int(who), int(count)):
            through(on, who, count)
        case ("killed before Redis", int(who), int(count)):
            with figures.scopes.opened():
                speed.base_store.transact(lambda tx: on.apply(tx, who, count, figures))
        case ("failed", int(who), int(count)):
            with pytest.raises(Killed):
                store.transact(lambda tx: failing(on, tx, who, count))
        case ("read, then late", int(who), int(count)):
            with figures.scopes.opened() as scope:
                speed.base_store.transact(lambda tx: on.apply(tx, who, count, figures))
            on.late.append(scope)
        case ("base alone", int(who), int(count)):
            speed.base_store.transact(lambda tx: on.apply(tx, who, count, speed.base))
        case ("rebuilt", int(who), int(upto)):
            store.transact(lambda tx: on.rebuild(tx, who, upto, figures))
        case ("rebuilt in the base", int(who), int(upto)):
            speed.base_store.transact(lambda tx: on.rebuild(tx, who, upto, speed.base))
        case ("lost of one", int(who)):
            speed.lose([on.users[who]])
        case _:
            whole(on, step[0])


def whole(on: Play, what: str) -> None:
    """Do one of the things that concern everybody."""
    segments, flusher = on.speed.figures.segments, on.speed.flusher
    if what == "lost":
        on.speed.lose()
    elif what == "sealed, killed":
        segments.seal(on.users)
    elif what == "written, killed":
        segments.seal(on.users)
        on.speed.store.transact(lambda tx: flusher._write(tx, on.users))
    else:
        flusher.flush()


def through(on: Play, who: int, count: int) -> None:
    """Apply events with what they add to the community's figures."""

    def work(tx: Tx) -> None:
        held = on.speed.figures.progress(tx, [on.users[who]])[on.users[who]]
        events = on.events[who][held : held + count]
        if events:
            change = UserDelta(on.users[who], fold(events), held + len(events), AT)
            on.speed.figures.apply(tx, [change])

    on.speed.store.transact(work)


def failing(on: Play, tx: Tx, who: int, count: int) -> None:
    on.apply(tx, who, count, on.speed.figures)
    raise Killed


def deliver(on: Play) -> None:
    """Let those who were late come, one after the other."""
    while on.late:
        try:
            on.speed.figures.keep(on.late.pop())
        except StoreBusy:
            continue


def check(on: Play, tx: Tx) -> None:
    """Whatever `seq` the figures name, they are those of the events up to it; so is each list."""
    figures = on.speed.figures
    for who, user_id in enumerate(on.users):
        standing = figures.standing(tx, user_id)
        truth = on.truth(who, standing.seq).pruned()
        known = figures.figures(tx, user_id)
        known.names, names = {}, known.names
        assert known == Delta(truth.scalars, truth.counters, truth.affinities)
        assert figures.progress(tx, [user_id]) == {user_id: standing.seq}
        assert standing.scalars == {name: truth.scalars.get(name, 0) for name in SCALARS}
        days = {key[1]: value for key, value in truth.counters.items() if key[0] == "day"}
        assert figures.days(tx, user_id, "0", "9") == dict(sorted(days.items()))
        rows = [
            (key[0], AffinityRow(key[1], names[key], *row)) for key, row in known.affinities.items()
        ]
        for kind in AFFINITY_TYPES:
            check_lists(on, tx, user_id, kind, [row for of, row in rows if of == kind])


def check_lists(on: Play, tx: Tx, user_id: str, kind: str, rows: list[AffinityRow]) -> None:
    """Compare the short lists, and pages of one row each, with sorting everything."""
    figures = on.speed.figures
    wanted = sorted(rows, key=order_of(AffinityQuery(kind)))
    assert figures.listed(tx, user_id, kind, 2) == wanted[:2]
    best = order_of(AffinityQuery(kind, "bayes", 4.0))
    enough = sorted((row for row in rows if row.rated >= 3), key=best)
    assert figures.best(tx, user_id, kind, 4.0, 2) == enough[:2]
    found: list[AffinityRow] = []
    after = None
    while True:
        page = figures.affinity_page(tx, user_id, AffinityQuery(kind, limit=1, after=after))
        found += page.rows
        assert page.total == len(wanted)
        after = page.last
        if after is None:
            break
    assert found == wanted


def played(speed: Speed, users: list[str], stories: list[list[Any]], steps: list[Any]) -> None:
    """Play the steps, looking after each of them; at the end nothing is missing anywhere."""
    on = Play(speed, users, stories)
    for step in steps:
        play(on, step)
        speed.store.snapshot(lambda tx: check(on, tx))
        if step[0] == "flush":
            deliver(on)
            speed.store.snapshot(lambda tx: check(on, tx))
    deliver(on)
    speed.flusher.flush()
    on.refill()
    SpeedFlusher(speed.store, speed.figures, group=1).flush()
    assert speed.settled()
    for who, user_id in enumerate(users):
        expected = on.truth(who, len(on.events[who])).pruned()
        held = speed.base_store.snapshot(lambda tx, u=user_id: speed.base.figures(tx, u))  # type: ignore[misc]
        held.names, expected.names = {}, {}
        assert held == expected
    speed.store.snapshot(lambda tx: check(on, tx))


@pytest.fixture(scope="module")
def on_sqlite(
    tmp_path_factory: pytest.TempPathFactory, redis_server: RedisServer
) -> Iterator[Speed]:
    folder: Path = tmp_path_factory.mktemp("speed")
    store = open_database(folder)
    with speed_over(store, SqliteStats(), redis_server.url) as speed:
        yield speed
    store.close()


@pytest.fixture(scope="module")
def on_mongo(mongo_server: MongoServer, redis_server: RedisServer) -> Iterator[Speed]:
    with (
        fresh_store(mongo_server, [*COLLECTIONS, Collection("users")]) as store,
        speed_over(store, MongoStats(), redis_server.url) as speed,
    ):
        yield speed


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(histories(), histories(), STEPS)
def test_figures_are_those_of_their_seq_whatever_happens(
    on_sqlite: Speed, one: Any, other: Any, steps: list[Any]
) -> None:
    users = two_users()
    on_sqlite.base_store.transact(lambda tx: write_users(tx, users))
    played(on_sqlite, users, [one[0], other[0]], steps)


@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # shrinking takes too long there
    suppress_health_check=[HealthCheck.too_slow],
)
@given(histories(), histories(), STEPS)
def test_figures_are_those_of_their_seq_in_a_cluster(
    on_mongo: Speed, one: Any, other: Any, steps: list[Any]
) -> None:
    users = two_users()
    on_mongo.base_store.transact(
        lambda tx: tx.db.users.insert_many(
            [{"_id": user_id} for user_id in users], session=tx.session
        )
    )
    played(on_mongo, users, [one[0], other[0]], steps)


def two_users() -> list[str]:
    number = next(_numbers)
    return [f"user-{number}-a", f"user-{number}-b"]
