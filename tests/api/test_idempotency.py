"""A retry gets the first answer; the change and the kept answer are one transaction."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter, Response
from pydantic import BaseModel

from cinematch.api.idempotency import Once
from cinematch.bootstrap import Services
from cinematch.infra.ports import Tx
from cinematch.kit.errors import Conflict
from tests.support.house import PushedClock, TestClient, build_house, signed_in


class Counted(BaseModel):
    """How many times it was done."""

    version: int


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()


@pytest.fixture
def house(tmp_path: Path, clock: PushedClock) -> Iterator[Services]:
    built = build_house(tmp_path, clock)
    yield built
    built.stop()


@pytest.fixture
def page(house: Services) -> Iterator[TestClient]:
    """A signed-in page whose application can count, and fail while counting."""
    router = APIRouter(prefix="/api/count")

    def count(tx: Tx) -> Counted:
        done = int(house.installation._records.setting(tx, "count") or 0) + 1
        house.installation._records.save_setting(tx, "count", done)
        return Counted(version=done)

    @router.post("")
    def counted(once: Once) -> Response:
        return once(lambda: house.store.transact(count), status=201)

    @router.post("/fail")
    def failing(once: Once) -> Response:
        def work() -> Counted:
            house.store.transact(count)
            raise Conflict("After the change.")

        return once(work)

    with signed_in(house) as client:
        client.app.include_router(router)  # type: ignore[attr-defined]
        yield client


def done(house: Services) -> int:
    return int(
        house.store.snapshot(lambda tx: house.installation._records.setting(tx, "count")) or 0
    )


KEY = {"Idempotency-Key": "once"}


def test_a_repeated_key_gives_the_first_answer_and_does_nothing(
    page: TestClient, house: Services
) -> None:
    first, again = (page.post("/api/count", headers=KEY, json={"a": 1}) for _ in range(2))
    assert (first.status_code, first.json(), first.headers["ETag"]) == (201, {"version": 1}, '"1"')
    assert (again.status_code, again.content, again.headers["ETag"]) == (201, first.content, '"1"')
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert done(house) == 1


def test_without_a_key_each_request_counts(page: TestClient, house: Services) -> None:
    assert [page.post("/api/count").json()["version"] for _ in range(2)] == [1, 2]


def test_the_key_of_another_request_is_refused(page: TestClient, house: Services) -> None:
    page.post("/api/count", headers=KEY, json={"a": 1})
    for other in (
        page.post("/api/count", headers=KEY, json={"a": 2}),
        page.post("/api/count?x=1", headers=KEY, json={"a": 1}),
    ):
        assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
    assert done(house) == 1


def test_the_same_key_of_two_accounts_are_two_keys(page: TestClient, house: Services) -> None:
    page.post("/api/count", headers=KEY)
    house.accounts.add("jean", "a phrase that is easy to keep")
    token = house.accounts.add_token(house.accounts.user_id_of("jean"), "player")[1]
    bearer = {"Authorization": f"Bearer {token}"}
    assert page.post("/api/count", headers={**KEY, **bearer}).json() == {"version": 2}


def test_a_refusal_undoes_the_change_and_keeps_nothing(page: TestClient, house: Services) -> None:
    refused = [page.post("/api/count/fail", headers=KEY).status_code for _ in range(2)]
    assert refused == [409, 409]
    assert done(house) == 0


def test_after_a_day_a_key_is_new_again(
    page: TestClient, house: Services, clock: PushedClock
) -> None:
    token = house.accounts.add_token(house.accounts.user_id_of("agnès"), "player")[1]
    headers = {**KEY, "Authorization": f"Bearer {token}"}
    for hours, expected in ((0, 1), (23, 1), (2, 2)):
        clock.push(hours=hours)
        assert page.post("/api/count", headers=headers).json() == {"version": expected}


def test_of_many_retries_at_once_one_is_done(page: TestClient, house: Services) -> None:
    answers: list[bytes] = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(page.post("/api/count", headers=KEY).content)
        )
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {b'{"version":1}'}
    assert len(answers) == 8
    assert done(house) == 1


@pytest.mark.parametrize("key", ["", "x" * 201])
def test_a_key_that_cannot_be_is_refused(page: TestClient, key: str) -> None:
    assert page.post("/api/count", headers={"Idempotency-Key": key}).status_code == 422
