"""A user's films over HTTP."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cinematch.bootstrap import Services
from tests.support.builders import film
from tests.support.house import TestClient, build_house, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Services:
    house = build_house(tmp_path)
    ikiru = film("ikiru", title="Ikiru", year=1952, tmdb_id=3782, imdb_id="tt0044741")
    house.films.load([ikiru, film("ran", title="Ran", year=1985)], "starter")
    return house


@pytest.fixture
def ada(house: Services) -> Iterator[TestClient]:
    with signed_in(house, "ada") as client:
        yield client


def body(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_gesture_makes_the_entry_and_leaves_the_rest(ada: TestClient) -> None:
    body(ada.patch("/api/library/ran", json={"rating": 4.5, "tags": ["35 mm"]}))
    entry = body(ada.patch("/api/library/ran", json={"liked": True}))
    assert (entry["rating"], entry["liked"], entry["tags"]) == (4.5, True, ["35 mm"])
    assert (entry["seen"], entry["version"], entry["seq"]) == (True, 2, 2)
    assert entry["film"]["title"] == "Ran"
    assert "mine" not in entry["film"]
    assert body(ada.get("/api/library/ran")) == entry


def test_null_takes_a_rating_away(ada: TestClient) -> None:
    ada.patch("/api/library/ran", json={"rating": 3, "review": "Good"})
    entry = body(ada.patch("/api/library/ran", json={"rating": None, "review": None}))
    assert (entry["rating"], entry["rated_at"], entry["review"]) == (None, None, None)


def test_an_entry_of_which_nothing_is_left_ceases_to_be(ada: TestClient) -> None:
    ada.patch("/api/library/ran", json={"watchlist": True})
    left = body(ada.patch("/api/library/ran", json={"watchlist": False}))
    assert (left["version"], left["watchlist"], left["seq"]) == (0, False, 2)
    assert ada.get("/api/library/ran").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"rating": 4.3},
        {"rating": 0},
        {"rating": 5.5},
        {"rating": "nan"},
        {"tags": ["x" * 61]},
        {"tags": [str(n) for n in range(51)]},
        {"review": "x" * 20_001},
        {"liked": "perhaps"},
        {"liked": None},
        {"ratign": 4},
        {"seen": False, "rating": 4},
    ],
)
def test_a_value_that_cannot_be_is_refused_and_named(
    ada: TestClient, wrong: dict[str, Any]
) -> None:
    problem = body(ada.patch("/api/library/ran", json=wrong), 422)
    assert problem["errors"][0]["field"].split(".")[0] in wrong
    assert problem["errors"][0]["mend"]
    assert ada.get("/api/library/ran").status_code == 404


@pytest.mark.parametrize(
    "date", ["2026-03-03", "1887", "2024-13", "2024-02-30", "yesterday", "2024-5-1", "2024-05-17T"]
)
def test_a_date_that_cannot_be_is_refused(ada: TestClient, date: str) -> None:
    problem = body(ada.post("/api/library/ran/watches", json={"date": date}), 422)
    assert problem["errors"][0]["field"] == "date"


@pytest.mark.parametrize("date", ["", "2024", "2024-05", "2024-05-17", "1888", "2026-03-02"])
def test_as_much_of_a_date_as_is_known_is_kept(ada: TestClient, date: str) -> None:
    entry = body(ada.post("/api/library/ran/watches", json={"date": date}), 201)
    assert entry["last_watched"] == date


def test_a_viewing_is_corrected_and_removed(ada: TestClient) -> None:
    logged = body(
        ada.post("/api/library/ran/watches", json={"date": "2024-05", "context": "cinema"}), 201
    )
    address = f"/api/library/ran/watches/{logged['watches'][0]['watch_id']}"
    changed = body(ada.patch(address, json={"date": "2024-05-17", "rewatch": True}))
    assert changed["watches"][0]["context"] == "cinema"
    assert (changed["last_watched"], changed["watches"][0]["rewatch"]) == ("2024-05-17", True)
    assert body(ada.delete(address))["seen"] is False
    assert ada.delete(address).status_code == 404


def test_two_windows_do_not_overwrite_each_other(ada: TestClient) -> None:
    first = ada.patch("/api/library/ran", json={"rating": 4})
    ada.patch("/api/library/ran", json={"rating": 5})
    stale = {"If-Match": first.headers["ETag"]}
    problem = body(ada.patch("/api/library/ran", json={"rating": 1}, headers=stale), 412)
    assert problem["code"] == "version_mismatch"
    assert body(ada.get("/api/library/ran"))["rating"] == 5


def test_a_retry_logs_one_viewing(ada: TestClient) -> None:
    answers = [
        ada.post(
            "/api/library/ran/watches",
            json={"date": "2024-05-17"},
            headers={"Idempotency-Key": "evening"},
        )
        for _ in range(3)
    ]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert len(body(ada.get("/api/library/ran"))["watches"]) == 1


def test_a_removed_film_comes_back_as_it_was(ada: TestClient) -> None:
    ada.patch("/api/library/ran", json={"rating": 4, "review": "Good <b>", "tags": ["a", "b"]})
    ada.post("/api/library/ran/watches", json={"date": "2020"})
    before = body(ada.post("/api/library/ran/watches", json={"date": "2024-05-17"}), 201)
    removed = body(ada.delete("/api/library/ran"))
    assert ada.get("/api/library/ran").status_code == 404
    assert removed["removed"] == before
    back = body(ada.post("/api/library/ran/restore", json={"entry": removed["removed"]}))
    bookkeeping = {"version": 0, "seq": 0, "updated_at": ""}
    assert {**back, **bookkeeping} == {**before, **bookkeeping}
    assert back["version"] > before["version"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"film": {"film_id": "ikiru"}}, "entry.film.film_id"),
        ({"rating": 4}, "entry.watches"),
        ({"watches": [{"watch_id": "a"}, {"watch_id": "a"}]}, "entry.watches"),
        ({"watches": [{"watch_id": "a", "date": "3000"}]}, "date"),
        ({"added_at": "2024-13-01T00:00:00Z"}, "entry.added_at"),
    ],
)
def test_nothing_impossible_is_restored(
    ada: TestClient, change: dict[str, Any], field: str
) -> None:
    entry = {"film": {"film_id": "ran"}, **change}
    problem = body(ada.post("/api/library/ran/restore", json={"entry": entry}), 422)
    assert problem["errors"][0]["field"].startswith(field)


@pytest.mark.parametrize("prefix", ["", "/api"])
def test_the_described_calls_answer_bare_and_under_api(ada: TestClient, prefix: str) -> None:
    added = body(ada.post(f"{prefix}/user-movies/add", json={"tmdb_id": 3782, "rating": 4}))
    assert (added["status"], added["film_id"], added["entry"]["rating"]) == ("success", "ikiru", 4)
    changed = body(
        ada.put(f"{prefix}/user-movies/update-rating", json={"imdb_id": "tt0044741", "rating": 5})
    )
    assert changed["seq"] == added["seq"] + 1
    gone = body(ada.post(f"{prefix}/user-movies/remove", json={"name": "ikiru", "year": 1952}))
    assert (gone["seq"], gone["entry"]) == (added["seq"] + 2, None)
    assert body(ada.post(f"{prefix}/movies", json={"film_id": "ikiru"}))["entry"]["seen"] is True


def test_adding_the_same_film_and_day_twice_is_one_viewing(ada: TestClient) -> None:
    told = {"film_id": "ran", "date": "2024-05-17", "rating": 4}
    first = body(ada.post("/api/user-movies/add", json=told))
    again = body(ada.post("/api/user-movies/add", json=told))
    assert (len(again["entry"]["watches"]), again["seq"]) == (1, first["seq"])


def test_an_unknown_name_becomes_a_film_of_ones_own_once(ada: TestClient) -> None:
    told = {"name": "Our Summer", "year": 2019}
    first = body(ada.post("/api/user-movies/add", json=told))
    assert first["entry"]["film"]["private"] is True
    assert body(ada.post("/api/user-movies/add", json=told))["film_id"] == first["film_id"]


@pytest.mark.parametrize(
    ("path", "named", "status"),
    [
        ("add", {}, 422),
        ("add", {"tmdb_id": 1}, 404),
        ("remove", {"name": "Nothing of that name", "year": 1950}, 409),
        ("remove", {"film_id": "ran"}, 404),
    ],
)
def test_a_film_that_is_not_named_well_is_refused(
    ada: TestClient, path: str, named: dict[str, Any], status: int
) -> None:
    body(ada.post(f"/api/user-movies/{path}", json=named), status)


def test_a_film_of_ones_own_joins_the_catalogue(ada: TestClient) -> None:
    own = body(
        ada.post("/api/user-movies/add", json={"name": "Rann", "year": 1985, "date": "2020-01-02"})
    )["film_id"]
    ada.patch("/api/library/ran", json={"rating": 4})
    listed = body(ada.post("/api/lists", json={"name": "L"}), 201)["list_id"]
    ada.post(f"/api/lists/{listed}/items", json={"film_id": own})
    entry = body(ada.post(f"/api/library/{own}/join", json={"into": "ran"}))
    assert (entry["film"]["film_id"], entry["rating"]) == ("ran", 4)
    assert "2020-01-02" in {watch["date"] for watch in entry["watches"]}
    assert ada.get(f"/api/films/{own}").status_code == 404
    items = body(ada.get(f"/api/lists/{listed}"))["items"]
    assert [item["film"]["film_id"] for item in items] == ["ran"]
    assert ada.post("/api/library/ran/join", json={"into": "ikiru"}).status_code == 404


def test_somebody_elses_films_are_not_ones_own(house: Services, ada: TestClient) -> None:
    ada.patch("/api/library/ran", json={"rating": 4})
    with signed_in(house, "ben") as ben:
        assert ben.get("/api/library/ran").status_code == 404
        assert body(ben.get("/api/library"))["total"] == 0
        assert body(ben.get("/api/diary"))["total"] == 0


def test_the_library_is_narrowed_by_address(ada: TestClient) -> None:
    ada.post("/api/library/ran/watches", json={"date": "2024-05-17", "rating": 4.5})
    ada.patch("/api/library/ikiru", json={"watchlist": True, "tags": ["35 mm"]})
    addresses = {
        "seen=yes": ["ran"],
        "seen=true&watched_year=2024&weekday=5": ["ran"],
        "watchlist=yes": ["ikiru"],
        "rating=4.5&decade=1980&genre=Drama": ["ran"],
        "tag=35%20mm": ["ikiru"],
        "sort=title": ["ikiru", "ran"],
        "sort=-watched&q=ikir": ["ikiru"],
    }
    for address, expected in addresses.items():
        items = body(ada.get(f"/api/library?{address}"))["items"]
        assert [item["film"]["film_id"] for item in items] == expected, address
    assert body(ada.get("/api/library/tags"))["items"] == [{"tag": "35 mm", "count": 1}]


@pytest.mark.parametrize(
    "address", ["rating=4.3", "weekday=8", "watched_year=24", "sort=mood", "cursor=nonsense"]
)
def test_a_filter_that_cannot_be_is_refused(ada: TestClient, address: str) -> None:
    assert body(ada.get(f"/api/library?{address}"), 422)["errors"]


def test_the_diary_shows_viewings_with_their_entries(ada: TestClient) -> None:
    ada.patch("/api/library/ikiru", json={"seen": True})
    ada.post("/api/library/ran/watches", json={"date": "2024-05-17"})
    ada.post("/api/library/ran/watches", json={"date": "2023", "context": "cinema"})
    page = body(ada.get("/api/diary", params={"limit": 2}))
    assert [item["watch"]["date"] for item in page["items"]] == ["2024-05-17", "2023"]
    assert page["items"][0]["entry"]["film"]["title"] == "Ran"
    last = body(ada.get("/api/diary", params={"limit": 2, "cursor": page["next"]}))
    assert [item["entry"]["film"]["title"] for item in last["items"]] == ["Ikiru"]
    assert (page["total"], last["next"]) == (3, None)
    assert body(ada.get("/api/diary?year=2024&month=5&film_id=ran"))["total"] == 1
