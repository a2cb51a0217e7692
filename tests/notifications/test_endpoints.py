"""Notifications, targets and webhooks over HTTP."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from cinematch.api import document, problems
from cinematch.notifications import endpoints
from cinematch.notifications.calling import HttpCaller
from cinematch.notifications.core.channels import HOOKS
from tests.support.builders import facts, image
from tests.support.fanout import Fanout
from tests.support.house import TestClient, sign_in
from tests.support.rooms import Rooms, rooms_of


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    with rooms_of(tmp_path, endpoints.router) as built:
        yield built


@pytest.fixture
def ada(rooms: Rooms) -> Iterator[TestClient]:
    with rooms.signed_in("ada") as client:
        yield client


@pytest.fixture
def ben(rooms: Rooms) -> Iterator[TestClient]:
    with rooms.signed_in("ben") as client:
        yield client


def watch(rooms: Rooms, name: str, count: int) -> None:
    fanout: Fanout = rooms.fanout
    user_id = rooms.user_id(name)
    changes = [(None, image(facts(f"film{n}", runtime=60), "2026-01-02")) for n in range(count)]
    fanout.notify(fanout.happen(user_id, *changes))


def test_the_inbox_is_listed_counted_and_marked(
    rooms: Rooms, ada: TestClient, ben: TestClient
) -> None:
    assert ada.get("/api/notifications").json() == {"items": [], "total": 0, "next": None}
    watch(rooms, "ada", 10)
    page = ada.get("/api/notifications", params={"limit": 2}).json()
    assert (len(page["items"]), page["total"]) == (2, 3)
    rest = ada.get("/api/notifications", params={"cursor": page["next"]}).json()
    kinds = sorted(item["kind"] for item in [*page["items"], *rest["items"]])
    assert kinds == ["first_film", "milestone", "milestone"]
    one = page["items"][0]["notification_id"]
    assert ada.get("/api/notifications/unread").json() == {"unread": 3}
    assert ada.post(f"/api/notifications/{one}/read").json()["read_at"] is not None
    assert ada.get("/api/notifications", params={"unread": True}).json()["total"] == 2
    assert ben.post(f"/api/notifications/{one}/read").status_code == 404
    assert ada.post("/api/notifications/read").json() == {"unread": 0}
    assert ben.get("/api/notifications").json()["total"] == 0


def test_kinds_are_switched_one_by_one(ada: TestClient) -> None:
    everything = ada.get("/api/notifications/settings").json()
    assert set(everything.values()) == {True}
    changed = ada.patch("/api/notifications/settings", json={"milestone": False}).json()
    assert changed == {**everything, "milestone": False}
    again = ada.patch("/api/notifications/settings", json={"first_film": False}).json()
    assert again == {**everything, "milestone": False, "first_film": False}
    assert ada.patch("/api/notifications/settings", json={"other": False}).status_code == 422


def test_a_target_is_added_shown_masked_tried_switched_and_removed(
    rooms: Rooms, ada: TestClient, ben: TestClient
) -> None:
    url = "tgram://123456789:abcdefg_hijklmnop/12315544/"
    made = ada.post("/api/notifications/targets", json={"name": " Phone ", "url": url})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["name"], shown["enabled"]) == ("Phone", True)
    assert "abcdefg" not in made.text + ada.get("/api/notifications/targets").text
    address = f"/api/notifications/targets/{shown['target_id']}"
    assert ada.post(f"{address}/test").json() == {"sent": True, "error": None}
    assert rooms.fanout.outside.sent == [(url, "A test", "CineMatch can reach you here.")]
    assert ben.post(f"{address}/test").status_code == 404
    assert ada.patch(address, json={"enabled": False}).json()["enabled"] is False
    assert ben.delete(address).status_code == 404
    assert ada.delete(address).status_code == 204
    assert ada.get("/api/notifications/targets").json() == {"items": []}


def test_the_secret_of_a_webhook_is_shown_when_it_is_made_and_never_again(
    ada: TestClient, ben: TestClient
) -> None:
    body = {"url": "https://example.org/hook", "kinds": ["film.added"]}
    made = ada.post("/api/webhooks", json=body)
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    address = f"/api/webhooks/{made.json()['webhook_id']}"
    assert "whsec_" not in ada.get("/api/webhooks").text
    renewed = ada.post(f"{address}/secret").json()["secret"]
    assert renewed not in {made.json()["secret"], ""}
    changed = ada.patch(address, json={"kinds": list(HOOKS), "enabled": False}).json()
    assert (changed["kinds"], changed["enabled"]) == (list(HOOKS), False)
    assert ada.post(f"{address}/test").status_code == 409
    for refused in (
        ben.patch(address, json={"enabled": True}),
        ben.delete(address),
        ben.get(f"{address}/deliveries"),
        ben.post(f"{address}/secret"),
    ):
        assert refused.status_code == 404
    assert ada.delete(address).status_code == 204


def test_deliveries_are_listed_and_sent_once_more(rooms: Rooms, ada: TestClient) -> None:
    body = {"url": "https://example.org/hook", "kinds": ["film.added"]}
    address = f"/api/webhooks/{ada.post('/api/webhooks', json=body).json()['webhook_id']}"
    assert ada.post(f"{address}/test").json()["status"] == "pending"
    rooms.fanout.sender.work_off()
    (sent,) = ada.get(f"{address}/deliveries").json()["items"]
    assert (sent["kind"], sent["status"], sent["next_at"]) == ("webhook.test", "sent", None)
    again = ada.post(f"{address}/deliveries/{sent['delivery_id']}/redeliver")
    assert (again.status_code, again.json()["status"]) == (202, "pending")
    rooms.fanout.sender.work_off()
    assert len(rooms.fanout.outside.calls) == 2
    assert ada.post(f"{address}/deliveries/none/redeliver").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"url": "http://127.0.0.1/", "kinds": ["film.added"]},
        {"url": "ftp://example.org/", "kinds": ["film.added"]},
        {"url": "https://example.org/", "kinds": []},
        {"url": "https://example.org/", "kinds": ["film.burnt"]},
        {"url": "https://example.org/"},
        {"url": "https://example.org/", "kinds": ["film.added"], "secret": "mine"},
    ],
)
def test_a_webhook_that_cannot_be_is_refused_by_field(
    rooms: Rooms, ada: TestClient, body: dict[str, object]
) -> None:
    strict = HttpCaller(allow_private=False)
    rooms.fanout.outside.check = strict.check  # type: ignore[method-assign]
    answer = ada.post("/api/webhooks", json=body)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["errors"][0]["mend"]


def test_nothing_is_to_be_had_without_signing_in_or_the_csrf_token(
    rooms: Rooms, ada: TestClient
) -> None:
    stranger = TestClient(rooms.app)
    for path in ("notifications", "notifications/unread", "notifications/targets", "webhooks"):
        assert stranger.get(f"/api/{path}").status_code == 401
    del ada.headers["X-CSRF-Token"]
    assert ada.post("/api/notifications/read").status_code == 403
    sign_in(ada, "ada")
    assert ada.post("/api/notifications/read").status_code == 200


def test_every_call_is_described(rooms: Rooms) -> None:
    described = document.describe(rooms.app)
    ids = [
        operation["operationId"]
        for path in described["paths"].values()
        for operation in path.values()
    ]
    assert len(ids) == len(set(ids)) == len(endpoints.router.routes)
    assert isinstance(rooms.app, FastAPI)
    assert problems.MEDIA_TYPE in str(described["paths"]["/api/webhooks"]["post"]["responses"])
