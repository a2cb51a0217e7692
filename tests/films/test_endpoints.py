"""The catalogue over HTTP: search, films of one's own, corrections that reach the figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.film import popularity_of
from cinematch.films.core.starter import Starter, parse_best_known, starter_films
from cinematch.films.files import read_starter
from cinematch.films.service import FilmsService
from cinematch.films.sqlite import SqliteFilms
from tests.support.builders import film
from tests.support.house import TestClient, build_house, client_of, sign_in, signed_in

PASSWORD = "a phrase that is easy to keep"


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = build_house(tmp_path)
    house.accounts.add("ida", PASSWORD, role="administrator")
    house.films.load(
        [film("ran", title="Ran", runtime=100), film("ikiru", title="Ikiru")], "starter"
    )
    return house


@pytest.fixture
def ida(house: Services) -> Iterator[TestClient]:
    client = client_of(house)
    sign_in(client, "ida", PASSWORD)
    yield client
    client.close()


@pytest.fixture
def ben(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ben") as client:
        yield client


def test_a_film_is_found_with_ones_own_entry(ben: TestClient) -> None:
    ben.patch("/api/library/ran", json={"rating": 4.5})
    page = ben.get("/api/films", params={"q": "ran"}).json()
    assert (page["total"], page["next"]) == (1, None)
    assert page["items"][0]["title"] == "Ran"
    assert page["items"][0]["mine"]["rating"] == 4.5
    assert page["items"][0]["private"] is False


def test_films_can_be_narrowed_to_those_not_seen(ben: TestClient) -> None:
    ben.patch("/api/library/ran", json={"seen": True})
    for seen, title in (("yes", "Ran"), ("no", "Ikiru")):
        items = ben.get("/api/films", params={"seen": seen}).json()["items"]
        assert [item["title"] for item in items] == [title]


def test_nobody_is_served_without_signing_in(house: Services) -> None:
    assert client_of(house).get("/api/films").status_code == 401


@pytest.mark.parametrize(
    "cursor", ["nonsense", "WzFd", "WzEsOTk5OTk5OTk5OTk5OTk5OTk5OTk5OTksMV0", "WzEsMiwzXQ"]
)
def test_a_cursor_of_nothing_is_refused(ben: TestClient, cursor: str) -> None:
    answer = ben.get("/api/films", params={"cursor": cursor})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_film_of_ones_own_is_seen_by_its_owner_alone(ben: TestClient, ida: TestClient) -> None:
    made = ben.post("/api/films", json={"title": "Our Summer", "year": 2019, "directors": ["Ben"]})
    assert made.status_code == 201
    film_id = made.json()["film_id"]
    assert made.json()["private"] is True
    assert ben.get(f"/api/films/{film_id}").json()["directors"][0]["name"] == "Ben"
    assert ida.get(f"/api/films/{film_id}").status_code == 404
    assert ida.patch(f"/api/library/{film_id}", json={"rating": 1}).status_code == 404
    assert ben.patch(f"/api/films/{film_id}", json={"runtime": 9}).json()["runtime"] == 9


def test_an_unknown_genre_is_refused_with_the_ones_there_are(ben: TestClient) -> None:
    answer = ben.post("/api/films", json={"title": "X", "genres": ["Jidaigeki"]})
    assert answer.status_code == 422
    assert "Drama" in answer.json()["errors"][0]["mend"]


def test_a_correction_reaches_everybodys_entries_as_an_event(
    house: Services, ida: TestClient, ben: TestClient
) -> None:
    seq = ben.patch("/api/library/ran", json={"rating": 5}).json()["seq"]
    answer = ida.patch("/api/films/ran", json={"runtime": 162}, headers={"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert ben.get("/api/library/ran").json()["seq"] == seq + 1
    stats = ben.get("/api/user-stats")
    history = ida.get("/api/films/ran/history").json()["items"]
    assert (history[0]["before"], history[0]["after"]) == ({"runtime": 100}, {"runtime": 162})
    house.follower.catch_up()
    stats = ben.get("/api/user-stats").json()
    assert stats["watch_time_minutes"] == 162


def test_a_correction_of_an_older_version_is_refused(ida: TestClient) -> None:
    ida.patch("/api/films/ran", json={"runtime": 162})
    answer = ida.patch("/api/films/ran", json={"runtime": 1}, headers={"If-Match": '"1"'})
    assert answer.status_code == 412
    assert ida.get("/api/films/ran").json()["runtime"] == 162


def test_the_catalogue_is_corrected_by_administrators_only(ben: TestClient) -> None:
    assert ben.patch("/api/films/ran", json={"runtime": 1}).status_code == 403
    assert ben.get("/api/films/ran/history").status_code == 403


def test_a_corrected_name_keeps_who_was_known(ida: TestClient) -> None:
    before = ida.get("/api/films/ran").json()["directors"][0]
    changed = ida.patch("/api/films/ran", json={"directors": [before["name"], "Ishirō Honda"]})
    assert changed.json()["directors"] == [
        before,
        {"id": "name:ishiro honda", "name": "Ishirō Honda"},
    ]


def test_a_person_opens_their_films(ben: TestClient) -> None:
    person = ben.get("/api/films/ran").json()["directors"][0]
    page = ben.get(f"/api/people/{person['id']}").json()
    assert (page["name"], page["directed"], page["films"]["total"]) == (person["name"], 2, 2)
    assert ben.get("/api/people/nm0000000").status_code == 404


def test_facets_tell_by_what_films_can_be_narrowed(ben: TestClient) -> None:
    assert ben.get("/api/films/facets").json()["genres"] == [{"id": "Drama", "count": 2}]


def test_the_starter_is_loaded_once_and_keeps_corrections(house: Services) -> None:
    assert house.films.ensure_starter() > 600
    assert house.films.ensure_starter() == 0
    name, text = read_starter().films[0]
    films = FilmsService(
        house.store,
        SqliteFilms(),
        house.clock,
        lambda: Starter(((name, text.replace(",1,", ",2,", 1)),)),
        lambda: None,
    )
    assert films.ensure_starter() == 1
    assert films.ensure_starter() == 0


def test_the_best_known_are_shown_first_until_votes_say_otherwise(house: Services) -> None:
    house.films.ensure_starter()
    best = list(parse_best_known(read_starter().best_known))

    def shown(limit: int) -> list[str | None]:
        page = house.films.search(FilmQuery(sort="popularity", limit=limit), None)
        return [card.film.imdb_id for card in page.items]

    assert shown(len(best)) == best
    first, *others = best
    counted = film("x", imdb_id=others[-1], votes=3_000_000, popularity=popularity_of(3_000_000))
    forgotten = film("y", imdb_id=first, votes=1_000, popularity=popularity_of(1_000))
    house.films.load([counted, forgotten], "imdb")
    assert shown(len(best)) == [others[-1], *others[:-1], first]
    house.films.load(starter_films(read_starter()), "starter")
    assert shown(len(best)) == [others[-1], *others[:-1], first]
