"""A film for several people: only with those who allow it, and nobody is told less than all."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cinematch.bootstrap import Services
from tests.support.cinema import account, cinema, films_of, model_of, rate
from tests.support.house import TestClient, client_of, sign_in, signed_in

FILM_IDS = [one.film_id for one in films_of()]


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = cinema(tmp_path)
    house.models.register(model_of(FILM_IDS[:50]), won=True)
    return house


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


@pytest.fixture
def grace(house: Services) -> str:
    user_id = account(house, "grace")
    rate(house, user_id, {"f001": 10, "f007": 9, "f013": 10})
    return user_id


def open_up(house: Services, username: str) -> None:
    client = client_of(house)
    sign_in(client, username)
    answer = client.put("/api/recommendations/preferences", json={"together": True})
    assert answer.status_code == 200, answer.text


def together(client: TestClient, *others: str, **wish: object) -> Any:
    body = {"with_users": list(others), **wish}
    answer = client.post("/api/recommendations/together", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_only_with_those_who_allow_it(house: Services, ada: TestClient, grace: str) -> None:
    body = {"with_users": [grace]}
    assert ada.post("/api/recommendations/together", json=body).status_code == 403
    assert ada.get("/api/recommendations/companions").json() == {"items": [], "open": False}
    open_up(house, "grace")
    companions = ada.get("/api/recommendations/companions").json()
    assert companions == {"items": [{"user_id": grace, "username": "grace"}], "open": False}
    assert together(ada, grace)["items"]
    refused = ada.post("/api/recommendations/together", json={"with_users": ["nobody"]})
    assert refused.status_code == 403


def test_films_are_new_to_all_but_for_what_i_would_see_again(
    house: Services, ada: TestClient, grace: str
) -> None:
    open_up(house, "grace")
    ada.put("/api/ratings/f000", json={"rating": 5})
    found = together(ada, grace, n=50)
    ids = {item["film"]["film_id"] for item in found["items"]}
    assert ids.isdisjoint({"f000", "f001", "f007", "f013"})
    again = together(ada, grace, n=50, rewatch=True)
    assert {item["film"]["film_id"] for item in again["items"]} - set(ids) == {"f000"}


def test_of_the_others_there_is_what_they_agreed_to_show(
    house: Services, ada: TestClient, grace: str
) -> None:
    open_up(house, "grace")
    every = [together(ada, grace, n=50, rewatch=rewatch)["items"] for rewatch in (False, True)]
    assert every[0] == every[1], "what is asked tells nothing of what grace has seen"
    shown = {"user_id", "username", "predicted", "shown", "low", "high", "gives_up"}
    for item in every[0]:
        assert all(seat.keys() == shown for seat in item["seats"])


@pytest.mark.parametrize("rule", ["mean", "least misery", "take turns"])
def test_each_rule_keeps_its_word(house: Services, ada: TestClient, grace: str, rule: str) -> None:
    open_up(house, "grace")
    for film_id, rating in (("f000", 5), ("f002", 1), ("f004", 0.5)):
        ada.put(f"/api/ratings/{film_id}", json={"rating": rating})
    every = together(ada, grace, rule=rule, n=50)["items"]
    found = every[:6]
    stars = np.array([[seat["predicted"] for seat in item["seats"]] for item in every])
    if rule == "mean":
        assert np.diff(stars.mean(axis=1)).max() < 2e-4
    elif rule == "least misery":
        assert np.diff(stars.min(axis=1)).max() < 2e-4
    else:
        assert [item["chosen_by"] for item in found] == ["ada", "grace"] * 3
        assert found[0]["seats"][0]["gives_up"] == 0
        assert found[1]["seats"][1]["predicted"] == pytest.approx(max(stars[1:, 1]), abs=2e-4)
    for item in found:
        told = [seat["predicted"] for seat in item["seats"]]
        assert item["mean"] == pytest.approx(np.mean(told), abs=1e-4)
        assert item["least"] == min(told)
        for seat in item["seats"]:
            assert seat["low"] <= seat["predicted"] <= seat["high"]
            assert seat["gives_up"] >= 0


def test_a_film_that_somebody_does_not_want_is_not_for_all(
    house: Services, ada: TestClient, grace: str
) -> None:
    open_up(house, "grace")
    first = together(ada, grace, n=1)["items"][0]["film"]["film_id"]
    house.taste.mark(grace, first, "not interested")
    ids = {item["film"]["film_id"] for item in together(ada, grace, n=50)["items"]}
    assert first not in ids


def test_alone_it_is_ones_own_choice(ada: TestClient) -> None:
    found = together(ada, max_minutes=100, n=3)
    assert [one["username"] for one in found["people"]] == ["ada"]
    assert all(item["film"]["runtime"] <= 100 for item in found["items"])
    stars = [item["seats"][0]["predicted"] for item in found["items"]]
    assert np.diff(stars).max() < 2e-4
