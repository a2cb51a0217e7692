"""The contract of `stats.ports.DiaryLists`, run over every store, with a diary of its own."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import pytest

from cinematch.diary.core import Edit
from cinematch.events.core import Watch
from cinematch.infra.ports import Tx
from cinematch.stats.core.versus import Opinion
from cinematch.stats.core.views import EntryRow, NamedPerson
from cinematch.stats.ports import DiaryLists
from tests.support.builders import facts, person
from tests.support.mongo_tracker import mongo_ground
from tests.support.tracker import Tracker

T = TypeVar("T")
FILMS = [
    facts("kes", year=1969, runtime=111, directors=(person("Ken Loach"),)),
    facts("ran", year=1985, runtime=162),
    facts("yol", year=1982, runtime=None),
    facts("z", year=None, runtime=127),
]


@pytest.fixture(params=["sqlite", "mongo"])
def tracker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Tracker]:
    if request.param == "mongo":
        with mongo_ground(request.getfixturevalue("mongo_server")) as ground:
            yield filled(Tracker(ground, FILMS, users=("u", "v")))
        return
    built = filled(Tracker(tmp_path, FILMS, users=("u", "v")))
    yield built
    built.close()


def filled(tracker: Tracker) -> Tracker:
    tracker.diary.watch("u", "kes", Watch("", "2024-05-17"), Edit(rating=9))
    tracker.diary.watch("u", "kes", Watch("", "2025-01-02"), Edit())
    tracker.diary.watch("u", "ran", Watch("", "2024-06"), Edit(rating=9))
    tracker.diary.watch("u", "yol", Watch("", ""), Edit(rating=3))
    tracker.diary.watch("u", "z", Watch("", "2025-02-03"), Edit())
    tracker.diary.watch("v", "ran", Watch("", "2025-03-01"), Edit(rating=2))
    tracker.follower.catch_up()
    return tracker


def read(tracker: Tracker, work: Callable[[DiaryLists, Tx], T]) -> T:
    return tracker.store.snapshot(lambda tx: work(tracker.ground.lists, tx))


def ids(rows: list[EntryRow]) -> list[str]:
    return [row.film_id for row in rows]


def test_top_rated_are_by_rating_then_latest_seen(tracker: Tracker) -> None:
    assert ids(read(tracker, lambda lists, tx: lists.top_rated(tx, "u", 9))) == [
        "kes",
        "ran",
        "yol",
    ]
    assert ids(read(tracker, lambda lists, tx: lists.top_rated(tx, "u", 1))) == ["kes"]


def test_recent_are_by_last_viewing_and_leave_out_the_undated(tracker: Tracker) -> None:
    assert ids(read(tracker, lambda lists, tx: lists.recent(tx, "u", 9))) == ["z", "kes", "ran"]
    assert ids(read(tracker, lambda lists, tx: lists.recent(tx, "u", 1))) == ["z"]


def test_extremes_leave_out_what_is_not_known(tracker: Tracker) -> None:
    found = read(tracker, lambda lists, tx: lists.extremes(tx, "u", 2))
    assert {name: ids(rows) for name, rows in found.items()} == {
        "longest": ["ran", "z"],
        "shortest": ["kes", "z"],
        "oldest": ["kes", "yol"],
        "most_rewatched": ["kes"],
    }


def test_a_row_says_what_the_diary_and_the_catalogue_know(tracker: Tracker) -> None:
    found = read(tracker, lambda lists, tx: lists.rows(tx, "u", ["kes", "nothing"]))
    assert found["kes"].genres == msgspec.Raw(b'["Drama"]')
    assert msgspec.structs.replace(found.pop("kes"), genres=msgspec.Raw(b"")) == EntryRow(
        film_id="kes",
        title="Kes",
        title_en=None,
        title_it=None,
        year=1969,
        rating=4.5,
        runtime=111,
        last_watched="2025-01-02",
        watch_count=2,
        genres=msgspec.Raw(b""),
        directors=[NamedPerson("name:ken loach", "Ken Loach")],
    )
    assert found == {}


def test_films_between_are_those_with_a_viewing_then(tracker: Tracker) -> None:
    def between(first: str, last: str) -> list[str]:
        return sorted(read(tracker, lambda lists, tx: lists.films_between(tx, "u", first, last)))

    assert between("2024-05-17", "2024-12-31") == ["kes", "ran"]
    # One viewing before and one after are none in between.
    assert between("2024-07-01", "2024-12-31") == []
    assert between("2025-02-03", "2025-02-03") == ["z"]


def test_opinions_stand_beside_those_of_the_others(tracker: Tracker) -> None:
    found = read(tracker, lambda lists, tx: lists.opinions(tx, "u"))
    assert sorted(found) == [
        Opinion("kes", 9, 1, 9, None),
        Opinion("ran", 9, 2, 11, None),
        Opinion("yol", 3, 1, 3, None),
    ]
