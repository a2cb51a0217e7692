"""Knobs over HTTP, and the record of predictions."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from cinematch.recommender.core.records import Shown
from cinematch.recommender.service.person import Turned
from tests.support.cinema import account, cinema, films_of, model_of, rate
from tests.support.house import TestClient, signed_in

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


def test_knobs_are_kept_and_what_is_left_out_goes_back(ada: TestClient) -> None:
    path = "/api/recommendations/preferences"
    assert ada.get(path).json()["variety"] == 0.3
    body = {"recency": -0.5, "genres": ["western"], "mood": "light", "country": "IT"}
    kept = ada.put(path, json=body).json()
    assert (kept["recency"], kept["genres"], kept["mood"]) == (-0.5, ["Western"], "light")
    assert ada.get(path).json() == kept
    assert ada.put(path, json={"variety": 1}).json()["genres"] == []
    assert ada.put(path, json={"genres": ["nonsense"]}).status_code == 422
    assert ada.put(path, json={"variety": 1.5}).status_code == 422


def shown(film_id: str, predicted: float, model: str = "m1", at: str = "2026-02-01") -> Shown:
    return Shown(
        film_id, f"{at}T10:00:00.000000Z", 1, 1, predicted, predicted - 0.5, predicted + 0.5, model
    )


def test_the_report_card_judges_what_was_rated_afterwards(house: Services) -> None:
    user_id = account(house, "ada")
    told = [
        shown("f000", 4.0),
        shown("f001", 3.0, "m0"),
        shown("f002", 2.0),
        shown("f003", 4.5),
        shown("f004", 4.0, at="2026-12-01"),
    ]
    taste = house.recommending._parts.taste
    house.store.transact(lambda tx: taste.save_shown(tx, user_id, told))
    rate(house, user_id, {"f000": 9, "f001": 6, "f002": 9, "f004": 2, "f005": 10})
    card = house.taste.report_card(user_id)
    assert card.rated == 3, "f004 was rated before it was suggested, f005 never was"
    assert card.within_half_a_star == pytest.approx(2 / 3)
    assert card.mean_error == pytest.approx((0.5 + 0.0 + 2.5) / 3)
    assert card.bias == pytest.approx((-0.5 + 0.0 - 2.5) / 3)
    assert card.interval_covered == pytest.approx(2 / 3)
    assert (card.taken.value, card.taken.n) == (4 / 5, 5)
    assert {name: (one.value, one.n) for name, one in card.by_model.items()} == {
        "m0": (1.0, 1),
        "m1": (0.5, 2),
    }
    assert card.last_miss is not None
    assert (card.last_miss.card.film.film_id, card.last_miss.given) == ("f002", 4.5)


def test_what_a_list_said_is_on_record_with_its_interval(house: Services, ada: TestClient) -> None:
    first = ada.get("/api/recommendations", params={"n": 5}).json()["items"][0]
    card = ada.get("/api/recommendations/report-card").json()
    assert (card["rated"], card["taken"]) == (0, {"value": 0.0, "n": 5})
    house.clock.push(minutes=5)  # type: ignore[attr-defined]
    stars = 5.0 if first["predicted"] < 3 else 0.5
    ada.put(f"/api/ratings/{first['film_id']}", json={"rating": stars})
    card = ada.get("/api/recommendations/report-card").json()
    assert card["rated"] == 1
    assert card["mean_error"] == pytest.approx(abs(first["predicted"] - stars), abs=1e-4)
    assert card["taken"] == {"value": 0.2, "n": 5}
    assert card["by_model"] == {"m1": {"value": 0.0, "n": 1}}
    assert card["last_miss"]["film"]["film_id"] == first["film_id"]


def test_a_list_asked_for_by_an_administrator_is_not_on_record(
    house: Services, ada: TestClient
) -> None:
    grace = account(house, "grace")
    ada.get(f"/api/recommendations/user/{grace}")
    assert house.taste.report_card(grace).taken.n == 0


def test_the_same_list_again_writes_nothing(house: Services) -> None:
    user_id = account(house, "ada")
    taste = house.recommending._parts.taste
    house.recommending.note(house.recommending.suggest(user_id, Turned(), 5))
    before = house.store.snapshot(lambda tx: taste.shown(tx, user_id))
    house.clock.push(hours=1)  # type: ignore[attr-defined]
    house.recommending.note(house.recommending.suggest(user_id, Turned(), 5))
    assert house.store.snapshot(lambda tx: taste.shown(tx, user_id)) == before
