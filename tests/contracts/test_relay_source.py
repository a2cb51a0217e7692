"""What every outbox must do for relays: each lane in one pair of hands, each user in order."""

import threading
from collections.abc import Iterator

import pytest

from cinematch.events.ports import Placed
from tests.support.outbox import NOW, USERS, Ledger, ledger_on

EARLY, LATER, LATEST = (f"2026-03-01T20:{minute}:00.000000Z" for minute in (15, 16, 17))


@pytest.fixture(params=["sqlite", "mongo"])
def ledger(request: pytest.FixtureRequest) -> Iterator[Ledger]:
    with ledger_on(request.param, request) as made:
        yield made


def claim(ledger: Ledger, holder: str, now: str = EARLY, until: str = LATER) -> tuple[int, ...]:
    return ledger.store.transact(lambda tx: ledger.source.claim(tx, holder, now, until))


def pending(
    ledger: Ledger, lanes: tuple[int, ...], after: str = "", limit: int = 1_000
) -> list[Placed]:
    return ledger.store.snapshot(lambda tx: ledger.source.pending(tx, lanes, after, limit))


def mark(ledger: Ledger, holder: str, lanes: tuple[int, ...], events: list[Placed]) -> bool:
    return ledger.store.transact(
        lambda tx: ledger.source.mark_published(tx, holder, lanes, events, NOW)
    )


def numbers(events: list[Placed]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for one in events:
        found.setdefault(one.user_id, []).append(one.seq)
    return found


def test_one_relay_has_every_lane_and_every_users_events_in_order(ledger: Ledger) -> None:
    for user_id in (*USERS, *reversed(USERS)):
        ledger.write(user_id, 2)
    lanes = claim(ledger, "a")
    found = pending(ledger, lanes)
    assert numbers(found) == ledger.written()
    assert len(found) == 4 * len(USERS)


def test_what_is_marked_is_not_pending_any_more_and_lag_tells_of_the_rest(ledger: Ledger) -> None:
    assert ledger.store.snapshot(ledger.source.lag).count == 0
    for user_id in USERS[:4]:
        ledger.write(user_id, 3)
    lanes = claim(ledger, "a")
    done = pending(ledger, lanes, limit=5)
    assert len(done) == 5
    assert mark(ledger, "a", lanes, done)
    lag = ledger.store.snapshot(ledger.source.lag)
    assert (lag.count, lag.oldest) == (7, NOW)
    rest = pending(ledger, lanes)
    both = [(one.user_id, one.seq) for one in (*done, *rest)]
    assert len(set(both)) == len(both) == 12
    assert mark(ledger, "a", lanes, rest)
    assert pending(ledger, lanes) == []
    assert ledger.lag() == 0


def test_a_lane_is_in_one_pair_of_hands(ledger: Ledger) -> None:
    first = claim(ledger, "a")
    second = claim(ledger, "b")
    assert first
    assert not set(first) & set(second)


def test_a_lane_is_taken_over_when_its_lease_is_over_or_given_back(ledger: Ledger) -> None:
    lanes = claim(ledger, "a")
    assert claim(ledger, "b") == ()
    assert set(claim(ledger, "b", LATER, LATEST)) == set(lanes)
    assert claim(ledger, "a", LATER, LATEST) == ()
    ledger.store.transact(lambda tx: ledger.source.release(tx, "b"))
    assert set(claim(ledger, "a", LATER, LATEST)) == set(lanes)


def test_who_has_lost_a_lane_marks_nothing(ledger: Ledger) -> None:
    ledger.write(USERS[0], 2)
    lanes = claim(ledger, "a")
    events = pending(ledger, lanes)
    assert set(claim(ledger, "b", LATER, LATEST)) == set(lanes)
    assert not mark(ledger, "a", lanes, events)
    assert not mark(ledger, "a", (), events)
    assert ledger.lag() == 2
    assert mark(ledger, "b", lanes, events)
    assert ledger.lag() == 0


def test_a_lease_is_renewed_by_its_holder(ledger: Ledger) -> None:
    lanes = claim(ledger, "a", EARLY, LATER)
    assert claim(ledger, "a", EARLY, LATEST) == lanes
    assert claim(ledger, "b", LATER, LATEST) == ()


def test_without_a_lane_nothing_is_pending(ledger: Ledger) -> None:
    ledger.write(USERS[0])
    assert pending(ledger, ()) == []


def test_relays_that_claim_at_once_never_share_a_lane(ledger: Ledger) -> None:
    held: dict[str, tuple[int, ...]] = {}
    begin = threading.Barrier(4)

    def take(holder: str) -> None:
        begin.wait()
        for _ in range(3):
            held[holder] = claim(ledger, holder)

    threads = [threading.Thread(target=take, args=(holder,)) for holder in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    every = [lane for lanes in held.values() for lane in lanes]
    assert len(held) == 4
    assert len(every) == len(set(every)) > 0


def test_events_written_between_reading_and_marking_stay_pending(ledger: Ledger) -> None:
    ledger.write(USERS[0], 2)
    lanes = claim(ledger, "a")
    events = pending(ledger, lanes)
    ledger.write(USERS[0])
    ledger.write(USERS[1])
    assert mark(ledger, "a", lanes, events)
    assert numbers(pending(ledger, lanes)) == {USERS[0]: [3], USERS[1]: [1]}


class TestManyLanes:
    """What only a store with several lanes can do."""

    @pytest.fixture
    def ledger(self, request: pytest.FixtureRequest) -> Iterator[Ledger]:
        with ledger_on("mongo", request) as made:
            yield made

    def test_relays_come_to_an_even_share(self, ledger: Ledger) -> None:
        assert len(claim(ledger, "a")) == 64
        assert claim(ledger, "b") == ()
        assert len(claim(ledger, "a")) == 32
        assert len(claim(ledger, "b")) == 32
        assert claim(ledger, "c") == ()
        shares = [len(claim(ledger, holder)) for holder in "abcabc"][3:]
        assert sum(shares) == 64
        assert max(shares) <= 22

    def test_the_share_of_a_dead_relay_goes_to_the_living(self, ledger: Ledger) -> None:
        claim(ledger, "a")
        claim(ledger, "b")
        claim(ledger, "a")
        claim(ledger, "b")
        assert len(claim(ledger, "b", LATER, LATEST)) == 64

    def test_nobody_waits_behind_a_users_import(self, ledger: Ledger) -> None:
        ledger.write(USERS[0], 300)
        for user_id in USERS[1:]:
            ledger.write(user_id)
        lanes = claim(ledger, "a")
        found = numbers(pending(ledger, lanes, limit=40))
        assert set(found) == set(USERS)
        assert found[USERS[0]] == list(range(1, 22))

    def test_the_turn_goes_round(self, ledger: Ledger) -> None:
        for user_id in USERS:
            ledger.write(user_id)
        lanes = claim(ledger, "a")
        found = [one.user_id for one in pending(ledger, lanes, after=USERS[4], limit=3)]
        assert found == list(USERS[5:8])
        found = [one.user_id for one in pending(ledger, lanes, after=USERS[-2], limit=3)]
        assert found == [USERS[-1], *USERS[:2]]
