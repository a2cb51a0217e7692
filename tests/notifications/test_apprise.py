"""Targets by Apprise: a real one, one that is not known, one that is not allowed, and none."""

import sys
from collections.abc import Iterator

import pytest

from cinematch.kit.errors import Invalid, Unavailable
from cinematch.notifications.apprise import CLOUD, AppriseMessenger
from tests.support.receiver import Receiver, receiving

# Apprise's own plugins load it; no business of ours.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as built:
        yield built


def test_a_message_arrives_and_a_refusal_is_told(receiver: Receiver) -> None:
    url = f"json://127.0.0.1:{receiver.port}/"
    messenger = AppriseMessenger(allow_private=True)
    messenger.check(url)
    assert messenger.send(url, "100 films", "You have now seen 100 films.").sent
    assert b"You have now seen 100 films." in receiver.calls[0].content
    receiver.answers = [500]
    outcome = messenger.send(url, "title", "body")
    assert (outcome.sent, bool(outcome.error)) == (False, True)


@pytest.mark.parametrize("url", ["nosuchservice://host", "no url at all", "tgram://", ""])
def test_what_apprise_does_not_know_is_refused(url: str) -> None:
    with pytest.raises(Invalid):
        AppriseMessenger(allow_private=True).check(url)


@pytest.mark.parametrize(
    "url", ["json://127.0.0.1/", "xml://10.0.0.1/", "dbus://", "mailto://a:b@127.0.0.1", "ntfy://x"]
)
def test_a_host_of_somebodys_choice_is_refused_unless_allowed(url: str, receiver: Receiver) -> None:
    messenger = AppriseMessenger(allow_private=False)
    with pytest.raises(Invalid, match="not allowed"):
        messenger.check(url)
    assert not messenger.send(url, "title", "body").sent
    assert receiver.calls == []


def test_services_at_fixed_addresses_are_known_to_apprise() -> None:
    import apprise

    known = {
        protocol
        for service in apprise.Apprise().details()["schemas"]
        for protocol in (*(service["protocols"] or ()), *(service["secure_protocols"] or ()))
    }
    assert known >= CLOUD
    AppriseMessenger(allow_private=False).check("tgram://123456789:abcdefg_hijklmnop/12315544/")


def test_without_apprise_a_target_is_refused_with_how_to_have_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "apprise", None)
    messenger = AppriseMessenger(allow_private=True)
    with pytest.raises(Unavailable, match="pip install apprise"):
        messenger.check("json://127.0.0.1/")
    assert "pip install apprise" in (messenger.send("json://h/", "t", "b").error or "")
