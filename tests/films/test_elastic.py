"""Films searched in a real search engine: the stores' answers, whatever happens to the server."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from pydantic import SecretStr
from typer.testing import CliRunner

from cinematch.bootstrap import Services
from cinematch.cli import app
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.core.starter import starter_films
from cinematch.films.elastic import ElasticFilms
from cinematch.films.files import read_starter
from cinematch.films.indexing import FilmSearch, Indexer, IndexParts
from cinematch.infra.ports import Tx
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Invalid, Unavailable
from cinematch.kit.ids import new_id
from cinematch.kit.paging import encode_cursor
from tests.support.builders import film, person
from tests.support.house import build_house, client_of
from tests.support.indexing import Noted, in_mongo, in_sqlite
from tests.support.mongo import MongoServer
from tests.support.opensearch import OpenSearchServer

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(300)]

STARTER = list(starter_films(read_starter()))[::4]
OWN = [
    film("z1", title="Una dolce estate", year=None, runtime=None, owner_user_id="ada"),
    film("z2", title="Dolce", year=None, runtime=None, popularity=3, owner_user_id="ben"),
    film("z3", title="… e la dolce vita", runtime=None),
    film("z4", title="Straße nach Łódź", year=1999, directors=(person("Éric Søndergård"),)),
    film("z5", title="Donaudampfschifffahrtsgesellschaftskapitän", year=2001),
]
QUESTIONS: list[dict[str, Any]] = [
    {},
    {"sort": "popularity"},
    {"sort": "year"},
    {"sort": "-year"},
    {"sort": "title"},
    {"sort": "runtime"},
    {"genre": "Drama", "country": "IT"},
    {"decade": 1960, "language": "it", "sort": "title"},
    {"year_from": 1950, "year_to": 1959, "runtime_max": 100},
    {"year": 1994},
    {"q": "the", "genre": "Crime", "runtime_max": 120},
    {"person": "name:eric søndergård"},
    {"seen": True},
    {"seen": False, "decade": 1990},
    {"q": "the"},
    {"q": "a"},
    {"q": "s"},
    {"q": "the godf"},
    {"q": "la dolce"},
    {"q": "dolce vita la"},
    {"q": "dolce"},
    {"q": "godfather"},
    {"q": "godfathr"},
    {"q": "kurosava"},
    {"q": "ukrosawa"},
    {"q": "hitchcok"},
    {"q": "visconti 1963"},
    {"q": "viscnti 1963"},
    {"q": "fellini", "sort": "year"},
    {"q": "8 1/2"},
    {"q": "AMÉLIE"},
    {"q": "strasse lodz"},
    {"q": "sondergard"},
    {"q": "donaudampfschifffahrtsgesellsch"},
    {"q": "q"},
    {"q": "…!"},
    {"q": "nothing is called zxqvw"},
]


@dataclass
class Place:
    """A catalogue with an index of its own."""

    catalogue: Noted
    index: ElasticFilms
    search: FilmSearch
    indexer: Indexer

    def pages(self, query: FilmQuery, user_id: str | None = None) -> Iterator[list[str]]:
        """Yield each page as it is found in the index, and only there."""
        seen = self.catalogue.store.snapshot(lambda tx: self.catalogue.feed.seen(tx, user_id))
        cursor = None
        while True:
            one = FilmQuery(**{**vars(query), "cursor": cursor})
            page = self.index.find(one, user_id, seen)
            yield list(page.items)
            cursor = page.next
            if cursor is None:
                return

    def found(self, **asked: Any) -> list[str]:
        """Return what people find, wherever it was searched."""
        page = self.search.search(FilmQuery(**asked), None)
        return [card.film.film_id for card in page.items]

    def refresh(self) -> None:
        """Have what was put be found; the engine does so by itself once a second."""
        self.index._do("POST", f"/{self.index._alias}/_refresh")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearchServer]:
    server = OpenSearchServer(tmp_path_factory.mktemp("opensearch"))
    server.start()
    yield server
    server.stop()


def place(catalogue: Noted, server: OpenSearchServer) -> Place:
    marks: set[str] = set()

    def follow(_tx: Tx) -> None:
        marks.add("followed")

    index = ElasticFilms(server.url, f"films-{new_id()}", system_clock, timeout=30)
    parts = IndexParts(
        store=catalogue.store,
        films=catalogue.films,
        feed=catalogue.feed,
        index=index,
        clock=system_clock,
        followed=lambda _tx: bool(marks),
        follow=follow,
    )
    return Place(catalogue, index, FilmSearch(parts), Indexer(parts))


@pytest.fixture(scope="module")
def places(
    server: OpenSearchServer, mongo_server: MongoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[Place]]:
    """The starter catalogue in both stores, each with its index; ada has seen some of it."""
    with ExitStack() as opened:
        catalogues = [
            opened.enter_context(in_sqlite(tmp_path_factory.mktemp("films"))),
            opened.enter_context(in_mongo(mongo_server)),
        ]
        made = [place(catalogue, server) for catalogue in catalogues]
        for one in made:
            films = [*STARTER, *OWN]
            for start in range(0, len(films), 500):
                one.catalogue.save(films[start : start + 500])
            one.catalogue.see("ada", STARTER[::25])
            assert one.indexer.ensure()
        yield made
        for one in made:
            one.index.close()


@pytest.fixture
def small(server: OpenSearchServer, tmp_path: Path) -> Iterator[Place]:
    """Sixty films in SQLite, indexed."""
    with in_sqlite(tmp_path) as catalogue:
        catalogue.save(STARTER[:60])
        made = place(catalogue, server)
        made.indexer.rebuild()
        made.indexer.catch_up()
        yield made
        made.index.close()


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_the_index_and_both_stores_give_the_same_pages(
    places: list[Place], asked: dict[str, Any]
) -> None:
    cursor = None
    for _ in range(2):
        query = FilmQuery(**asked, limit=7, cursor=cursor)
        answers = []
        for one in places:
            seen = one.catalogue.store.snapshot(lambda tx, o=one: o.catalogue.feed.seen(tx, "ada"))  # type: ignore[misc]
            stored = one.catalogue.search(query, "ada")
            ids = [card.film.film_id for card in stored.items]
            answers.append((ids, stored.total, stored.next))
            indexed = one.index.find(query, "ada", seen)
            answers.append((list(indexed.items), indexed.total, indexed.next))
        assert all(answer == answers[0] for answer in answers), answers
        cursor = answers[0][2]
        if cursor is None:
            return


@pytest.mark.parametrize("asked", [{}, {"q": "the"}, {"sort": "title"}], ids=str)
def test_pages_have_no_doubles_and_no_gaps(places: list[Place], asked: dict[str, Any]) -> None:
    query = FilmQuery(**asked, limit=150)
    found = [film_id for page in places[0].pages(query) for film_id in page]
    assert len(found) == len(set(found))
    assert len(found) == places[0].index.find(query, None, []).total
    if not asked:
        everybodys = [one.film_id for one in (*STARTER, *OWN) if one.owner_user_id is None]
        assert sorted(found) == sorted(everybodys)


def test_somebodys_own_film_is_found_by_nobody_else(places: list[Place]) -> None:
    for one in places:
        query = FilmQuery(q="una dolce estate")
        found = {user: one.index.find(query, user, []).total for user in ("ada", "ben", None)}
        assert found == {"ada": 1, "ben": 0, None: 0}


@pytest.mark.parametrize(
    "cursor",
    [
        "not a cursor",
        encode_cursor(["three", 1, 0, 1, "ran"]),
        encode_cursor([3, None, {}, 1, "ran"][:2]),
        encode_cursor([3, 1, 0, "x", "ran"]),
        encode_cursor([3, 1, 0, 10**30, "ran"]),
    ],
)
def test_a_cursor_of_another_listing_is_refused(places: list[Place], cursor: str) -> None:
    with pytest.raises(Invalid, match="listing"):
        places[0].search.search(FilmQuery(q="the", cursor=cursor), None)


def test_what_is_shown_comes_from_the_store(small: Place) -> None:
    first, second = STARTER[:2]
    changed = replace(first, title_en="Quite Another Name", version=first.version + 1)
    small.catalogue.save([changed])
    small.catalogue.store.transact(
        lambda tx: small.catalogue.films.replace_by(tx, second.film_id, first.film_id)
    )
    cards = small.search.search(FilmQuery(limit=100), None).items
    assert len(cards) == 59
    assert changed in [card.film for card in cards]


def test_changed_films_are_found_as_soon_as_they_are_taken_in(small: Place) -> None:
    first, second = STARTER[:2]
    small.catalogue.save([film("zylo", title="Zylophon")])
    small.catalogue.save([replace(first, title="Zyklop", version=first.version + 1)])
    small.catalogue.store.transact(
        lambda tx: small.catalogue.films.replace_by(tx, second.film_id, first.film_id)
    )
    assert small.search.health() == {"status": "ok", "waiting": 3}
    assert small.indexer.step() == 3
    small.refresh()
    assert small.found(q="zylophon") == ["zylo"]
    assert small.found(q="zyklop") == [first.film_id]
    assert small.index.size() == 60
    assert (small.indexer.step(), small.catalogue.waiting()) == (0, 0)


def test_what_comes_late_or_twice_changes_nothing(small: Place) -> None:
    first, second = STARTER[:2]
    new = replace(first, title="Zyklop", version=first.version + 3)
    for one in (new, replace(new, title="Older", version=first.version + 2), new):
        small.index.put([one])
    small.index.remove([second.film_id, "nobody's"])
    small.index.put([replace(second, version=second.version + 9)])
    small.refresh()
    assert small.index.find(FilmQuery(q="zyklop"), None, []).items == [first.film_id]
    assert small.index.size() == 59


def test_changes_during_a_rebuild_are_in_the_new_index_too(small: Place) -> None:
    """Whatever the moment of a change, before or after its film was read for the new index."""
    first, last = sorted(STARTER[:60], key=lambda one: one.film_id)[::59]

    def change(films: list[Film], title: str) -> None:
        small.catalogue.save([replace(one, title=title, version=one.version + 1) for one in films])
        small.catalogue.save([film(f"new{title}", title=title)])
        small.indexer.catch_up()

    def batches() -> Iterator[list[Film]]:
        read = list(small.indexer._batches())
        change([first], "Zyklop")
        small.catalogue.store.transact(
            lambda tx: small.catalogue.films.replace_by(tx, last.film_id, first.film_id)
        )
        small.indexer.catch_up()
        yield from read

    assert small.index.rebuild(batches()) == 60
    assert sorted(small.found(q="zyklop")) == sorted([first.film_id, "newZyklop"])
    assert small.index.find(FilmQuery(limit=100), None, []).total == 60
    assert last.film_id not in small.found(limit=100)


def test_readers_see_a_whole_index_while_it_is_rebuilt(small: Place) -> None:
    wrong: list[object] = []
    done, asked = threading.Event(), threading.Semaphore(0)

    def read() -> None:
        while not done.is_set():
            page = small.index.find(FilmQuery(limit=100), None, [])
            if (page.total, len(page.items)) != (60, 60):
                wrong.append((page.total, len(page.items)))
            asked.release()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(3):
        assert asked.acquire(timeout=30)
        assert small.indexer.rebuild() == 60
    done.set()
    for reader in readers:
        reader.join(30)
    assert wrong == []
    assert len(small.index._aliases()) == 1


def test_a_rebuild_that_breaks_off_leaves_the_old_index(small: Place) -> None:
    def broken() -> Iterator[list[Film]]:
        yield STARTER[:2]
        raise Unavailable("The store is away.")

    with pytest.raises(Unavailable):
        small.index.rebuild(broken())
    assert (small.index.size(), len(small.index._aliases())) == (60, 1)


def test_a_later_rebuild_overtakes_an_earlier_one(small: Place) -> None:
    def overtaken() -> Iterator[list[Film]]:
        yield STARTER[:2]
        small.indexer.rebuild()
        yield STARTER[2:4]

    with pytest.raises(Unavailable):
        small.index.rebuild(overtaken())
    assert (small.index.size(), len(small.index._aliases())) == (60, 1)


def test_a_killed_server_loses_nothing_and_is_used_again(
    server: OpenSearchServer, small: Place
) -> None:
    small.catalogue.save([film("zylo", title="Zylophon")])
    assert small.indexer.catch_up() == 1
    server.kill()
    assert small.found(q="zylophon") == ["zylo"]
    assert small.search.health()["status"] == "degraded"
    small.catalogue.save([film("zykl", title="Zyklop")])
    with pytest.raises(Unavailable):
        small.indexer.step()
    assert small.found(q="zyklop") == ["zykl"]
    assert small.catalogue.waiting() == 1
    server.start()
    assert small.indexer.catch_up() == 1
    assert not small.indexer.ensure()
    small.refresh()
    assert small.index.find(FilmQuery(q="zylophon"), None, []).items == ["zylo"]
    assert small.index.find(FilmQuery(q="zyklop"), None, []).items == ["zykl"]
    assert small.index.size() == 62


def test_an_installation_builds_its_index_and_keeps_it(
    server: OpenSearchServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {
        "elasticsearch_url": SecretStr(server.url),
        "search_index": f"films-{new_id()}",
    }
    house = build_house(tmp_path, **given)
    house.start()
    assert is_settled(house)
    house.films.load([film("zylo", title="Zylophon")], "test")
    assert comes_true(lambda: indexed(house, "zylophon") == ["zylo"])
    assert client_of(house).get("/ready").json()["parts"]["search"]["status"] == "ok"
    assert house.films.search(FilmQuery(q="kurosava"), None).total > 10
    house.stop()

    without = build_house(tmp_path)
    without.films.load([film("zykl", title="Zyklop")], "test")
    without.stop()

    house = build_house(tmp_path, **given)
    assert indexed(house, "zyklop") == []
    house.start()
    assert comes_true(lambda: indexed(house, "zyklop") == ["zykl"])
    house.stop()

    monkeypatch.setenv("ELASTICSEARCH_URL", server.url)
    monkeypatch.setenv("CINEMATCH_SEARCH_INDEX", str(given["search_index"]))
    words = ["--data-dir", str(tmp_path), "catalogue", "reindex", "--json"]
    done = CliRunner().invoke(app, words)
    assert (done.exit_code, done.stdout[:11]) == (0, '{"films": 1')


def indexed(house: Services, words: str) -> list[str]:
    assert house.film_index is not None
    return list(house.film_index.index.find(FilmQuery(q=words), None, []).items)


def is_settled(house: Services) -> bool:
    return comes_true(lambda: house.health()["search"] == {"status": "ok", "waiting": 0})


def comes_true(condition: Callable[[], bool]) -> bool:
    """Wait for what a thread of the house does; an index that is not there yet is waited for."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            if condition():
                return True
        except Unavailable:
            pass
        time.sleep(0.1)
    return False
