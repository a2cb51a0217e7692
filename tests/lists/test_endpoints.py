"""Lists over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from tests.support.builders import film
from tests.support.house import TestClient, build_house, signed_in

FILMS = ("ran", "ikiru", "rashomon", "yojimbo", "dodesukaden", "kagemusha")


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = build_house(tmp_path)
    house.films.load([film(key) for key in FILMS], "starter")
    return house


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


@pytest.fixture
def list_id(ada: TestClient) -> str:
    answer = ada.post("/api/lists", json={"name": " Rainy Sundays ", "description": "For tea"})
    assert answer.status_code == 201
    assert answer.json()["name"] == "Rainy Sundays"
    return str(answer.json()["list_id"])


def order(client: TestClient, list_id: str) -> list[str]:
    items = client.get(f"/api/lists/{list_id}").json()["items"]
    assert [item["position"] for item in items] == list(range(1, len(items) + 1))
    return [item["film"]["film_id"] for item in items]


def test_films_are_added_ordered_and_taken_off(ada: TestClient, list_id: str) -> None:
    for key in ("ran", "ikiru", "yojimbo"):
        added = ada.post(f"/api/lists/{list_id}/items", json={"film_id": key, "note": key})
        assert added.status_code == 201
    assert order(ada, list_id) == ["ran", "ikiru", "yojimbo"]
    new_order = {"film_ids": ["yojimbo", "ran", "kagemusha"]}
    ordered = ada.put(f"/api/lists/{list_id}/items", json=new_order).json()
    assert [item["note"] for item in ordered["items"]] == ["yojimbo", "ran", ""]
    assert ada.delete(f"/api/lists/{list_id}/items/ran").status_code == 200
    assert order(ada, list_id) == ["yojimbo", "kagemusha"]


def test_the_overview_shows_the_first_five(ada: TestClient, list_id: str) -> None:
    ada.put(f"/api/lists/{list_id}/items", json={"film_ids": list(FILMS)})
    (shown,) = ada.get("/api/lists").json()["items"]
    assert shown["count"] == 6
    assert [item["film_id"] for item in shown["preview"]] == list(FILMS[:5])


def test_a_list_is_renamed_and_removed(ada: TestClient, list_id: str) -> None:
    assert ada.patch(f"/api/lists/{list_id}", json={"name": "Saturdays"}).json()["version"] == 2
    assert ada.get(f"/api/lists/{list_id}").json()["description"] == "For tea"
    assert ada.delete(f"/api/lists/{list_id}").status_code == 204
    assert ada.get(f"/api/lists/{list_id}").status_code == 404


def test_two_windows_do_not_overwrite_each_other(ada: TestClient, list_id: str) -> None:
    ada.patch(f"/api/lists/{list_id}", json={"name": "Mine"}, headers={"If-Match": '"1"'})
    answer = ada.patch(
        f"/api/lists/{list_id}", json={"name": "Theirs"}, headers={"If-Match": '"1"'}
    )
    assert answer.status_code == 412
    assert ada.get(f"/api/lists/{list_id}").json()["name"] == "Mine"


def test_a_retry_makes_one_list(ada: TestClient) -> None:
    for _ in range(2):
        ada.post("/api/lists", json={"name": "Once"}, headers={"Idempotency-Key": "k"})
    assert len(ada.get("/api/lists").json()["items"]) == 1


@pytest.mark.parametrize(
    ("film_ids", "status"), [(["ran", "ran"], 422), (["no such film"], 404), (["ran"], 200)]
)
def test_only_films_each_once_stand_on_a_list(
    ada: TestClient, list_id: str, film_ids: list[str], status: int
) -> None:
    answer = ada.put(f"/api/lists/{list_id}/items", json={"film_ids": film_ids})
    assert answer.status_code == status


def test_somebody_elses_list_is_not_there(house: Services, ada: TestClient, list_id: str) -> None:
    with signed_in(house, "ben") as ben:
        assert ben.get(f"/api/lists/{list_id}").status_code == 404
        assert ben.delete(f"/api/lists/{list_id}").status_code == 404
    assert ada.get(f"/api/lists/{list_id}").status_code == 200
