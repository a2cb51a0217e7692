"""The speed layer beside a stream: what is written where, and what a lost Redis costs."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from cinematch.infra.ports import Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.core.delta import Delta
from cinematch.stats.ports import UserDelta
from cinematch.stats.service.applying import ApplyOptions, ApplyService, Arrival
from cinematch.stats.service.flushing import SpeedFlush
from tests.support.applying import Stage, arrivals, mongo_stage, sqlite_stage
from tests.support.redis import RedisServer
from tests.support.speed import Speed, speed_over

USERS = ("ann", "bo", "cy", "di", "ed")
STREAM = ApplyOptions(group=2, community=False)
WAR = ("genre", "War")
LIKED = Delta({"liked": 1}, {("rating", "9"): 1}, {WAR: [1, 1, 9]}, {WAR: "War"})
AT = "2026-11-21T10:00:00.000000Z"


class Layered:
    """A stage whose figures are the speed layer's."""

    def __init__(self, stage: Stage, speed: Speed) -> None:
        self.stage, self.speed = stage, speed
        self.above = replace(stage, store=speed.store, figures=speed.figures)
        self.flush = SpeedFlush(speed.flusher, self.refill, self.service().sweep)

    def service(self) -> ApplyService:
        """Return the stream's use case."""
        return self.above.service(STREAM)

    def refill(self, user_ids: Sequence[str]) -> object:
        """Take the users' events from the outbox."""
        return self.service().apply([Arrival(0, 0, one.encode(), None) for one in user_ids])

    def wrong(self, stage: Stage | None = None) -> list[str]:
        """Say whose own figures are not those of their films."""
        found = (stage or self.above).differences()
        return [user_id for user_id in found if user_id != "the community"]

    def held(self, user_id: str) -> int:
        """Return up to which event a user's figures are."""
        held = self.above.store.snapshot(lambda tx: self.above.figures.progress(tx, [user_id]))
        return held[user_id]

    def apply(self, change: UserDelta) -> None:
        """Apply one change."""
        self.above.store.transact(lambda tx: self.above.figures.apply(tx, [change]))


@contextmanager
def layered_on(server: RedisServer, stage: Stage) -> Iterator[Layered]:
    stage.add_users(USERS)
    with speed_over(stage.store, stage.figures, server.url, group=2) as speed:
        yield Layered(stage, speed)


@pytest.fixture(params=["sqlite", "mongo"])
def layered(
    request: pytest.FixtureRequest, tmp_path: Path, redis_server: RedisServer
) -> Iterator[Layered]:
    with ExitStack() as opened:
        on = (
            sqlite_stage(tmp_path)
            if request.param == "sqlite"
            else mongo_stage(request.getfixturevalue("mongo_server"))
        )
        yield opened.enter_context(layered_on(redis_server, opened.enter_context(on)))


@pytest.fixture
def small(tmp_path: Path, redis_server: RedisServer) -> Iterator[Layered]:
    with sqlite_stage(tmp_path) as stage, layered_on(redis_server, stage) as layered:
        yield layered


def test_the_store_is_left_alone_until_a_flush_and_then_has_everything(layered: Layered) -> None:
    layered.flush.flush()
    messages = arrivals(layered.above.live(USERS, 30))
    layered.service().apply(messages[:100])
    layered.service().apply(messages[60:])
    assert layered.stage.held() == dict.fromkeys(USERS, 0)
    assert layered.above.held() == dict.fromkeys(USERS, 30)
    assert layered.wrong() == []
    assert layered.flush.flush() == len(USERS)
    assert layered.stage.held() == dict.fromkeys(USERS, 30)
    assert layered.wrong(layered.stage) == []
    assert layered.flush.health()["waiting"] == 0


def test_a_redis_emptied_in_the_middle_costs_nothing(layered: Layered) -> None:
    chance = random.Random(11)
    layered.flush.flush()
    messages = arrivals(layered.above.live(USERS, 60))
    service, at = layered.service(), 0
    while at < len(messages):
        size = chance.randrange(1, 40)
        service.apply(messages[max(0, at - chance.randrange(20)) : at + size])
        at += size
        what = chance.randrange(4)
        if what == 0:
            layered.speed.lose()
        elif what == 1:
            layered.flush.flush()
        elif what == 2:
            layered.speed.lose([chance.choice(USERS)])
    layered.speed.lose()
    layered.flush.flush()  # finds Redis new, and has everything taken from the outbox
    assert layered.stage.held() == dict.fromkeys(USERS, 60)
    assert layered.wrong(layered.stage) == []
    assert layered.flush.health()["sweeps"] >= 2


def test_a_killed_server_stops_the_stream_and_no_reader(small: Layered, tmp_path: Path) -> None:
    own = RedisServer(tmp_path / "own")
    own.start()
    try:
        with speed_over(small.stage.store, small.stage.figures, own.url) as speed:
            layered = Layered(small.stage, speed)
            layered.flush.flush()
            messages = arrivals(layered.above.live(USERS, 20))
            layered.service().apply(messages[:50])
            layered.flush.flush()
            layered.service().apply(messages[50:70])
            own.kill()
            with pytest.raises(StoreBusy):
                layered.service().apply(messages[70:])
            with pytest.raises(StoreBusy):
                layered.flush.flush()
            assert layered.above.held() == dict.fromkeys(USERS, 10)
            standing = speed.store.snapshot(lambda tx: speed.figures.standing(tx, "ann"))
            assert standing.seq == 10
            assert layered.flush.health()["status"] == "degraded"
            own.start()
            layered.service().apply(messages[70:])
            layered.flush.flush()
            assert layered.stage.held() == dict.fromkeys(USERS, 20)
            assert layered.wrong(layered.stage) == []
    finally:
        own.stop()


@pytest.mark.slow
def test_kills_under_load_lose_and_double_nothing(small: Layered, tmp_path: Path) -> None:
    """Redis is killed at any moment of batches and flushes; what was being done is done again."""
    own, chance = RedisServer(tmp_path / "own"), random.Random(3)
    own.start()
    messages = arrivals(small.stage.live(USERS, 200))
    failures: list[BaseException] = []
    left = threading.Event()
    with speed_over(small.stage.store, small.stage.figures, own.url, group=2) as speed:
        layered = Layered(small.stage, speed)

        def stream() -> None:
            for start in range(0, len(messages), 25):
                insist(lambda batch=messages[start : start + 25]: layered.service().apply(batch))  # type: ignore[misc]
            left.set()

        def batch() -> None:
            while not left.is_set():
                insist(layered.flush.flush)
                left.wait(0.02)

        threads = [threading.Thread(target=noted(run, failures)) for run in (stream, batch)]
        for thread in threads:
            thread.start()
        kills = 0
        while not left.wait(0.05 + 0.2 * chance.random()) and not failures:
            own.kill()
            own.start()
            kills += 1
        for thread in threads:
            thread.join(120)
        assert failures == []
        layered.flush.flush()
        assert kills > 0
        assert layered.stage.held() == dict.fromkeys(USERS, 200)
        assert layered.wrong(layered.stage) == []
    own.stop()


def insist(work: Callable[[], object]) -> None:
    """Do the same again until it is done, as a stream does with a batch."""
    still = threading.Event()
    for _ in range(2000):
        try:
            work()
        except StoreBusy:
            still.wait(0.02)
        else:
            return
    raise AssertionError("it was never done")


def noted(run: Callable[[], None], failures: list[BaseException]) -> Callable[[], None]:
    def work() -> None:
        try:
            run()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failures.append(error)

    return work


def test_what_is_rolled_back_never_comes_to_redis(small: Layered) -> None:
    def work(tx: Tx) -> None:
        small.above.figures.apply(tx, [UserDelta("ann", LIKED, 1, AT)])
        assert small.above.figures.standing(tx, "ann").scalars["liked"] == 1
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        small.above.store.transact(work)
    assert small.speed.held_keys() == []


def test_a_transaction_reads_one_moment_while_others_write_and_flush(small: Layered) -> None:
    small.apply(UserDelta("ann", LIKED, 1, AT))

    def work(tx: Tx) -> None:
        figures = small.above.figures
        before = figures.standing(tx, "ann")

        def meanwhile() -> None:
            small.apply(UserDelta("ann", LIKED, 2, AT))
            small.speed.flusher.flush()

        other = threading.Thread(target=meanwhile)
        other.start()
        other.join()
        assert figures.standing(tx, "ann") == before
        assert figures.counters(tx, "ann", ["rating"]) == {("rating", "9"): 1}

    small.above.store.snapshot(work)
    standing = small.above.store.snapshot(lambda tx: small.above.figures.standing(tx, "ann"))
    assert (standing.seq, standing.scalars["liked"]) == (2, 2)


def test_who_begins_to_read_before_a_flush_and_asks_redis_after_it_sees_all(
    small: Layered,
) -> None:
    """The base's moment is the one before the flush: what was flushed since is still in Redis."""
    small.apply(UserDelta("ann", LIKED, 1, AT))

    def work(tx: Tx) -> int:
        assert small.stage.figures.standing(tx, "ann").seq == 0
        other = threading.Thread(target=small.speed.flusher.flush)
        other.start()
        other.join()
        return small.above.figures.standing(tx, "ann").seq

    assert small.above.store.snapshot(work) == 1
    assert small.stage.store.snapshot(lambda tx: small.stage.figures.standing(tx, "ann")).seq == 1


def test_two_writers_of_the_same_events_count_once(small: Layered) -> None:
    def first(tx: Tx) -> None:
        small.above.figures.apply(tx, [UserDelta("ann", LIKED, 3, AT)])
        other = threading.Thread(target=small.apply, args=(UserDelta("ann", LIKED, 2, AT),))
        other.start()
        other.join()

    with small.speed.figures.scopes.opened() as scope:
        small.stage.store.snapshot(first)
    with pytest.raises(StoreBusy):
        small.speed.figures.keep(scope)
    assert small.held("ann") == 2


def test_who_was_away_too_long_is_refused(small: Layered) -> None:
    with small.speed.figures.scopes.opened() as scope:
        small.stage.store.snapshot(
            lambda tx: small.above.figures.apply(tx, [UserDelta("ann", LIKED, 1, AT)])
        )
    head = scope.heads["ann"]
    scope.heads["ann"] = head._replace(read_at=head.read_at - 61_000_000)
    with pytest.raises(StoreBusy):
        small.speed.figures.keep(scope)
    assert small.speed.held_keys() == []


def test_a_new_epoch_is_nothing_for_the_deltas_of_the_old_one(small: Layered) -> None:
    """Figures put right by a batch may be of the very event from which Redis goes on."""
    small.apply(UserDelta("ann", LIKED, 1, AT))
    small.speed.flusher.flush()
    small.apply(UserDelta("ann", LIKED, 2, AT))
    right = UserDelta("ann", Delta({"liked": 7}), 1, AT)
    small.stage.store.transact(lambda tx: small.stage.figures.replace(tx, right))
    standing = small.above.store.snapshot(lambda tx: small.above.figures.standing(tx, "ann"))
    assert (standing.epoch, standing.seq, standing.scalars["liked"]) == (1, 1, 7)
    assert small.held("ann") == 1
    assert small.speed.flusher.flush().astray == ["ann"]
    small.apply(UserDelta("ann", LIKED, 2, AT))
    assert small.held("ann") == 2
    small.speed.flusher.flush()
    standing = small.stage.store.snapshot(lambda tx: small.stage.figures.standing(tx, "ann"))
    assert (standing.epoch, standing.seq, standing.scalars["liked"]) == (1, 2, 8)


def test_events_that_go_on_from_no_base_are_taken_from_the_outbox(small: Layered) -> None:
    small.flush.flush()
    messages = arrivals(small.above.live(USERS, 20))
    small.service().apply(messages)
    small.stage.service(STREAM).apply(messages[:40])  # somebody without the layer
    assert small.stage.held() == small.above.held() == dict.fromkeys(USERS, 8)
    small.flush.flush()
    assert small.flush.health()["refilled"] == len(USERS)
    assert small.above.held() == dict.fromkeys(USERS, 20)
    assert small.wrong() == []


def test_delta_cards_of_what_is_in_redis_are_there_too(small: Layered) -> None:
    messages = arrivals(small.above.live(("ann",), 60))
    for message in messages:
        small.service().apply([message])
    seen = small.above.store.snapshot(lambda tx: small.above.figures.moves_after(tx, "ann", 0))
    assert [seq for seq, _ in seen] == list(range(11, 61))
    assert (
        small.stage.store.snapshot(lambda tx: small.stage.figures.moves_after(tx, "ann", 0)) == []
    )


def test_nothing_stays_of_who_has_gone(small: Layered) -> None:
    small.service().apply(arrivals(small.above.live(USERS[:2], 5)))
    small.above.store.transact(lambda tx: small.above.figures.forget(tx, "ann"))
    assert not [key for key in small.speed.held_keys() if ":ann" in key]
    small.stage.store.transact(lambda tx: tx.execute("DELETE FROM outbox WHERE user_id = 'bo'"))
    small.stage.store.transact(lambda tx: tx.execute("DELETE FROM users WHERE user_id = 'bo'"))
    small.flush.flush()
    assert not [key for key in small.speed.held_keys() if ":bo" in key]


def test_the_flush_runs_by_itself(small: Layered) -> None:
    messages = arrivals(small.above.live(USERS, 10))
    flush = SpeedFlush(small.speed.flusher, small.refill, small.service().sweep, every=0.01)
    flush.start()
    try:
        small.service().apply(messages)
        still = threading.Event()
        for _ in range(3000):
            if small.stage.held() == dict.fromkeys(USERS, 10):
                break
            still.wait(0.01)
        assert flush.health()["status"] == "ok"
    finally:
        flush.stop()
    assert small.wrong(small.stage) == []


def test_outside_its_store_the_layer_says_so(small: Layered) -> None:
    with pytest.raises(RuntimeError, match="SpeedStore"):
        small.stage.store.snapshot(lambda tx: small.above.figures.standing(tx, "ann"))
