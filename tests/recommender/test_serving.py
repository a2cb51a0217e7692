"""What answers is swapped whole, aside, and never for something damaged."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from cinematch.bootstrap import Services
from cinematch.kit.errors import StoreFull
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.records import ModelRecord, Preferences
from cinematch.recommender.service.person import Turned
from cinematch.recommender.service.serving import NO_MODEL, Serving
from tests.support.builders import film
from tests.support.cinema import account, cinema, films_of, model_of, rate

FILM_IDS = [one.film_id for one in films_of()]


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = cinema(tmp_path)
    house.models.register(model_of(FILM_IDS[:50]), won=True)
    return house


def serving(house: Services) -> Serving:
    found = house.recommending._views.serving
    found.every = 0.0
    return found


def until(true: Callable[[], bool]) -> None:
    """Ask again and again, as requests do, until it is so."""
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "It never came to be."
        time.sleep(0.01)


def version(house: Services) -> str | None:
    manifest = serving(house).current().learnt.manifest
    return manifest.version if manifest else None


def test_a_promoted_model_comes_to_answer_by_itself(house: Services) -> None:
    assert version(house) == "m1"
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    until(lambda: version(house) == "m2")
    house.models.roll_back(None)
    until(lambda: version(house) == "m1")


def test_two_processes_come_to_answer_with_the_same_lists(house: Services, tmp_path: Path) -> None:
    user_id = account(house, "ada")
    rate(house, user_id, {"f000": 9, "f007": 3, "f020": 10})
    other = cinema(tmp_path, films=[])
    for one in (house, other):
        one.recommending.refresh()
    lists = [one.recommending.suggest(user_id, Turned(), 20) for one in (house, other)]
    told = [[(item.film_id, item.score().total) for item in one.items] for one in lists]
    assert told[0] == told[1]


def test_a_list_of_another_process_is_explained_by_the_model_that_it_was_made_with(
    house: Services, tmp_path: Path
) -> None:
    other = cinema(tmp_path, films=[])
    behind = serving(other)
    assert behind.current().model == "m1"
    behind.every = 3600.0  # as if it had looked just now
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    assert behind.of("m1").model == "m1"
    assert behind.of("m2").model == "m2"
    assert behind.of("m1").model == "m1"
    assert behind.of("gone").model == "m2"


def test_a_model_that_was_replaced_is_let_go_after_a_while(
    house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = serving(house)
    found.current()
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    house.recommending.refresh()
    assert found.of("m1").model == "m1"
    monkeypatch.setattr("cinematch.recommender.service.serving.KEPT_SECONDS", 0.0)
    house.recommending.refresh()
    assert found.of("m1").model == "m2"


def test_a_damaged_model_is_refused_and_the_one_before_it_answers(
    house: Services, tmp_path: Path
) -> None:
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    for array in (tmp_path / "models" / "m2").glob("*.npy"):
        array.write_bytes(array.read_bytes()[:-8] + b"damaged!")
    # As a process that has just been started.
    assert cinema(tmp_path, films=[]).recommending.refresh().learnt.manifest.version == "m1"  # type: ignore[union-attr]


def test_a_film_that_comes_is_on_the_shelf_soon(house: Services) -> None:
    assert "new" not in serving(house).current().shelf.position
    house.films.load([film("new", title="New")], "starter")
    assert "new" in house.recommending.refresh().shelf.position


def test_many_at_once_get_the_same_while_it_is_swapped(house: Services) -> None:
    user_id = account(house, "ada")
    rate(house, user_id, {"f000": 9, "f007": 3})
    by_version: dict[str | None, set[tuple[str, ...]]] = {}
    failed: list[BaseException] = []
    ended = threading.Event()

    def ask() -> None:
        try:
            while not ended.is_set():
                found = house.recommending.suggest(user_id, Turned(), 10)
                ids = tuple(item.film_id for item in found.items)
                by_version.setdefault(found.note.version, set()).add(ids)
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    assert version(house) == "m1"
    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    until(lambda: "m1" in by_version)
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    until(lambda: "m2" in by_version or bool(failed))
    ended.set()
    for thread in threads:
        thread.join()
    assert not failed
    assert {told: len(lists) for told, lists in by_version.items()} == {"m1": 1, "m2": 1}


@pytest.mark.parametrize("trouble", [StoreFull("no room to fetch it"), PermissionError("no")])
def test_while_no_model_can_be_read_content_and_popularity_answer(
    house: Services, trouble: Exception
) -> None:
    class Away:
        """The registry, whose files are out of reach for a while."""

        def __init__(self) -> None:
            self.away = True

        def champion(self) -> ModelRecord | None:
            return house.models.champion()

        def load_champion(self) -> Model | None:
            if self.away:
                raise trouble
            return house.models.load_champion()

    models, own = Away(), house.adapters
    found = Serving(house.store, own.recommender.taste, own.film_feed, models, house.clock)
    first = found.current()
    assert first.model == NO_MODEL
    assert found.refresh().model == NO_MODEL
    models.away = False
    assert found.refresh().model == "m1"
    house.models.register(model_of([one.film_id for one in films_of()], "m2"), won=True)
    models.away = True
    with pytest.raises(type(trouble)):
        found.refresh()
    assert found.current().model == "m1", "what stood still stands"


def test_peers_whose_films_are_not_counted_yet_change_nothing(house: Services) -> None:
    peers = [account(house, f"user{number}") for number in range(5)]
    for user_id in peers:
        house.taste.save_preferences(user_id, Preferences(country="IT"))
        rate(house, user_id, {"f055": 8})
    found = house.recommending.suggest(peers[0], Turned(), 10)
    assert all(np.isfinite(item.score().total) for item in found.items)
    assert len(found.items) == 10


def test_what_peers_watch_is_popular_with_who_told_to_be_one(house: Services) -> None:
    everybody = [account(house, f"user{number}") for number in range(10)]
    for number, user_id in enumerate(everybody):
        italian = number < 5
        house.taste.save_preferences(user_id, Preferences(country="IT" if italian else "FR"))
        rate(house, user_id, {"f055" if italian else "f056": 8})
    house.follower.catch_up()
    standing = house.recommending.refresh()
    found = serving(house)
    peers = found.peers(standing, None, "IT")
    assert peers is not None
    at = [standing.shelf.position[film_id] for film_id in ("f055", "f056")]
    assert peers[at[0]] > peers[at[1]]
    assert found.peers(standing, None, None) is None
    change = standing.popularity(peers) - standing.popularity()
    assert int(change.argmax()) == at[0]
    few = found.peers(standing, "18-24", "IT")
    assert few is not None
    assert not np.any(few), "nobody is told what fewer than five watch"
