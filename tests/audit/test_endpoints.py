"""The audit log over HTTP and on the command line."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import APIRouter
from typer.testing import CliRunner, Result

from cinematch.audit import endpoints
from cinematch.audit.commands import app
from tests.support.builders import facts, image
from tests.support.house import TestClient
from tests.support.rooms import Rooms, rooms_of


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    routers = APIRouter()
    routers.include_router(endpoints.router)
    with rooms_of(tmp_path, routers) as built:
        yield built


@pytest.fixture
def admin(rooms: Rooms) -> Iterator[TestClient]:
    """The first account, which administers."""
    with rooms.signed_in("ada") as client:
        yield client


@pytest.fixture
def ben(rooms: Rooms, admin: TestClient) -> Iterator[TestClient]:
    with rooms.signed_in("ben") as client:
        yield client


LATER = "2026-03-01T21:00:00Z"  # after the accounts were made and signed in


def live(rooms: Rooms) -> None:
    """From `LATER` on Ben adds two films, and the administrator makes him one, too."""
    fanout, ben, ada = rooms.fanout, rooms.user_id("ben"), rooms.user_id("ada")
    fanout.clock.push(hours=1)
    for key in ("ran", "ikiru"):
        events = fanout.happen(ben, (None, image(facts(key), "2026-01-02")))
        fanout.write(lambda tx, e=events: fanout.auditing.handle(tx, e))  # type: ignore[misc]
        fanout.clock.push(hours=1)
    fanout.write(
        lambda tx: fanout.audit.record(
            tx, ada, "account.role_changed", user_id=ben, details={"role": "administrator"}
        )
    )


def run(rooms: Rooms, *arguments: str) -> Result:
    house = SimpleNamespace(audit=rooms.fanout.audit, accounts=rooms.house.accounts)
    return CliRunner().invoke(app, list(arguments), obj=lambda: house)


def test_an_administrator_reads_everything_filtered_and_in_pages(
    rooms: Rooms, admin: TestClient, ben: TestClient
) -> None:
    live(rooms)
    short: dict[str, str | int] = {"limit": 2, "from": LATER}
    first = admin.get("/api/admin/audit", params=short).json()
    rest = admin.get("/api/admin/audit", params={**short, "cursor": first["next"]}).json()
    actions = [item["action"] for item in [*first["items"], *rest["items"]]]
    assert actions == ["account.role_changed", "film.add", "film.add"]
    assert (first["total"], rest["next"]) == (3, None)
    for asked, count in (
        ({"user": rooms.user_id("ben"), "from": LATER}, 3),
        ({"user": rooms.user_id("ada"), "from": LATER}, 0),
        ({"actor": rooms.user_id("ada"), "from": LATER}, 1),
        ({"action": "film."}, 2),
        ({"action": "film.add", "from": "2026-03-01T22:00:00Z"}, 1),
        ({"to": "2026-03-01"}, 0),
    ):
        assert admin.get("/api/admin/audit", params=asked).json()["total"] == count
    assert admin.get("/api/admin/audit", params={"from": "soon"}).status_code == 422
    assert ben.get("/api/admin/audit").status_code == 403


def test_everybody_reads_what_was_done_with_their_own_account(
    rooms: Rooms, admin: TestClient, ben: TestClient
) -> None:
    live(rooms)
    mine = ben.get("/api/audit/mine", params={"from": LATER}).json()
    assert mine["items"][0]["actor"] == rooms.user_id("ada")
    assert mine["items"][0]["details"] == {"role": "administrator"}
    assert {item["subject"] for item in mine["items"]} == {None, "ran", "ikiru"}
    own = [item["action"] for item in admin.get("/api/audit/mine").json()["items"]]
    assert sorted(own) == ["account.made", "account.signed_in"]
    assert TestClient(rooms.app).get("/api/audit/mine").status_code == 401


def test_verify_says_so_when_all_is_whole_and_names_what_is_not(
    rooms: Rooms, admin: TestClient, ben: TestClient
) -> None:
    live(rooms)
    whole = run(rooms, "verify", "--json")
    assert whole.exit_code == 0
    answer = json.loads(whole.stdout)
    assert (answer["checked_entries"], answer["differences"], answer["first"]) == (7, 0, None)
    change = "UPDATE audit_log SET action = 'film.delete' WHERE entry_id = ?"
    (_, first) = admin.get("/api/admin/audit", params={"action": "film."}).json()["items"]
    rooms.house.store.transact(lambda tx: tx.execute(change, (first["entry_id"],)))
    broken = run(rooms, "verify", "--json")
    answer = json.loads(broken.stdout)
    assert (broken.exit_code, answer["differences"]) == (1, 1)
    assert first["entry_id"] in answer["first"]
    assert "was changed" in answer["first"]


def test_entries_are_listed_by_name_and_erased_people_are_gone(
    rooms: Rooms, admin: TestClient, ben: TestClient
) -> None:
    assert "Nothing is recorded." in run(rooms, "list", "--action", "film.").stdout
    live(rooms)
    listed = json.loads(run(rooms, "list", "--user", "ben", "--action", "film.", "--json").stdout)
    assert [one["subject"] for one in listed] == ["ikiru", "ran"]
    assert "film.add" in run(rooms, "list").stdout
    rooms.fanout.write(lambda tx: rooms.fanout.audit.erase_user(tx, rooms.user_id("ben")))
    shown = admin.get("/api/admin/audit").json()["items"]
    assert [one["redacted"] for one in shown].count(True) == 5
    assert all(one["details"] is None for one in shown if one["redacted"])
    assert run(rooms, "verify").exit_code == 0
    assert run(rooms, "list", "--user", "nobody").exit_code == 2
