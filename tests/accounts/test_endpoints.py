"""Accounts over HTTP: cookies and CSRF for the page, bearer for programs."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from cinematch.bootstrap import Services
from tests.support.house import (
    PASSWORD,
    PushedClock,
    TestClient,
    build_house,
    client_of,
    sign_in,
    signed_in,
)

CREDENTIALS = {"username": "agnès", "password": PASSWORD}


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
    """A page on which the first account, an administrator, is signed in."""
    with signed_in(house) as client:
        yield client


def test_the_first_visit_is_told_to_set_up_and_later_ones_are_not(house: Services) -> None:
    visitor = client_of(house)
    first = visitor.get("/api/setup", headers={"Accept-Language": "it-IT,it;q=0.9"}).json()
    made = visitor.post("/api/auth/register", json=CREDENTIALS)
    later = visitor.get("/api/setup").json()
    assert (first["needs_setup"], first["default_language"]) == (True, "it")
    assert (made.status_code, made.json()["role"]) == (201, "administrator")
    assert (later["needs_setup"], later["default_language"]) == (False, "en")
    assert "password" not in made.text


@pytest.mark.parametrize("path", ["/login", "/api/login", "/api/auth/login"])
def test_a_program_logs_in_at_the_canonical_and_the_described_address(
    house: Services, path: str
) -> None:
    house.accounts.register("agnès", PASSWORD)
    program = client_of(house)
    answer = program.post(path, json=CREDENTIALS).json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 900)
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    assert program.get("/api/me", headers=bearer).json()["username"] == "agnès"


def test_the_pages_cookies_are_out_of_reach_of_scripts_and_other_sites(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    answer = client_of(house).post("/api/auth/session", json=CREDENTIALS)
    cookies = {text.partition("=")[0]: text for text in answer.headers.get_list("set-cookie")}
    assert "HttpOnly" in cookies["cm_access"]
    assert "HttpOnly" in cookies["cm_refresh"]
    assert "Path=/api/auth;" in cookies["cm_refresh"]
    assert "HttpOnly" not in cookies["cm_csrf"]
    assert all("samesite=" in text.lower() for text in cookies.values())
    assert not any("Secure" in text for text in cookies.values())


def test_cookies_are_secure_over_https(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    client = client_of(house, base_url="https://testserver")
    answer = client.post("/api/auth/session", json=CREDENTIALS)
    assert all("Secure" in text for text in answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize("token", [None, "", "0" * 64])
def test_a_change_by_cookie_without_the_sessions_token_is_refused(
    page: TestClient, token: str | None
) -> None:
    del page.headers["X-CSRF-Token"]
    headers = {} if token is None else {"X-CSRF-Token": token}
    body = {"settings": {"theme": "dark"}}
    assert page.patch("/api/me", json=body, headers=headers).status_code == 403
    assert page.get("/api/me").json()["settings"]["theme"] == "system"


def test_the_csrf_token_of_another_session_is_refused(page: TestClient) -> None:
    mine = page.headers["X-CSRF-Token"]
    sign_in(page, "agnès")
    answer = page.patch(
        "/api/me", json={"settings": {"theme": "dark"}}, headers={"X-CSRF-Token": mine}
    )
    assert answer.status_code == 403


def test_another_sites_page_cannot_sign_anybody_in(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    client = client_of(house)
    for origin in ("https://elsewhere.example", "null"):
        answer = client.post("/api/auth/session", json=CREDENTIALS, headers={"Origin": origin})
        assert (answer.status_code, dict(answer.cookies)) == (403, {})
    own = client.post(
        "/api/auth/session", json=CREDENTIALS, headers={"Origin": "http://testserver"}
    )
    assert own.status_code == 200


def test_the_page_renews_its_session_after_the_access_token_has_expired(
    page: TestClient, clock: PushedClock
) -> None:
    clock.push(minutes=16)
    assert page.get("/api/me").status_code == 401
    renewed = page.post("/api/auth/refresh")
    assert (renewed.status_code, renewed.json()["username"]) == (200, "agnès")
    changed = page.patch("/api/me", json={"settings": {"theme": "dark"}})
    assert changed.json()["settings"]["theme"] == "dark"


def test_without_a_session_there_is_nothing_to_renew(house: Services) -> None:
    assert client_of(house).post("/api/auth/refresh").status_code == 401


def test_signing_out_takes_cookies_and_session_away(page: TestClient, clock: PushedClock) -> None:
    access, refresh = page.cookies["cm_access"], page.cookies["cm_refresh"]
    assert page.post("/api/auth/logout").status_code == 204
    assert not page.cookies
    page.cookies.set("cm_access", access)
    page.cookies.set("cm_refresh", refresh, path="/api/auth")
    assert page.get("/api/me").status_code == 401
    assert page.post("/api/auth/refresh").status_code == 401


def test_signing_out_after_the_access_token_has_expired_is_fine(
    page: TestClient, clock: PushedClock
) -> None:
    clock.push(minutes=16)
    assert page.post("/api/auth/logout").status_code == 204
    assert not page.cookies
    assert page.post("/api/auth/logout").status_code == 204


def test_settings_change_one_by_one_and_unknown_ones_are_refused(page: TestClient) -> None:
    page.patch("/api/me", json={"settings": {"language": "it"}})
    me = page.patch("/api/me", json={"settings": {"week_start": 7}}).json()
    assert (me["settings"]["language"], me["settings"]["week_start"]) == ("it", 7)
    back = page.patch("/api/me", json={"settings": {"language": None}}).json()
    assert back["settings"]["language"] is None
    refused = page.patch("/api/me", json={"settings": {"langauge": "it"}})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "settings.langauge"


def test_the_password_changes_only_for_who_knows_the_old_one(page: TestClient) -> None:
    new = {"new_password": "another good phrase"}
    wrong = page.post("/api/me/password", json={"current_password": "wrong", **new})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "current_password"
    right = page.post("/api/me/password", json={"current_password": PASSWORD, **new})
    assert right.status_code == 204
    assert page.get("/api/me").status_code == 200
    assert page.post("/api/auth/session", json=CREDENTIALS).status_code == 401


def test_api_tokens_are_shown_once_work_and_are_revoked(page: TestClient, house: Services) -> None:
    made = page.post("/api/me/tokens", json={"name": " player "}).json()
    listed = page.get("/api/me/tokens")
    assert made["token"].startswith("cmt_")
    assert made["token"] not in listed.text
    assert listed.json()["items"][0]["name"] == "player"
    program = client_of(house, headers={"Authorization": f"Bearer {made['token']}"})
    assert program.get("/api/me").json()["username"] == "agnès"
    assert program.patch("/api/me", json={"settings": {"theme": "dark"}}).status_code == 200
    assert program.post("/api/me/tokens", json={"name": "child"}).status_code == 403
    assert page.delete(f"/api/me/tokens/{made['token_id']}").status_code == 204
    assert program.get("/api/me").status_code == 401
    assert page.delete(f"/api/me/tokens/{made['token_id']}").status_code == 404


def test_nobody_revokes_the_token_of_another(page: TestClient, house: Services) -> None:
    made = page.post("/api/me/tokens", json={"name": "player"}).json()
    with signed_in(house, "jean") as other:
        assert other.delete(f"/api/me/tokens/{made['token_id']}").status_code == 404
    assert len(page.get("/api/me/tokens").json()["items"]) == 1


def test_leaving_needs_the_password_and_leaves_nothing(page: TestClient, house: Services) -> None:
    refused = page.request("DELETE", "/api/me", json={"password": "wrong"})
    assert refused.status_code == 422
    assert page.request("DELETE", "/api/me", json={"password": PASSWORD}).status_code == 204
    assert not page.cookies
    assert house.accounts.user_ids() == []


def test_an_administrator_lists_shuts_out_and_erases(
    page: TestClient, house: Services, clock: PushedClock
) -> None:
    clock.push(seconds=1)
    with signed_in(house, "jean") as other:
        listed = page.get("/api/admin/users").json()
        assert [user["username"] for user in listed["items"]] == ["agnès", "jean"]
        jean = f"/api/admin/users/{listed['items'][1]['user_id']}"
        assert other.get("/api/admin/users").status_code == 403
        assert page.patch(jean, json={"disabled": True}).json()["disabled"] is True
        assert other.get("/api/me").status_code == 401
        assert page.delete(jean).status_code == 204
    assert page.get("/api/admin/users").json()["total"] == 1


def test_the_last_administrator_is_kept(page: TestClient, house: Services) -> None:
    house.accounts.register("jean", PASSWORD)
    me = page.get("/api/me").json()["user_id"]
    for answer in (
        page.patch(f"/api/admin/users/{me}", json={"role": "user"}),
        page.request("DELETE", "/api/me", json={"password": PASSWORD}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_too_many_wrong_tries_say_how_long_to_wait(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    client = client_of(house)
    wrong = {**CREDENTIALS, "password": "wrong"}
    answers = [client.post("/api/auth/login", json=wrong) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert int(answers[-1].headers["Retry-After"]) == 15


@pytest.mark.parametrize("username", ["", " ", "a\u0000b", "a\u202eb", "x" * 65])
def test_names_that_cannot_be_are_refused_with_field_and_mend(
    house: Services, username: str
) -> None:
    answer = client_of(house).post(
        "/api/auth/register", json={"username": username, "password": PASSWORD}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "username"
    assert answer.json()["errors"][0]["mend"]
