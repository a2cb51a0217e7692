"""Suggestions over HTTP: the contract, what is at once there, and the reasons."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cinematch.bootstrap import Services
from tests.support.cinema import account, cinema, films_of, model_of
from tests.support.house import TestClient, client_of, sign_in, signed_in

FILM_IDS = [one.film_id for one in films_of()]
CONTRACT = {
    "film_id",
    "title",
    "year",
    "score",
    "predicted_rating",
    "interval",
    "terms",
}


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = cinema(tmp_path)
    house.models.register(model_of(FILM_IDS[:50]), won=True)
    return house


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


def rate(client: TestClient, film_ids: list[str], stars: float = 4.5) -> None:
    for film_id in film_ids:
        answer = client.put(f"/api/ratings/{film_id}", json={"rating": stars})
        assert answer.status_code == 200, answer.text


def listed(client: TestClient, **asked: Any) -> Any:
    answer = client.get("/api/recommendations", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def items(client: TestClient, **asked: Any) -> Any:
    return listed(client, **asked)["items"]


def test_the_contract_holds_and_the_terms_add_to_the_score(ada: TestClient) -> None:
    rate(ada, FILM_IDS[:20:2])
    found = items(ada)
    assert len(found) == 10
    for item in found:
        assert item.keys() >= CONTRACT
        terms = [Decimal(str(term["value"])) for term in item["terms"]]
        assert sum(terms) == Decimal(str(item["score"]))
        assert all(term["kind"] and term["label"] for term in item["terms"])
        stars = sum(Decimal(str(term["value"])) for term in item["stars_terms"])
        assert min(max(stars, Decimal("0.5")), Decimal(5)) == Decimal(str(item["predicted"]))
        assert (2 * item["predicted_rating"]) % 1 == 0
        assert item["interval"]["low"] <= item["predicted"] <= item["interval"]["high"]


def test_the_bare_path_answers_too(ada: TestClient) -> None:
    assert ada.get("/recommendations", params={"n": 3}).json() == listed(ada, n=3)


def test_ten_films_rated_and_at_once_a_new_list(ada: TestClient) -> None:
    before = listed(ada, n=20)
    rate(ada, [film_id for film_id in FILM_IDS if int(film_id[1:]) % 6 == 3])
    after = listed(ada, n=20)
    assert (before["rated"], after["rated"]) == (0, 10)
    ids = [[item["film_id"] for item in one["items"]] for one in (before, after)]
    assert ids[0] != ids[1]
    kinds = {term["kind"] for item in after["items"] for term in item["terms"]}
    assert "rating" in kinds
    assert ada.delete(f"/api/ratings/{FILM_IDS[3]}").status_code == 204
    assert listed(ada)["rated"] == 9


def test_all_terms_are_shown_where_all_are_wanted(ada: TestClient) -> None:
    rate(ada, FILM_IDS[:30])
    folded, whole = items(ada, n=5), items(ada, n=5, all_terms=True)
    for short, long in zip(folded, whole, strict=True):
        assert short["score"] == long["score"]
        assert len(short["terms"]) <= 13
        kinds = [term["kind"] for term in long["terms"]]
        assert kinds.count("rating") >= 25
        assert "rest" not in kinds


def test_muting_a_film_acts_at_once_and_can_be_taken_back(ada: TestClient) -> None:
    rate(ada, FILM_IDS[:12])
    first = items(ada)
    evidence = next(term["film_id"] for term in first[0]["terms"] if term["film_id"])
    assert ada.put(f"/api/recommendations/muted/{evidence}").status_code == 204
    assert ada.put(f"/api/recommendations/muted/{evidence}").status_code == 204
    told = {term["film_id"] for item in items(ada) for term in item["terms"]}
    assert evidence not in told
    marks = ada.get("/api/recommendations/marks").json()["items"]
    assert [(mark["kind"], mark["film"]["film_id"]) for mark in marks] == [("muted", evidence)]
    assert ada.delete(f"/api/recommendations/muted/{evidence}").status_code == 204
    assert items(ada) == first
    assert ada.put("/api/recommendations/muted/nothing").status_code == 404


def test_why_names_the_place_and_what_holds_it_up(ada: TestClient) -> None:
    rate(ada, FILM_IDS[:12])
    first = items(ada)[0]
    why = ada.get(f"/api/recommendations/films/{first['film_id']}").json()
    assert (why["listed"], why["reasons"], why["of"]) == (True, [], 48)
    assert why["item"]["score"] == first["score"]
    assert 1 <= len(why["held_up_by"]) <= 5
    for held in why["held_up_by"]:
        asked = {"evidence": held["film_id"]}
        path = f"/api/recommendations/films/{first['film_id']}/what-if"
        assert ada.get(path, params=asked).json() == held
        assert held["stars"] is None
        assert held["place_before"] == why["place"]
    seen = ada.get(f"/api/recommendations/films/{FILM_IDS[0]}").json()
    assert (seen["place"], seen["listed"], seen["reasons"]) == (None, False, ["seen"])
    far = items(ada, n=48)[-1]["film_id"]
    last = ada.get(f"/api/recommendations/films/{far}").json()
    assert (last["listed"], last["reasons"]) == (False, ["place"])
    assert last["needed"] > last["item"]["score"]


def test_what_if_is_what_comes_of_it(ada: TestClient) -> None:
    rate(ada, FILM_IDS[:12])
    film_id, evidence = items(ada, variety=0)[4]["film_id"], FILM_IDS[3]
    path = f"/api/recommendations/films/{film_id}"
    asked: dict[str, Any] = {"evidence": evidence, "stars": 0.5}
    told = ada.get(f"{path}/what-if", params=asked).json()
    assert (told["stars_now"], told["stars"]) == (4.5, 0.5)
    before = ada.get(path).json()
    assert told["place_before"] == before["place"]
    rate(ada, [evidence], 0.5)
    after = ada.get(path).json()
    assert told["place_after"] == after["place"]
    assert told["predicted_before"] == before["item"]["predicted"]
    assert told["predicted_after"] == after["item"]["predicted"]
    assert ada.get(f"{path}/what-if", params={"evidence": FILM_IDS[40]}).status_code == 409
    assert ada.get("/api/recommendations/films/nothing").status_code == 404


def test_films_to_begin_with_are_unseen_known_and_unlike(ada: TestClient) -> None:
    asked = ada.get("/api/recommendations/elicitation", params={"n": 6}).json()
    first = [film["film_id"] for film in asked["items"]]
    assert (len(first), asked["answered"], asked["enough"]) == (6, 0, 10)
    rate(ada, first[:2])
    again = ada.get("/api/recommendations/elicitation", params={"n": 60, "skip": first[2:4]}).json()
    ids = {film["film_id"] for film in again["items"]}
    assert ids == set(FILM_IDS) - set(first[:4])
    assert again["answered"] == 2
    ada.put(f"/api/recommendations/not-interested/{first[5]}")
    asked = ada.get("/api/recommendations/elicitation", params={"n": 60}).json()["items"]
    assert {film["film_id"] for film in asked} == set(FILM_IDS) - {*first[:2], first[5]}


def test_nobody_sees_what_is_suggested_to_somebody_else(house: Services, ada: TestClient) -> None:
    other = account(house, "grace")
    rate(ada, FILM_IDS[:3])
    grace = client_of(house)
    sign_in(grace, "grace")
    mine = ada.get("/api/me").json()["user_id"]
    for path in (mine, f"{mine}/history"):
        assert grace.get(f"/api/recommendations/user/{path}").status_code == 403
    assert len(ada.get(f"/api/recommendations/user/{other}?top_n=4").json()["items"]) == 4
    history = ada.get(f"/api/recommendations/user/{mine}/history").json()["items"]
    assert {given["film_id"] for given in history} == set(FILM_IDS[:3])
    assert ada.get(f"/api/recommendations/user/{other}/history").status_code == 200
    for client, expected in (
        (grace, [("account.ratings_read", mine), ("account.suggestions_read", mine)]),
        (ada, []),  # what one reads of one's own is not told
    ):
        told = client.get("/api/audit/mine", params={"limit": 100}).json()["items"]
        read = [(one["action"], one["actor"]) for one in told if one["action"].endswith("_read")]
        assert sorted(read) == expected


@pytest.mark.parametrize("path", ["nobody", "nobody/history"])
def test_of_somebody_who_is_not_there_nothing_is_known(ada: TestClient, path: str) -> None:
    answer = ada.get(f"/api/recommendations/user/{path}")
    assert answer.status_code == 404
    assert [fault["field"] for fault in answer.json()["errors"]] == ["user_id"]


def test_what_explains_a_list_is_of_the_model_that_made_it(
    house: Services, ada: TestClient
) -> None:
    rate(ada, FILM_IDS[:12])
    found = listed(ada)
    first, made_by = found["items"][0], found["model"]["version"]
    path = f"/api/recommendations/films/{first['film_id']}"
    other: dict[str, Any] = {"evidence": FILM_IDS[3], "stars": 0.5}
    before = [ada.get(path).json(), ada.get(f"{path}/what-if", params=other).json()]
    house.models.register(model_of(FILM_IDS, "m2", seed=5), won=True)
    house.recommending.refresh()
    for asked, model in ((made_by, "m1"), ("m2", "m2"), ("gone", "m2"), (None, "m2")):
        knobs = {} if asked is None else {"model": asked}
        after = [
            ada.get(path, params=knobs).json(),
            ada.get(f"{path}/what-if", params=other | knobs).json(),
        ]
        assert [one["model"] for one in after] == [model, model]
        assert (after == before) == (model == "m1")
    assert before[0]["item"]["terms"] == first["terms"]
    shared = ada.post("/api/recommendations/together", json={"with_users": []}).json()
    assert shared["model"] == "m2"


@pytest.mark.parametrize(
    "asked",
    [
        {"n": 0},
        {"n": 11, "all_terms": True},
        {"n": 101},
        {"variety": 2},
        {"genre": "Nonsense"},
        {"mood": "x"},
        {"popularity": 9},
    ],
)
def test_what_cannot_be_asked_is_refused(ada: TestClient, asked: dict[str, Any]) -> None:
    assert ada.get("/api/recommendations", params=asked).status_code == 422


def test_without_a_model_content_and_popularity_answer(tmp_path: Path) -> None:
    house = cinema(tmp_path / "bare")
    with signed_in(house, "ada") as client:
        rate(client, FILM_IDS[:3])
        found = listed(client)
        assert found["model"]["fallback"] is True
        assert found["model"]["version"] is None
        assert len(found["items"]) == 10
