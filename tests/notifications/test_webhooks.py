"""Webhooks over real HTTP: signed, tried again, and never into the operator's network."""

import base64
import hashlib
import hmac
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from cinematch.kit.errors import Invalid
from cinematch.notifications.calling import HttpCaller
from cinematch.notifications.core.channels import HOOKS
from cinematch.notifications.service import Sender, WebhooksService
from tests.support.builders import facts, image
from tests.support.fanout import Fanout, fanout
from tests.support.receiver import Call, Receiver, dripping, receiving


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as built:
        yield built


@pytest.fixture
def rooms(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fanout]:
    """The rooms with real calls, which may go to this machine."""
    with fanout("sqlite", tmp_path, request) as built:
        built.parts = replace(built.parts, caller=HttpCaller(allow_private=True))
        built.sender = Sender(built.parts)
        built.webhooks = WebhooksService(built.parts)
        yield built
        built.sender.stop()


def signed(call: Call, secret: str) -> bool:
    """Check a call as a receiver would, from the specification alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    timestamp = call.headers["Webhook-Timestamp"]
    content = f"{call.headers['Webhook-Id']}.{timestamp}.".encode() + call.content
    expected = base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()
    return call.headers["Webhook-Signature"] == f"v1,{expected}"


def test_a_call_fails_first_and_then_arrives_whole_and_signed(
    rooms: Fanout, receiver: Receiver
) -> None:
    hook = rooms.webhooks.add("ada", receiver.url, ["film.added"])
    receiver.answers = [500, 503]
    (event,) = rooms.happen("ada", (None, image(facts("ran"), "2026-01-02", rating=9)))
    rooms.notify([event])
    for _ in range(3):
        assert rooms.sender.work_off() == 1
        rooms.clock.push(minutes=30)
    assert rooms.sender.work_off() == 0
    assert [signed(call, hook.secret) for call in receiver.calls] == [True] * 3
    assert len({call.headers["Webhook-Id"] for call in receiver.calls}) == 1
    assert len({call.headers["Webhook-Timestamp"] for call in receiver.calls}) == 3
    assert len({call.content for call in receiver.calls}) == 1
    body = msgspec.json.decode(receiver.calls[-1].content)
    assert (body["type"], body["timestamp"]) == ("film.added", event.occurred_at)
    assert body["data"]["after"]["rating"] == 4.5
    assert body["data"]["seq"] == event.seq
    (delivery,) = rooms.webhooks.deliveries("ada", hook.webhook_id, 5, None).items
    assert (delivery.status, delivery.attempts, delivery.code) == ("sent", 3, 204)


def test_a_new_secret_signs_what_is_sent_from_then_on(rooms: Fanout, receiver: Receiver) -> None:
    first = rooms.webhooks.add("ada", receiver.url, HOOKS)
    rooms.webhooks.test("ada", first.webhook_id)
    second = rooms.webhooks.new_secret("ada", first.webhook_id)
    rooms.sender.work_off()
    (call,) = receiver.calls
    assert (signed(call, first.secret), signed(call, second.secret)) == (False, True)
    assert msgspec.json.decode(call.content)["type"] == "webhook.test"


def test_the_sender_sends_by_itself(rooms: Fanout, receiver: Receiver) -> None:
    rooms.sender.start()
    hook = rooms.webhooks.add("ada", receiver.url, ["film.added"])
    rooms.notify(rooms.happen("ada", (None, image(facts("ran")))))
    deadline = time.monotonic() + 30
    while not rooms.webhooks.deliveries("ada", hook.webhook_id, 5, None).items[0].finished_at:
        assert time.monotonic() < deadline, "nothing was sent within half a minute"
        rooms.parts.bell.wait(0.02)
    rooms.sender.stop()
    assert len(receiver.calls) == 1


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    receiver.answers, receiver.headers = [302], {"Location": receiver.url}
    outcome = HttpCaller(allow_private=True).post(receiver.url, b"{}", {})
    assert (outcome.sent, outcome.code, len(receiver.calls)) == (False, 302, 1)


def test_an_answer_is_not_read_to_its_end(receiver: Receiver) -> None:
    receiver.answers, receiver.body = [200], b"x" * 50_000_000
    before = time.monotonic()
    assert HttpCaller(allow_private=True, timeout=20).post(receiver.url, b"{}", {}).sent
    assert time.monotonic() - before < 15


def test_one_that_says_gone_wants_no_more(receiver: Receiver) -> None:
    receiver.answers = [410]
    assert HttpCaller(allow_private=True).post(receiver.url, b"{}", {}).gone


def test_an_answer_that_drips_is_cut_off_at_the_deadline() -> None:
    with dripping() as url:
        before = time.monotonic()
        outcome = HttpCaller(allow_private=True, timeout=0.5).post(url, b"{}", {})
        assert (outcome.sent, outcome.code) == (False, None)
        assert time.monotonic() - before < 15


def test_nobody_there_is_a_failure_in_words(receiver: Receiver) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = HttpCaller(allow_private=True).post(f"http://127.0.0.1:{port}/", b"{}", {})
    assert not outcome.sent
    assert "refused" in (outcome.error or "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "0x7f.1"])
def test_the_operators_own_network_is_not_called(receiver: Receiver, host: str) -> None:
    url = f"http://{host}:{receiver.port}/hook"
    caller = HttpCaller(allow_private=False)
    with pytest.raises(Invalid):
        caller.check(url)
    outcome = caller.post(url, b"{}", {})
    assert (outcome.sent, receiver.calls) == (False, [])


def test_a_name_that_leads_inside_is_found_out_at_each_call(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [["93.184.216.34"], ["93.184.216.34", "127.0.0.1"]]

    def looked_up(host: str, port: int, **_: object) -> list[object]:
        return [(None, None, None, "", (ip, port)) for ip in answers.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    caller = HttpCaller(allow_private=False)
    caller.check(f"http://rebinding.example:{receiver.port}/")
    outcome = caller.post(f"http://rebinding.example:{receiver.port}/", b"{}", {})
    assert (outcome.sent, outcome.error, receiver.calls) == (
        False,
        "leads into a private network",
        [],
    )
