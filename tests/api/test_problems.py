"""Every refusal has one shape, and nothing that is sent makes an error of ours."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import APIRouter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cinematch.bootstrap import Services
from cinematch.kit.errors import StoreFull, TooManyRequests, VersionMismatch
from tests.support.house import TestClient, build_house, client_of, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path)
    yield built
    built.stop()


@pytest.fixture
def client(house: Services) -> TestClient:
    return client_of(house)


def raising(house: Services, error: Exception) -> TestClient:
    """Return a client of an application with an address that fails so."""
    router = APIRouter()

    @router.get("/api/fails")
    def fails() -> None:
        raise error

    client = client_of(house)
    client.app.include_router(router)  # type: ignore[attr-defined]
    return client


def test_an_unknown_address_and_a_wrong_method_are_problems(client: TestClient) -> None:
    for answer, status, code in (
        (client.get("/api/nothing"), 404, "not_found"),
        (client.get("/nothing.png"), 404, "not_found"),
        (client.post("/nothing"), 404, "not_found"),
        (client.put("/api/me"), 405, "method_not_allowed"),
    ):
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.json()["status"] == status
        assert {"type", "title", "detail"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (VersionMismatch("Changed."), 412, "version_mismatch"),
        (StoreFull("Full."), 507, "store_full"),
        (TooManyRequests("Slow down.", retry_after=2.1), 429, "too_many_requests"),
    ],
)
def test_refusals_carry_their_status_and_code(
    house: Services, error: Exception, status: int, code: str
) -> None:
    answer = raising(house, error).get("/api/fails")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers.get("Retry-After") == ("3" if status == 429 else None)


def test_an_unforeseen_error_says_its_number_and_nothing_else(
    house: Services, caplog: pytest.LogCaptureFixture
) -> None:
    answer = raising(house, RuntimeError("secret detail")).get(
        "/api/fails", headers={"X-Request-ID": "abc-1"}
    )
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] == "abc-1"
    assert "abc-1" in answer.json()["detail"]
    assert "secret" not in answer.text
    assert "Content-Security-Policy" in answer.headers
    assert "secret detail" in caplog.text
    assert "abc-1" in caplog.text


def test_a_request_number_that_could_forge_a_log_line_is_replaced(client: TestClient) -> None:
    given = "x" * 65
    number = client.get("/live", headers={"X-Request-ID": given}).headers["X-Request-ID"]
    assert number != given
    assert len(number) == 16


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff", b'{"username": 1}', b'{"a": NaN}', b"[" * 5000]
)
def test_a_body_that_cannot_be_read_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(
        "/api/auth/login", content=body, headers={"Content-Type": "application/json"}
    )
    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"] == "application/problem+json"


texts = st.text(st.characters(), max_size=30) | st.sampled_from(["\ud800", "\x00", "a\udfffb"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(username=values, password=values, more=st.dictionaries(texts, values, max_size=2))
def test_no_value_of_any_type_is_an_error_of_ours(
    client: TestClient, username: object, password: object, more: dict[str, object]
) -> None:
    body = json.dumps({"username": username, "password": password, **more})
    answer = client.post(
        "/api/auth/login", content=body.encode(), headers={"Content-Type": "application/json"}
    )
    assert answer.status_code < 500, answer.text
    assert answer.json()["status"] == answer.status_code


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**400])
def test_numbers_larger_than_the_store_holds_are_refused(house: Services, number: int) -> None:
    with signed_in(house) as client:
        answer = client.get(f"/api/films?year={number}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "year"
