"""MovieLens' movies.csv and links.csv."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from cinematch.bootstrap import Services
from cinematch.diary.core import Entry
from cinematch.diary.mongo import COLLECTIONS as OF_DIARY
from cinematch.diary.mongo import MongoEntries
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.files import read_starter
from cinematch.films.loaders.movielens import load_movielens
from cinematch.films.mongo import COLLECTIONS as OF_FILMS
from cinematch.films.mongo import MongoFilms
from cinematch.films.service import FilmsService
from cinematch.kit.errors import Invalid
from tests.support.builders import film
from tests.support.house import PushedClock, build_house
from tests.support.mongo import MongoServer, fresh_store

MOVIES = """movieId,title,genres
1,"Matrix, The (1999)",Action|Sci-Fi|Thriller
2,"City of Lost Children, The (Cité des enfants perdus, La) (1995)",Adventure|Children|IMAX
3,Nobody Knows When,(no genres listed)
4,broken
5,Twin of the Matrix (1999),Drama
"""
LINKS = "movieId,imdbId,tmdbId\n1,0133093,603\n2,0112682,902\n3,0000003,\n5,0133094,603\n6,x,1\n"


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return build_house(tmp_path / "data")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "movies.csv").write_text(MOVIES.replace("\n", "\r\n"), encoding="utf-8")
    (tmp_path / "links.csv").write_text(LINKS, encoding="utf-8")
    return tmp_path


def films(house: Services) -> dict[str, Film]:
    page = house.films.search(FilmQuery(limit=200), None)
    return {card.film.imdb_id or "": card.film for card in page.items}


def test_titles_years_genres_and_ids_are_read(house: Services, folder: Path) -> None:
    loaded = load_movielens(folder, house.films, lambda *_: None)
    assert (loaded.read, loaded.changed) == (4, 4)
    got = films(house)
    matrix, lost = got["tt0133093"], got["tt0112682"]
    assert (matrix.title, matrix.year, matrix.tmdb_id) == ("The Matrix", 1999, 603)
    assert matrix.genres == ("Action", "Sci-Fi", "Thriller")
    assert (lost.title, lost.aliases) == (
        "The City of Lost Children",
        ("La Cité des enfants perdus",),
    )
    assert lost.genres == ("Adventure", "Family")
    assert (got["tt0000003"].year, got["tt0000003"].genres) == (None, ())


def test_an_id_given_to_two_films_stays_with_the_first(house: Services, folder: Path) -> None:
    load_movielens(folder, house.films, lambda *_: None)
    assert films(house)["tt0133094"].tmdb_id is None


def test_malformed_lines_are_named(house: Services, folder: Path) -> None:
    loaded = load_movielens(folder, house.films, lambda *_: None)
    assert loaded.malformed.first == [
        "links.csv, line 6: an id is no number",
        "movies.csv, line 5: has 2 fields instead of 3",
    ]


def test_what_the_starter_knows_stays(house: Services, folder: Path) -> None:
    house.films.load(
        [film("m", title="Matrix", imdb_id="tt0133093", genres=("Action",))], "starter"
    )
    load_movielens(folder, house.films, lambda *_: None)
    matrix = films(house)["tt0133093"]
    assert (matrix.film_id, matrix.title, matrix.genres) == ("m", "Matrix", ("Action",))
    assert (matrix.tmdb_id, matrix.title_en) == (603, "The Matrix")


def test_loading_again_changes_nothing(house: Services, folder: Path) -> None:
    load_movielens(folder, house.films, lambda *_: None)
    assert load_movielens(folder, house.films, lambda *_: None).changed == 0


def test_another_file_is_refused(house: Services, folder: Path) -> None:
    (folder / "movies.csv").write_text("id;name\n", encoding="utf-8")
    with pytest.raises(Invalid, match="movieId"):
        load_movielens(folder, house.films, lambda *_: None)


def test_the_films_may_go_to_a_mongodb(
    house: Services, folder: Path, mongo_server: MongoServer
) -> None:
    load_movielens(folder, house.films, lambda *_: None)
    with fresh_store(mongo_server, [*OF_FILMS, *OF_DIARY]) as store:
        in_mongo = FilmsService(store, MongoFilms(), PushedClock(), read_starter, lambda: None)
        loaded = load_movielens(folder, in_mongo, lambda *_: None)
        assert (loaded.read, loaded.changed) == (4, 4)
        query = FilmQuery(limit=200)
        assert in_mongo.search(query, None).items == house.films.search(query, None).items
        assert load_movielens(folder, in_mongo, lambda *_: None).changed == 0


def test_what_a_source_corrects_is_logged_in_a_mongodb(
    folder: Path, mongo_server: MongoServer
) -> None:
    with fresh_store(mongo_server, [*OF_FILMS, *OF_DIARY]) as store:
        told: list[str] = []
        films, repository = MongoFilms(), MongoEntries()
        in_mongo = FilmsService(
            store, films, PushedClock(), read_starter, lambda: told.append("corrected")
        )
        load_movielens(folder, in_mongo, lambda *_: None)
        matrix = in_mongo.search(FilmQuery(q="matrix"), None).items[0].film
        entry = Entry(user_id="u", film_id=matrix.film_id, facts=matrix.facts, version=1)
        store.transact(lambda tx: repository.save(tx, entry))
        in_mongo.load([replace(matrix, runtime=136)], "imdb")
        (logged,) = in_mongo.history(matrix.film_id)
        assert (logged.before, logged.after) == ({"runtime": None}, {"runtime": 136})
        assert told == ["corrected", "corrected"]
