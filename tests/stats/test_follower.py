"""The follower as a thing that runs: bad events, failing stores, stopping, telling."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from cinematch.diary.core import Edit
from cinematch.events.core import Event, Watch, encode
from cinematch.infra.ports import Store, Tx
from cinematch.kit.errors import StoreBusy
from cinematch.stats.follower import Follower
from tests.support.builders import facts, image, person
from tests.support.mongo_tracker import mongo_ground
from tests.support.tracker import NOW, Tracker

T = TypeVar("T")
FILMS = [facts(key) for key in ("rocco", "notte", "kes")]


@pytest.fixture(params=["sqlite", "mongo"])
def tracker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tracker]:
    if request.param == "mongo":
        with mongo_ground(request.getfixturevalue("mongo_server")) as ground:
            built = Tracker(ground, FILMS, users=("u", "v"))
            yield built
            built.follower.stop()
        return
    built = Tracker(tmp_path, FILMS, users=("u", "v"))
    yield built
    built.close()


def place(tracker: Tracker, payload: bytes, seq: int = 1, user_id: str = "u") -> None:
    """Write something into the outbox as it stands, as no code of ours does."""
    tracker.ground.place(user_id, seq, payload)


def event(**known: Any) -> bytes:
    usual: dict[str, Any] = {
        "event_id": "e",
        "user_id": "u",
        "seq": 1,
        "event_type": "ADD",
        "occurred_at": "2026-11-21T10:00:00.000000Z",
        "after": image(facts("kes"), "2024-05-17"),
    }
    return encode(Event(**{**usual, **known}))


BAD = {
    "not JSON": b"\xff{",
    "a field missing": b'{"event_id": "e"}',
    "a date outside the calendar": event(after=image(facts("kes"), "2024-02-31")),
    "a newer schema": event(schema_version=99),
    "six stars": event(after=image(facts("kes"), "2024", rating=12)),
    "another user's": event(user_id="v"),
    "another number": event(seq=7),
}


@pytest.mark.parametrize("payload", BAD.values(), ids=BAD.keys())
def test_a_bad_event_goes_aside_and_the_next_ones_count(tracker: Tracker, payload: bytes) -> None:
    place(tracker, payload)
    place(tracker, event(seq=2), seq=2)
    tracker.follower.catch_up()
    assert tracker.user_stats()["total_watched"] == 1
    health = tracker.follower.health()
    assert (health.set_aside, health.lag, health.applied) == (1, 0, 1)
    assert len(health.alarms) == 1
    (letter,) = tracker.store.snapshot(lambda tx: tracker.figures.dead_letters(tx, 9))
    assert (letter.position, letter.user_id, letter.seq) == (1, "u", 1)
    assert letter.reason


def test_events_of_an_account_that_is_gone_are_passed_over(tracker: Tracker) -> None:
    place(tracker, event(user_id="gone"), user_id="gone")
    place(tracker, event())
    tracker.follower.catch_up()
    assert tracker.user_stats()["total_watched"] == 1
    assert tracker.follower.health().set_aside == 0


def test_the_thread_applies_what_is_written_and_tells_who_listens(tracker: Tracker) -> None:
    told: list[int] = []
    tracker.stats.listen("u", told.append)
    tracker.follower.start()
    tracker.diary.edit("v", "kes", Edit(liked=True))
    tracker.diary.edit("u", "kes", Edit(liked=True))
    wait_until(lambda: told == [1])
    assert tracker.stats.seq("u") == 1


def test_it_stops_within_a_second_and_starts_again(tracker: Tracker) -> None:
    tracker.follower.start()
    wait_until(lambda: tracker.follower.health().running)
    began = time.monotonic()
    tracker.follower.stop()
    assert time.monotonic() - began < 1
    assert not tracker.follower.health().running
    tracker.diary.edit("u", "kes", Edit(liked=True))
    assert tracker.follower.health().lag == 1
    tracker.follower.start()
    wait_until(lambda: tracker.follower.health().lag == 0)


class Failing:
    """A store that is busy for the first few writes."""

    def __init__(self, store: Store, failures: int) -> None:
        self._store, self.failures = store, failures

    def transact(self, work: Callable[[Tx], T]) -> T:
        if self.failures:
            self.failures -= 1
            raise StoreBusy("Somebody else writes.")
        return self._store.transact(work)

    def snapshot(self, work: Callable[[Tx], T]) -> T:
        return self._store.snapshot(work)

    def close(self) -> None:
        """The tracker closes it."""


def test_it_survives_a_store_that_fails_and_loses_nothing(tracker: Tracker) -> None:
    tracker.diary.edit("u", "kes", Edit(liked=True))
    store = Failing(tracker.store, failures=2)
    follower = Follower(store, tracker.outbox, tracker.figures, tracker.signals, tracker.clock)
    follower.start()
    wait_until(lambda: follower.health().error is not None)
    wait_until(lambda: follower.health().lag == 0)
    wait_until(lambda: follower.health().error is None)
    follower.stop()
    assert tracker.user_stats()["liked"] == 1


def test_a_rating_is_told_as_a_card_most_telling_first(tracker: Tracker) -> None:
    kurosawa = person("Akira Kurosawa")
    films = [facts(f"f{n}", directors=(kurosawa,), runtime=80) for n in range(3)]
    tracker.add_films(films)
    for film in films[:2]:
        tracker.diary.watch("u", film.film_id, Watch("", "2026-11-20"), Edit(rating=6))
    for film in FILMS:
        tracker.diary.watch("u", film.film_id, Watch("", "2024"), Edit(rating=6))
    tracker.follower.catch_up()
    tracker.diary.watch("u", "f2", Watch("", "2026-11-21"), Edit(rating=10))
    tracker.follower.catch_up()
    (card,) = [msgspec.json.decode(body) for _, body in tracker.stats.cards_after("u", 5)]
    assert (card["seq"], card["total_watched"], card["avg_rating"]) == (6, 6, 3.3333)
    kurosawa_is = {"type": "director", "id": "name:akira kurosawa", "name": "Akira Kurosawa"}
    delon_is = {"type": "actor", "id": "name:alain delon", "name": "Alain Delon"}
    assert card["moves"] == [
        {"kind": "time", "minutes": 80},
        {"kind": "rank", **kurosawa_is, "from": 2, "to": 1},
        {"kind": "streak", "days": 2},
        {"kind": "affinity_average", **kurosawa_is, "from": 3.0, "to": 3.67},
        {"kind": "affinity_average", **delon_is, "from": 3.0, "to": 3.33},
        {"kind": "average", "from": 3.0, "to": 3.33},
    ]


def test_days_beyond_every_window_are_not_kept_for_the_community(tracker: Tracker) -> None:
    tracker.diary.watch("u", "kes", Watch("", "2026-11-20"))
    tracker.diary.watch("u", "rocco", Watch("", "2024-05-17"))
    tracker.follower.catch_up()
    days = tracker.store.snapshot(tracker.figures.community).trend_days
    assert {day for day, _, _ in days} == {"2026-11-20"}
    tracker.now = NOW.replace(year=2027)
    tracker.diary.edit("u", "notte", Edit(liked=True))
    tracker.follower.catch_up()
    assert tracker.store.snapshot(tracker.figures.community).trend_days == {}
    assert tracker.stats.verify_community() == []


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.01)
