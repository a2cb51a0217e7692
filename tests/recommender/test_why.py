"""Why a film stands where it does: by the very list that was made, with its length and knobs."""

from collections.abc import Iterator
from typing import Any

import pytest

from cinematch.recommender.core.rerank import POOL
from tests.support.cinema import cinema, films_of, model_of
from tests.support.house import TestClient, signed_in

FILM_IDS = [one.film_id for one in films_of(POOL + 40)]
SEEN = FILM_IDS[:12]


@pytest.fixture(scope="module")
def ada(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    house = cinema(tmp_path_factory.mktemp("cinema"), films_of(len(FILM_IDS)))
    house.models.register(model_of(FILM_IDS), won=True)
    with signed_in(house, "ada") as client:
        for at, film_id in enumerate(SEEN):
            stars = 5 if at % 2 else 1.5
            assert client.put(f"/api/ratings/{film_id}", json={"rating": stars}).is_success
        yield client


def listed(client: TestClient, **asked: Any) -> list[str]:
    items = client.get("/api/recommendations", params=asked).json()["items"]
    return [item["film_id"] for item in items]


def why(client: TestClient, film_id: str, **asked: Any) -> Any:
    answer = client.get(f"/api/recommendations/films/{film_id}", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


LISTS = [
    {},
    {"n": 4, "variety": 1},
    {"n": 25, "variety": 0.8, "recency": 0.7, "popularity": -0.4},
    {"variety": 0.6, "genre": "Western", "algorithm": "content"},
]


@pytest.mark.parametrize("asked", LISTS)
def test_places_are_those_of_the_list(ada: TestClient, asked: dict[str, Any]) -> None:
    films = listed(ada, **asked)
    told = [why(ada, film_id, **asked) for film_id in films]
    assert [one["place"] for one in told] == list(range(1, len(films) + 1))
    assert all(one["listed"] and not one["reasons"] for one in told)
    assert {one["needed"] for one in told} == {told[-1]["item"]["score"]}


@pytest.mark.parametrize("asked", [{}, {"variety": 1, "n": 5}])
def test_a_film_that_is_not_there_always_says_why(ada: TestClient, asked: dict[str, Any]) -> None:
    films = listed(ada, **asked)
    others = [film_id for film_id in FILM_IDS[12::7] if film_id not in films]
    kinds = set()
    for film_id in others:
        told = why(ada, film_id, **asked)
        assert len(films) < told["place"] <= told["of"] == len(FILM_IDS) - len(SEEN)
        kinds.update(told["reasons"])
        if told["reasons"] == ["place"]:
            assert told["item"]["score"] <= told["needed"]
        else:
            assert (told["reasons"], told["place"] > POOL) == (["pool"], True)
    assert kinds == {"place", "pool"}


@pytest.mark.parametrize("asked", LISTS[:3])
def test_what_would_come_of_other_evidence_is_what_comes_of_it(
    ada: TestClient, asked: dict[str, Any]
) -> None:
    before = listed(ada, **asked)
    film_id, evidence = before[2], SEEN[5]
    path = f"/api/recommendations/films/{film_id}/what-if"
    told = [
        ada.get(path, params=asked | {"evidence": evidence} | stars).json()
        for stars in ({"stars": 0.5}, {})
    ]
    ada.put(f"/api/ratings/{evidence}", json={"rating": 0.5})
    after = [why(ada, film_id, **asked)]
    ada.put(f"/api/ratings/{evidence}", json={"rating": 5})
    ada.put(f"/api/recommendations/muted/{evidence}")
    after.append(why(ada, film_id, **asked))
    ada.delete(f"/api/recommendations/muted/{evidence}")
    for one, then in zip(told, after, strict=True):
        assert one["place_before"] == 3
        assert one["place_after"] == then["place"]
        assert one["predicted_after"] == then["item"]["predicted"]
    assert listed(ada, **asked) == before
