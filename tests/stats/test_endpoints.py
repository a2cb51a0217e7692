"""Statistics over HTTP: shapes as described, waiting for an event, refusals with a mend."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import BaseModel

from cinematch.bootstrap import Services
from cinematch.diary.core import Edit
from cinematch.events.core import Watch
from cinematch.stats import schemas
from tests.support.builders import facts, person
from tests.support.house import build_house, client_of, signed_in
from tests.support.tracker import write_films

FILMS = [
    facts(f"film{n}", directors=(person(f"D{n % 4}"),), cast=(person(f"A{n}"), person(f"B{n}")))
    for n in range(12)
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    built = build_house(tmp_path_factory.mktemp("house"))
    built.store.transact(lambda tx: write_films(tx, FILMS))
    yield built
    built.stop()


@pytest.fixture(scope="module")
def client(house: Services) -> Iterator[TestClient]:
    with signed_in(house) as signed:
        user_id = signed.get("/api/me").json()["user_id"]
        for number, film in enumerate(FILMS):
            watch = Watch("", f"2026-02-{number + 1:02}", context="cinema")
            house.diary.watch(user_id, film.film_id, watch, Edit(rating=number % 10 + 1))
        house.diary.watch(user_id, FILMS[0].film_id, Watch("", "2025-12-31"))
        house.follower.catch_up()
        yield signed


SHAPES: dict[str, type[BaseModel]] = {
    "/api/user-stats": schemas.UserStatsOut,
    "/user-stats": schemas.UserStatsOut,
    "/api/user-stats?min_seq=3": schemas.UserStatsOut,
    "/api/user-stats/highlights": schemas.HighlightsOut,
    "/api/user-stats/range?from=2026-01-01&to=2026-02-04": schemas.RangeStatsOut,
    "/api/user-stats/days?year=2026": schemas.DaysOut,
    "/api/user-stats/affinities?type=actor&sort=bayes&limit=3": schemas.AffinityPageOut,
    "/api/user-stats/year/2026": schemas.YearInReviewOut,
    "/api/user-stats/check": schemas.CheckOut,
    "/api/trends/global?window=30d": schemas.TrendsOut,
    "/trends/global": schemas.TrendsOut,
}


@pytest.mark.parametrize(("address", "shape"), SHAPES.items())
def test_every_answer_has_the_described_shape_and_nothing_more(
    client: TestClient, address: str, shape: type[BaseModel]
) -> None:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    shape.model_validate_json(answer.content, strict=True)


def test_the_named_figures_agree_with_one_another(client: TestClient) -> None:
    body = client.get("/api/user-stats").json()
    assert (body["total_watched"], body["viewings"], body["rewatches"]) == (12, 13, 1)
    assert sum(body["rating_distribution"].values()) == body["rated"] == 12
    assert sum(body["stars_distribution"].values()) == 12
    assert body["monthly_counts"] == {"2025": {"12": 1}, "2026": {"02": 12}}
    assert body["avg_rating"] == round(body["sum_ratings"] / 12, 4)
    assert body["top_rated_movies"][0]["rating"] == 5.0
    assert body["recent_movies"][0]["last_watched"] == "2026-02-12"
    assert body["seq"] == 13


def test_a_range_counts_only_its_viewings(client: TestClient) -> None:
    body = client.get("/api/user-stats/range?from=2026-02-01&to=2026-02-04").json()
    assert (body["total_watched"], body["rewatches"], body["from"]) == (4, 1, "2026-02-01")


def test_a_year_is_compared_with_the_one_before(client: TestClient) -> None:
    body = client.get("/api/user-stats/year/2026").json()
    assert (body["films"], body["first_viewings"], body["longest_streak"]) == (12, 11, 12)
    assert body["compared_to_previous"]["films"] == 11
    assert body["years"] == [2025, 2026]


def test_pages_of_affinities_go_on_where_the_last_ended(client: TestClient) -> None:
    address = "/api/user-stats/affinities?type=actor&limit=7"
    first = client.get(address).json()
    second = client.get(f"{address}&cursor={first['next']}").json()
    assert [item["rank"] for item in second["items"]] == list(range(8, 15))
    assert not {i["id"] for i in first["items"]} & {i["id"] for i in second["items"]}


@pytest.mark.parametrize(
    "address",
    [
        "/api/trends/global?window=1y",
        "/api/user-stats?min_seq=-1",
        "/api/user-stats/range?from=2026-02-04&to=2026-02-01",
        "/api/user-stats/range?from=2026-02-30&to=2026-03-01",
        "/api/user-stats/affinities?type=gaffer",
        "/api/user-stats/affinities?type=actor&cursor=!!",
        "/api/user-stats/affinities?type=actor&cursor=WyJhIiwiYiIsImMiLCJkIiwiZSJd",
        "/api/user-stats/days?year=0",
        "/api/user-stats/year/99999",
    ],
)
def test_what_cannot_be_is_refused_with_field_and_mend(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 422
    (fault,) = answer.json()["errors"]
    assert fault["field"]
    assert fault["mend"]


def test_recalculating_and_checking_leave_the_figures_as_they_are(client: TestClient) -> None:
    before = client.get("/api/user-stats").json()
    assert client.post("/api/recalculate-stats").status_code == 202
    check = client.post("/api/user-stats/check").json()
    assert (check["differences"], check["checked_seq"]) == ([], 13)
    after = client.get("/api/user-stats").json()
    assert after["verified_seq"] == 13
    fresh = {"verified_at", "verified_seq"}
    assert {k: v for k, v in after.items() if k not in fresh} == {
        k: v for k, v in before.items() if k not in fresh
    }


def test_trends_are_open_and_figures_are_not(house: Services, client: TestClient) -> None:
    stranger = client_of(house)
    trends = stranger.get("/api/trends/global?window=30d").json()
    assert len(trends["top_movies"]) == 10
    assert stranger.get("/api/user-stats").status_code == 401


def test_erasing_somebody_takes_them_out_of_everybodys_figures(tmp_path: Path) -> None:
    house = build_house(tmp_path)
    house.store.transact(lambda tx: write_films(tx, FILMS))
    with signed_in(house) as client:
        user_id, film_id = client.get("/api/me").json()["user_id"], FILMS[0].film_id
        house.diary.watch(user_id, film_id, Watch("", "2026-02-28"), Edit(rating=7))
        house.follower.catch_up()
        house.diary.edit(user_id, film_id, Edit(liked=True))
        house.store.transact(lambda tx: house.stats.erase_user(tx, user_id))
        trends = client.get("/api/trends/global?window=7d").json()
    assert trends["top_movies"] == []
    house.stop()
