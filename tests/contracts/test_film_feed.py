"""What both stores promise of `films.ports.FilmFeed`: no changed film goes by without a note."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.films.ports import Changes
from cinematch.infra.ports import Tx
from tests.support.builders import film
from tests.support.indexing import Noted, in_mongo, in_sqlite

FILMS = [film("ran"), film("ikiru"), film("rashomon")]
OWN = [film("mine", owner_user_id="ada"), film("hers", owner_user_id="ada")]


@pytest.fixture(params=["sqlite", "mongo"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Noted]:
    if request.param == "mongo":
        with in_mongo(request.getfixturevalue("mongo_server")) as made:
            yield made
    else:
        with in_sqlite(tmp_path) as made:
            yield made


def changes(catalogue: Noted, limit: int = 100) -> Changes:
    return catalogue.store.snapshot(lambda tx: catalogue.feed.changes(tx, limit))


def gone(catalogue: Noted) -> set[str]:
    """Which films wait, all of them gone."""
    told = changes(catalogue)
    assert not told.films
    return set(told.notes)


def settle(catalogue: Noted, told: Changes) -> None:
    catalogue.store.transact(lambda tx: catalogue.feed.settle(tx, told.notes))


def test_every_saved_film_is_noted_once(catalogue: Noted) -> None:
    catalogue.save(FILMS)
    catalogue.save(FILMS[:1])
    told = changes(catalogue)
    assert told.films == {known.film_id: known for known in FILMS}
    assert told.notes.keys() == told.films.keys()
    assert catalogue.waiting() == 3
    assert len(changes(catalogue, 2).notes) == 2
    settle(catalogue, told)
    assert catalogue.waiting() == 0
    assert changes(catalogue) == Changes({}, {})


def test_a_film_that_is_changed_again_meanwhile_stays_noted(catalogue: Noted) -> None:
    catalogue.save(FILMS)
    told = changes(catalogue)
    later = replace(FILMS[0], title="Chaos", version=2)
    catalogue.save([later])
    settle(catalogue, told)
    assert changes(catalogue).films == {"ran": later}


def test_what_is_taken_back_leaves_no_note(catalogue: Noted) -> None:
    class TakenBack(Exception):
        pass

    def work(tx: Tx) -> None:
        catalogue.films.save(tx, FILMS)
        raise TakenBack

    with pytest.raises(TakenBack):
        catalogue.store.transact(work)
    assert catalogue.waiting() == 0


def test_films_that_go_are_noted(catalogue: Noted) -> None:
    catalogue.save([*FILMS, *OWN])
    settle(catalogue, changes(catalogue))
    catalogue.store.transact(lambda tx: catalogue.films.replace_by(tx, "mine", "ran"))
    assert gone(catalogue) == {"mine"}
    settle(catalogue, changes(catalogue))

    def erase(tx: Tx) -> None:
        catalogue.films.forget_owner(tx, "ada")
        catalogue.accounts.delete(tx, "ada")

    catalogue.store.transact(erase)
    assert gone(catalogue) == {"hers"}


def test_films_are_told_by_id_some_at_a_time(catalogue: Noted) -> None:
    catalogue.save([*FILMS, *OWN])
    told, last = [], ""
    while some := catalogue.store.snapshot(
        lambda tx, past=last: catalogue.feed.following(tx, past, 2)  # type: ignore[misc]
    ):
        assert len(some) <= 2
        told += some
        last = some[-1].film_id
    assert told == sorted([*FILMS, *OWN], key=lambda known: known.film_id)


def test_what_somebody_has_seen_is_told(catalogue: Noted) -> None:
    catalogue.save(FILMS)
    catalogue.see("ada", FILMS[:2])
    asked = {
        user: sorted(catalogue.store.snapshot(lambda tx, u=user: catalogue.feed.seen(tx, u)))  # type: ignore[misc]
        for user in ("ada", "ben", None)
    }
    assert asked == {"ada": ["ikiru", "ran"], "ben": [], None: []}
