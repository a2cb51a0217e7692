"""MovieLens' movies.csv and links.csv."""

from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import Film
from cinematch.films.loaders.movielens import load_movielens
from cinematch.kit.errors import Invalid
from tests.support.builders import film
from tests.support.house import build_house

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
