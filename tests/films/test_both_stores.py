"""A search has one answer, whichever store the catalogue is in."""

from collections.abc import Callable, Iterator

import pytest

from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.core.starter import starter_films
from cinematch.films.files import read_starter
from cinematch.films.mongo import COLLECTIONS, MongoFilms
from cinematch.films.ports import FilmsRepository
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.mongo import MongoStore
from cinematch.infra.ports import Store
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import Invalid
from cinematch.kit.paging import Page, encode_cursor
from tests.support.builders import film
from tests.support.mongo import MongoServer, fresh_store

QUESTIONS: list[dict[str, object]] = [
    {},
    {"sort": "popularity"},
    {"sort": "year"},
    {"sort": "-year"},
    {"sort": "title"},
    {"sort": "runtime"},
    {"genre": "Drama", "country": "IT"},
    {"decade": 1960, "language": "it", "sort": "title"},
    {"year_from": 1950, "year_to": 1959, "runtime_max": 100},
    {"q": "the"},
    {"q": "a"},
    {"q": "la dolce"},
    {"q": "dolce vita la"},
    {"q": "godfather"},
    {"q": "godfathr"},
    {"q": "kurosava"},
    {"q": "hitchcok"},
    {"q": "visconti 1963"},
    {"q": "viscnti 1963"},
    {"q": "fellini", "sort": "year"},
    {"q": "8 1/2"},
    {"q": "q"},
    {"q": "…!"},
]

Ask = Callable[[FilmQuery], Page[FilmCard]]


@pytest.fixture(scope="module")
def mongo(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(mongo_server, COLLECTIONS) as store:
        yield store


@pytest.fixture(scope="module")
def stores(mongo: MongoStore, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Ask]]:
    """Both stores with the same 110 films, some of them unknown in all that is sorted by."""
    films = [
        *starter_films(read_starter())[::12],
        film("z1", year=None, runtime=None),
        film("z2", title="Dolce", year=None, runtime=None, popularity=3),
        film("z3", title="… e la dolce vita", runtime=None),
    ]
    sqlite = open_database(tmp_path_factory.mktemp("films"))
    yield [filled(sqlite, SqliteFilms(), films), filled(mongo, MongoFilms(), films)]
    sqlite.close()


def filled(store: Store, repository: FilmsRepository, films: list) -> Ask:  # type: ignore[type-arg]
    store.transact(lambda tx: repository.save(tx, films))
    return lambda query: store.snapshot(lambda tx: repository.search(tx, query, "nobody"))


@pytest.mark.parametrize("asked", QUESTIONS, ids=str)
def test_pages_and_cursors_are_the_same(stores: list[Ask], asked: dict[str, object]) -> None:
    cursor = None
    for _ in range(4):
        query = FilmQuery(**asked, limit=7, cursor=cursor)  # type: ignore[arg-type]
        one, other = (ask(query) for ask in stores)
        assert [card.film.film_id for card in one.items] == [
            card.film.film_id for card in other.items
        ]
        assert (one.total, one.next) == (other.total, other.next)
        cursor = one.next
        if cursor is None:
            return


@pytest.mark.parametrize("rank", ["three", None])
def test_a_cursor_without_a_rank_is_refused(stores: list[Ask], rank: object) -> None:
    _, mongo = stores
    query = FilmQuery(q="the", cursor=encode_cursor([rank, 1, 0, 1, "ran"]))
    with pytest.raises(Invalid, match="listing"):
        mongo(query)
