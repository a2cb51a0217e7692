"""Knobs and films set aside go into an export, and come back with it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cinematch.bootstrap import Services
from tests.support.cinema import cinema, films_of
from tests.support.house import TestClient, signed_in

FILM_IDS = [one.film_id for one in films_of()]
KNOBS = "/api/recommendations/preferences"


@pytest.fixture
def house(tmp_path: Path) -> Services:
    return cinema(tmp_path)


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


@pytest.fixture
def ben(house: Services, ada: TestClient) -> Iterator[TestClient]:
    with signed_in(house, "ben") as client:
        yield client


def set_aside(client: TestClient) -> list[tuple[str, str]]:
    marks = client.get("/api/recommendations/marks").json()["items"]
    return sorted((mark["film"]["film_id"], mark["kind"]) for mark in marks)


def exported(client: TestClient) -> bytes:
    answer = client.get("/api/export", params={"format": "cinematch"})
    assert answer.status_code == 200, answer.text
    return answer.content


def bring(client: TestClient, file: bytes) -> Any:
    answer = client.post("/api/upload-csv", files={"file": ("cinematch.json", file)})
    assert answer.json()["status"] == "applied", answer.text
    return answer.json()


def turn(client: TestClient) -> None:
    client.put(KNOBS, json={"recency": -0.5, "max_minutes": 100, "country": "IT"})
    client.put(f"/api/ratings/{FILM_IDS[3]}", json={"rating": 2})
    assert client.put(f"/api/recommendations/muted/{FILM_IDS[3]}").status_code == 204
    assert client.put(f"/api/recommendations/not-interested/{FILM_IDS[7]}").status_code == 204


def test_all_of_it_comes_along_and_goes_back(
    house: Services, ada: TestClient, ben: TestClient
) -> None:
    turn(ada)
    before = ben.get(KNOBS).json()
    ben.put(f"/api/recommendations/not-interested/{FILM_IDS[9]}")
    brought = bring(ben, exported(ada))
    assert ben.get(KNOBS).json() == ada.get(KNOBS).json() != before
    assert set_aside(ben) == set_aside(ada)
    assert ben.post(f"/api/imports/{brought['id']}/undo").status_code == 202
    house.imports.work_off()
    assert set_aside(ben) == [(FILM_IDS[9], "not interested")]
    assert ben.get(KNOBS).json() == before


def test_an_export_of_a_release_without_them_leaves_them(ada: TestClient) -> None:
    turn(ada)
    before = (ada.get(KNOBS).json(), set_aside(ada))
    file = json.loads(exported(ada))
    del file["settings"]["recommender"]
    bring(ada, json.dumps(file).encode())
    assert (ada.get(KNOBS).json(), set_aside(ada)) == before


def test_films_are_found_by_their_ids_elsewhere_and_unknown_ones_are_left(
    ada: TestClient, ben: TestClient
) -> None:
    turn(ada)
    told = json.loads(exported(ada))
    for mark in told["settings"]["recommender"]["marks"]:
        mark["film_id"] = "another-installation"
    told["settings"]["recommender"]["marks"].append(
        {"film_id": "nowhere", "kind": "muted", "at": "2026-01-01T00:00:00.000000Z"}
    )
    bring(ben, json.dumps(told).encode())
    assert set_aside(ben) == set_aside(ada)


def test_what_another_release_adds_is_passed_over_and_told(
    ada: TestClient, ben: TestClient
) -> None:
    turn(ada)
    file = json.loads(exported(ada))
    told = file["settings"]["recommender"]
    told["knobs"] |= {"loudness": 3, "genres": ["Drama", "Nonsense"], "country": "nowhere"}
    told["later"] = True
    told["marks"] += [
        {"film_id": FILM_IDS[5], "kind": "muted", "at": "once", "imdb_id": None},
        {"film_id": FILM_IDS[6], "kind": "muted", "at": told["marks"][0]["at"], "tmdb_id": 10**30},
    ]
    notices = bring(ben, json.dumps(file).encode())["notices"]
    expected = ada.get(KNOBS).json() | {"genres": ["Drama"], "country": None}
    assert ben.get(KNOBS).json() == expected
    assert ben.put(KNOBS, json=expected).status_code == 200, "they can be saved as they are"
    assert set_aside(ben) == set_aside(ada)
    said = " ".join(notice["message"] for notice in notices)
    assert all(word in said for word in ("loudness", "Nonsense", "country", "read: 2."))


def test_an_import_with_less_than_all_is_undone_like_any_other(
    house: Services, ada: TestClient
) -> None:
    turn(ada)
    before = (ada.get(KNOBS).json(), set_aside(ada))
    file = json.loads(exported(ada))
    file["settings"]["recommender"] = {"knobs": {"recency": 1, "loudness": 3}, "marks": []}
    brought = bring(ada, json.dumps(file).encode())
    assert (ada.get(KNOBS).json()["recency"], set_aside(ada)) == (1, [])
    ada.post(f"/api/imports/{brought['id']}/undo")
    house.imports.work_off()
    assert (ada.get(KNOBS).json(), set_aside(ada)) == before


def test_what_was_suggested_is_in_an_export(ada: TestClient) -> None:
    listed = ada.get("/api/recommendations", params={"n": 3}).json()["items"]
    told = json.loads(exported(ada))["suggestions"]
    assert {one["film_id"]: one["predicted"] for one in told} == {
        item["film_id"]: item["predicted"] for item in listed
    }
    bring(ada, exported(ada))


@pytest.mark.parametrize("told", [{"knobs": {"recency": 9}}, {"marks": [{}]}, "nonsense", [1]])
def test_what_cannot_be_changes_nothing(ada: TestClient, told: object) -> None:
    turn(ada)
    before = (ada.get(KNOBS).json(), set_aside(ada))
    file = json.loads(exported(ada))
    file["settings"]["recommender"] = told
    bring(ada, json.dumps(file).encode())
    assert (ada.get(KNOBS).json(), set_aside(ada)) == before
