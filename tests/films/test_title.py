"""Title keys and matching: certain, doubtful or unknown, never guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinematch.films.core.film import canonical_genre
from cinematch.films.core.matching import match_title
from cinematch.films.core.title import normalize_title, title_keys
from tests.support.builders import film, person

DUNES = [film("dune84", title="Dune", year=1984), film("dune21", title="Dune", year=2021)]


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("La città delle donne", "la citta delle donne"),
        ("WALL·E", "wall e"),
        ("  8½ ", "8 1 2"),
        ("Straße", "strasse"),
        ("Køl, Æbler & Œuvre", "kol aebler oeuvre"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("Иди и смотри", "иди и смотри"),
        ("الرسالة", "الرسالة"),
        ("¡¡¡", "¡¡¡"),
    ],
)
def test_a_title_has_one_key_however_it_is_written(title: str, key: str) -> None:
    assert normalize_title(title) == key


@given(st.text(max_size=40))
def test_a_key_is_its_own_key(title: str) -> None:
    key = normalize_title(title)
    assert normalize_title(key) == key


@given(st.text(max_size=40))
def test_every_title_that_says_something_has_a_key(title: str) -> None:
    assert bool(title_keys([title])) == bool(title.strip())


@pytest.mark.parametrize("title", ["Matrix, The", "The Matrix", "the matrix", "Matrix"])
def test_an_article_may_lead_trail_or_lack(title: str) -> None:
    assert title_keys([title]) & title_keys(["The Matrix"])


def test_title_and_year_are_certain() -> None:
    match = match_title(DUNES, "dune", 2021)
    assert (match.verdict, match.film) == ("certain", DUNES[1])


def test_a_year_beside_it_is_certain_when_no_film_has_the_very_year() -> None:
    assert match_title(DUNES, "Dune", 2020).film == DUNES[1]
    assert match_title(DUNES, "Dune", 2018).verdict == "doubtful"


def test_without_a_year_it_is_doubtful_and_both_are_offered() -> None:
    match = match_title(DUNES, "Dune", None)
    assert (match.verdict, match.film) == ("doubtful", None)
    assert {candidate.film.film_id for candidate in match.candidates} == {"dune84", "dune21"}


def test_two_of_one_title_and_year_are_told_apart_by_director() -> None:
    twins = [
        film("a", title="Pinocchio", year=2022, directors=(person("Guillermo del Toro"),)),
        film("b", title="Pinocchio", year=2022, directors=(person("Robert Zemeckis"),)),
    ]
    assert match_title(twins, "Pinocchio", 2022).verdict == "doubtful"
    found = match_title(twins, "Pinocchio", 2022, ["Guillermo Del Toro"])
    assert found.film == twins[0]


def test_a_likeness_is_offered_never_taken() -> None:
    match = match_title(DUNES, "Dunes", 2021)
    assert (match.verdict, match.film) == ("doubtful", None)


def test_something_else_is_unknown() -> None:
    assert match_title(DUNES, "Stalker", 1979).verdict == "unknown"


def test_every_title_of_a_film_is_its_title() -> None:
    seven = film("seven", title="Shichinin no samurai", title_it="I sette samurai", year=1954)
    for title in ("sette samurai", "Shichinin no Samurai"):
        assert match_title([seven], title, 1954).film == seven


def test_what_is_no_genre_of_ours_is_none() -> None:
    assert [canonical_genre(name) for name in ("sci-fi", "Children's", "IMAX")] == [
        "Sci-Fi",
        "Family",
        None,
    ]
