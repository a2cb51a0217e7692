"""Ratings and genres under the names of the described system."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from tests.support.cinema import cinema, films_of
from tests.support.house import TestClient, client_of, signed_in

FILM_IDS = [one.film_id for one in films_of()]


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return cinema(tmp_path)


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


def test_a_rating_is_the_diarys(house: Services, ada: TestClient) -> None:
    answer = ada.put("/api/ratings/f002", json={"rating": 3.5})
    assert answer.status_code == 200
    assert answer.json() == {
        "film_id": "f002",
        "title": "Film 2",
        "title_en": None,
        "title_it": None,
        "year": 1952,
        "rating": 3.5,
        "rated_at": "2026-03-01T20:15:00.000000Z",
    }
    assert ada.get("/api/library/f002").json()["rating"] == 3.5
    house.follower.catch_up()
    assert ada.get("/api/user-stats").json()["avg_rating"] == 3.5


def test_a_rating_taken_back_leaves_the_film_seen(ada: TestClient) -> None:
    ada.put("/api/ratings/f002", json={"rating": 3.5})
    assert ada.delete("/api/ratings/f002").status_code == 204
    entry = ada.get("/api/library/f002").json()
    assert (entry["rating"], entry["seen"]) == (None, True)
    assert ada.get("/api/ratings").json() == {"items": [], "total": 0, "next": None}
    assert ada.delete("/api/ratings/f009").status_code == 404


@pytest.mark.parametrize(("path", "body"), [("f002", {"rating": 0}), ("f002", {"rating": 4.2})])
def test_what_is_no_rating_is_refused(ada: TestClient, path: str, body: object) -> None:
    assert ada.put(f"/api/ratings/{path}", json=body).status_code == 422


def test_a_film_that_is_none_cannot_be_rated(ada: TestClient) -> None:
    assert ada.put("/api/ratings/nothing", json={"rating": 4}).status_code == 404


def test_ratings_come_in_pages_the_latest_first(house: Services, ada: TestClient) -> None:
    for film_id in FILM_IDS[:7]:
        ada.put(f"/api/ratings/{film_id}", json={"rating": 4})
        house.clock.push(minutes=1)  # type: ignore[attr-defined]
    found: list[str] = []
    cursor = None
    for _ in range(4):
        asked = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        page = ada.get("/api/ratings", params=asked).json()
        assert page["total"] == 7
        found += [one["film_id"] for one in page["items"]]
        cursor = page["next"]
    assert cursor is None
    assert found == FILM_IDS[6::-1]
    assert ada.get("/api/ratings", params={"cursor": "nonsense"}).status_code == 422


def test_genres_with_their_films_the_best_known_first(house: Services) -> None:
    with signed_in(house, "ada") as client:
        genres = {one["id"]: one["count"] for one in client.get("/api/genres").json()["items"]}
        assert genres["Western"] == 10
        assert client.get("/api/generi").json() == client.get("/api/genres").json()
        page = client.get("/api/genres/western/films", params={"limit": 3}).json()
        assert [film["film_id"] for film in page["items"]] == FILM_IDS[3:21:6]
        assert client.get("/api/generi/Western/films", params={"limit": 3}).json() == page
        assert client.get("/api/genres/nonsense/films").status_code == 404
    assert client_of(house).get("/api/genres").status_code == 401
