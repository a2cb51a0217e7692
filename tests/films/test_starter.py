"""The starter catalogue: its shape. (Its truth was checked by hand.)"""

from collections import Counter

import pytest

from cinematch.films.core.film import Film, popularity_of
from cinematch.films.core.starter import COLUMNS, parse_best_known, parse_starter, starter_films
from cinematch.films.core.title import normalize_title
from cinematch.films.files import read_starter
from cinematch.kit.errors import Invalid


@pytest.fixture(scope="module")
def films() -> list[Film]:
    return starter_films(read_starter())


def test_there_are_at_least_600_films(films: list[Film]) -> None:
    assert len(films) >= 600


def test_no_film_is_there_twice(films: list[Film]) -> None:
    for name in ("film_id", "imdb_id", "tmdb_id"):
        counts = Counter(getattr(film, name) for film in films if getattr(film, name))
        assert [value for value, count in counts.items() if count > 1] == []
    titles = Counter((normalize_title(film.title), film.year) for film in films)
    assert [title for title, count in titles.items() if count > 1] == []


def test_every_film_has_the_facts_that_figures_need(films: list[Film]) -> None:
    for film in films:
        assert film.year, film.title
        assert film.runtime, film.title
        assert 1 <= len(film.genres) <= 5, film.title
        assert film.directors, film.title
        assert len(film.cast) <= 5, film.title
        assert film.countries, film.title
        assert film.title_en, film.title
        assert film.title_it, film.title


def test_all_eras_and_many_countries_are_there(films: list[Film]) -> None:
    assert len({film.year // 10 for film in films if film.year}) >= 10
    assert len({country for film in films for country in film.countries}) >= 35


def test_nobody_is_spelt_in_two_ways(films: list[Film]) -> None:
    spellings: dict[str, set[str]] = {}
    for film in films:
        for person in (*film.directors, *film.cast):
            spellings.setdefault(person.id, set()).add(person.name)
    assert {key: names for key, names in spellings.items() if len(names) > 1} == {}


def test_the_best_known_are_films_of_the_starter_each_under_its_title(films: list[Film]) -> None:
    lines = [line for line in read_starter().best_known.splitlines() if line[:1] != "#"]
    titles = {film.imdb_id: f"{film.title_en} ({film.year})" for film in films if film.imdb_id}
    assert [
        line for line in lines if titles.get(line.split(" ")[0]) != line.partition(" ")[2]
    ] == []
    assert len(lines) == len(set(lines)) >= 300
    known = sorted((f for f in films if f.popularity), key=lambda f: -f.popularity)
    assert [f.imdb_id for f in known] == [line.split(" ")[0] for line in lines]


def test_the_best_known_are_of_all_times_and_there_are_italian_ones(films: list[Film]) -> None:
    known = [film for film in films if film.popularity]
    assert {film.year // 10 * 10 for film in known if film.year} >= set(range(1920, 2030, 10))
    assert sum("IT" in film.countries for film in known) >= 30


def test_popularity_falls_on_the_scale_of_votes() -> None:
    known = parse_best_known("# why\n\ntt0000001 One (1901)\ntt0000002 Two (1902)\n")
    assert popularity_of(2_000_000) == known["tt0000001"] > known["tt0000002"]
    assert known["tt0000002"] > popularity_of(30_000)


@pytest.mark.parametrize("line", ["The Third Man (1949)", "tt0000001 One (1901)"])
def test_a_line_without_an_id_of_its_own_is_refused(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_best_known(f"tt0000001 One (1901)\n{line}\n")
    assert refused.value.errors[0].row == 2


@pytest.mark.parametrize(
    ("column", "value", "mend"),
    [
        ("imdb_id", "0047478", "tt and seven"),
        ("year", "1700", "1888–2100"),
        ("runtime", "three hours", "1–1000"),
        ("genres", "Drama|Jidaigeki", "Action"),
        ("countries", "Japan", "ISO codes"),
        ("original_title", " ", "title"),
    ],
)
def test_a_wrong_value_is_refused_with_line_and_mend(column: str, value: str, mend: str) -> None:
    row = dict.fromkeys(COLUMNS, "") | {
        "imdb_id": "tt0047478",
        "original_title": "Shichinin no samurai",
        "year": "1954",
        "runtime": "207",
        "genres": "Drama",
    }
    text = f"{','.join(COLUMNS)}\n{','.join({**row, column: value}.values())}\n"
    with pytest.raises(Invalid) as refused:
        list(parse_starter(text))
    assert refused.value.errors[0].row == 2
    assert refused.value.errors[0].field == column
    assert mend in refused.value.errors[0].mend


def test_another_header_is_refused() -> None:
    with pytest.raises(Invalid, match="header"):
        list(parse_starter("title,year\nM,1931\n"))
