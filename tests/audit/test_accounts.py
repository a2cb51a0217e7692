"""What the audit log tells of accounts: who came in or was refused, who changed what."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinematch.accounts.commands import app
from cinematch.audit.ports import Query
from cinematch.audit.schemas import AuditOut, audit_out
from cinematch.bootstrap import Services
from cinematch.kit.errors import CineMatchError, Conflict, NotFound, StoreFull, Unauthenticated
from tests.support.house import (
    PASSWORD,
    PushedClock,
    TestClient,
    build_house,
    client_of,
    signed_in,
)

HERE = "192.0.2.1"
Line = tuple[str, str | None, str | None]


class TickingClock(PushedClock):
    """Goes a second further whenever somebody looks, so that entries stand in their order."""

    def __call__(self) -> datetime:
        self.push(seconds=1)
        return self.at


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path, TickingClock())
    yield built
    built.stop()


def entries(house: Services, action: str | None = None) -> list[AuditOut]:
    """Return what is recorded, oldest first."""
    page = house.audit.page(Query(action=action), 200, None)
    return [audit_out(one) for one in reversed(page.items)]


def told(house: Services, action: str | None = None) -> list[Line]:
    """Return `(action, by the name, about the name)` of what is recorded, oldest first."""
    names = {user_id: house.accounts.get(user_id).username for user_id in house.accounts.user_ids()}
    return [
        (one.action, names.get(one.actor or ""), names.get(one.user_id or ""))
        for one in entries(house, action)
    ]


def try_to_sign_in(house: Services, name: str, password: str) -> None:
    try:
        house.sessions.sign_in(name, password, HERE, renewable=True)
    except CineMatchError as refusal:
        assert refusal.status in {401, 403}  # noqa: PT017 - both ways are tried
    else:
        pytest.fail("was let in")


def test_making_an_account_is_its_owners_doing_or_the_operators(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    house.accounts.add("jean", PASSWORD)
    assert told(house) == [("account.made", "agnès", "agnès"), ("account.made", None, "jean")]
    assert [one.details for one in entries(house)] == [{"role": "administrator"}, {"role": "user"}]
    with pytest.raises(Conflict):
        house.accounts.register("Jean", PASSWORD)
    assert len(entries(house)) == 2


def test_who_comes_in_and_who_is_refused_is_recorded_with_the_address(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    house.accounts.add("jean", PASSWORD)
    house.sessions.sign_in("AGNÈS", PASSWORD, HERE, renewable=True)
    house.sessions.sign_in("agnès", PASSWORD, HERE, renewable=False)
    try_to_sign_in(house, "agnès", "wrong")
    house.accounts.administer(house.accounts.user_id_of("jean"), disabled=True)
    try_to_sign_in(house, "jean", PASSWORD)
    assert told(house, "account.signed_in") == [("account.signed_in", "agnès", "agnès")] * 2
    assert [one.details for one in entries(house, "account.signed_in")] == [
        {"address": HERE, "for": "page"},
        {"address": HERE, "for": "program"},
    ]
    refused = "account.sign_in_refused"
    assert told(house, refused) == [(refused, None, "agnès"), (refused, None, "jean")]
    assert [one.details for one in entries(house, refused)] == [
        {"address": HERE, "reason": "wrong_password"},
        {"address": HERE, "reason": "disabled"},
    ]


def test_an_unknown_name_costs_the_same_entry_which_names_nobody(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    try_to_sign_in(house, "my secret phrase", "x")
    (one,) = entries(house, "account.sign_in_refused")
    assert (one.actor, one.user_id, one.subject) == (None, None, None)
    assert one.details == {"reason": "unknown_name"}


def test_when_nothing_can_be_written_a_refusal_stays_one_and_an_export_is_given(
    house: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.accounts.register("agnès", PASSWORD)

    def full(*_: object, **__: object) -> None:
        raise StoreFull("the disk is full")

    monkeypatch.setattr(house.audit, "record", full)
    with pytest.raises(Unauthenticated):
        house.sessions.sign_in("agnès", "wrong", HERE, renewable=True)
    exported = house.exports.export(house.accounts.user_id_of("agnès"), "agnès", "cinematch")
    assert json.loads(b"".join(exported))["username"] == "agnès"


def test_a_new_password_is_recorded_as_ones_own_doing_or_the_operators(house: Services) -> None:
    user_id = house.accounts.register("agnès", PASSWORD).user_id
    house.accounts.set_own_password(user_id, "another good phrase", session_id=None)
    house.accounts.set_password(user_id, "yet another phrase")
    changed = "account.password_changed"
    assert told(house, changed) == [(changed, "agnès", "agnès"), (changed, None, "agnès")]
    assert all(one.details == {} for one in entries(house, changed))


def test_an_administrators_changes_are_recorded_and_what_stays_is_not(house: Services) -> None:
    with signed_in(house, "agnès") as ada:
        house.accounts.add("jean", PASSWORD)
        jean = house.accounts.user_id_of("jean")
        for body in (
            {"role": "administrator"},
            {"role": "administrator"},
            {"disabled": True},
            {"role": "user", "disabled": False},
        ):
            assert ada.patch(f"/api/admin/users/{jean}", json=body).status_code == 200
        own = ada.get("/api/me").json()["user_id"]
        assert ada.patch(f"/api/admin/users/{own}", json={"role": "user"}).status_code == 409
    CliRunner().invoke(app, ["disable", "jean"], obj=lambda: house)
    done = [line for line in told(house) if line[0] not in {"account.made", "account.signed_in"}]
    assert done == [
        ("account.role_changed", "agnès", "jean"),
        ("account.disabled", "agnès", "jean"),
        ("account.role_changed", "agnès", "jean"),
        ("account.enabled", "agnès", "jean"),
        ("account.disabled", None, "jean"),
    ]
    assert entries(house, "account.role_changed")[0].details == {
        "role": "administrator",
        "before": "user",
    }


def test_tokens_are_recorded_by_their_id_when_made_and_when_revoked(house: Services) -> None:
    user_id = house.accounts.register("agnès", PASSWORD).user_id
    token, secret = house.accounts.add_token(user_id, "player")
    house.accounts.revoke_token(user_id, token.token_id)
    with pytest.raises(NotFound):
        house.accounts.revoke_token(user_id, token.token_id)
    assert told(house, "token.") == [
        ("token.made", "agnès", "agnès"),
        ("token.revoked", "agnès", "agnès"),
    ]
    made = entries(house, "token.")
    assert [one.subject for one in made] == [token.token_id] * 2
    assert made[0].details == {"name": "player"}
    assert secret not in str(made)


def test_an_export_is_recorded_with_its_format(house: Services) -> None:
    with signed_in(house) as client:
        assert client.get("/api/export?format=letterboxd").status_code == 200
        assert client.get("/api/export?format=none").status_code == 422
    user_id = house.accounts.user_id_of("agnès")
    b"".join(house.exports.export(user_id, "agnès", "imdb"))
    exported = "account.exported"
    assert told(house, exported) == [(exported, "agnès", "agnès"), (exported, None, "agnès")]
    assert [one.details for one in entries(house, exported)] == [
        {"format": "letterboxd"},
        {"format": "imdb"},
    ]


def test_no_password_token_or_hash_gets_into_the_log(house: Services, tmp_path: Path) -> None:
    with signed_in(house) as client:
        made = client.post("/api/me/tokens", json={"name": "player"}).json()
        body = {"current_password": PASSWORD, "new_password": "a phrase of tomorrow"}
        assert client.post("/api/me/password", json=body).status_code == 204
        secrets = [PASSWORD, "a phrase of tomorrow", made["token"], *client.cookies.values()]
    try_to_sign_in(house, "agnès", "a phrase of yesterday")
    user_id = house.accounts.user_id_of("agnès")
    secrets += ["a phrase of yesterday", house.accounts.get(user_id).password_hash]
    written = json.dumps([one.model_dump() for one in entries(house)], ensure_ascii=False)
    assert "account.password_changed" in written
    assert [secret for secret in secrets if secret in written] == []


def test_whoever_is_erased_is_told_of_no_more_and_the_log_is_whole(house: Services) -> None:
    house.accounts.register("agnès", PASSWORD)
    jean = house.accounts.add("jean", PASSWORD).user_id
    house.sessions.sign_in("jean", PASSWORD, HERE, renewable=True)
    try_to_sign_in(house, "jean", "wrong")
    house.accounts.erase(jean)
    written = json.dumps([one.model_dump() for one in entries(house)])
    assert jean not in written
    assert HERE not in written
    assert house.audit.verify().faults == ()


def test_everybody_sees_who_came_in_as_them(house: Services) -> None:
    with signed_in(house, "agnès"), signed_in(house, "jean") as jean:
        anonymous = client_of(house)
        body = {"username": "jean", "password": "wrong"}
        assert anonymous.post("/api/auth/login", json=body).status_code == 401
        seen = own(jean)
        assert seen == ["account.sign_in_refused", "account.signed_in", "account.made"]
        anonymous.close()


def own(client: TestClient) -> list[str]:
    return [one["action"] for one in client.get("/api/audit/mine").json()["items"]]
