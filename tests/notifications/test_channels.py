"""Signing, trying again, masking, and which addresses may be called."""

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinematch.kit.errors import Invalid
from cinematch.notifications.core.addresses import is_public, parsed
from cinematch.notifications.core.channels import (
    ATTEMPTS,
    Delivery,
    Outcome,
    after_try,
    masked,
    pause,
    signature,
)

PENDING = Delivery(
    delivery_id="msg_1",
    user_id="u",
    channel="webhook",
    channel_id="w",
    kind="film.added",
    payload="{}",
    created_at="1",
    next_at="1",
)


@given(st.binary(min_size=24, max_size=64), st.text(), st.integers(0, 2**33), st.binary())
def test_a_signature_is_what_the_receiver_computes(
    key: bytes, message: str, timestamp: int, content: bytes
) -> None:
    secret = "whsec_" + base64.b64encode(key).decode()
    said = signature(secret, message.encode("utf-8", "replace").decode(), timestamp, content)
    signed = message.encode("utf-8", "replace") + b"." + str(timestamp).encode() + b"." + content
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert said == f"v1,{expected}"


def test_a_broken_secret_signs_nothing() -> None:
    with pytest.raises(ValueError, match="not a webhook secret"):
        signature("whsec_é", "m", 1, b"")


@given(st.integers(1, ATTEMPTS - 1), st.floats(0, 1))
def test_pauses_grow_and_are_spread(attempts: int, chance: float) -> None:
    usual = pause(attempts, 0.5).total_seconds()
    assert 0.74 * usual <= pause(attempts, chance).total_seconds() <= 1.26 * usual
    assert pause(attempts + 1, 0).total_seconds() > pause(attempts, 1).total_seconds()


@given(st.integers(1, 2 * ATTEMPTS), st.booleans(), st.booleans())
def test_a_delivery_ends_sent_or_dead_after_so_many_tries(
    attempts: int, sent: bool, gone: bool
) -> None:
    from msgspec.structs import replace

    after = after_try(replace(PENDING, attempts=attempts), Outcome(sent=sent, gone=gone), "5", "9")
    over = sent or gone or attempts >= ATTEMPTS
    assert (after.status != "pending") == over == (after.finished_at == "5")
    assert after.status == ("sent" if sent else "dead" if over else "pending")
    assert over or after.next_at == "9"


@given(st.text(st.characters(codec="ascii", exclude_characters="/:"), min_size=8, max_size=40))
def test_a_masked_url_shows_no_more_than_four_characters_of_a_token(token: str) -> None:
    shown = masked(f"tgram://{token}")
    assert shown.startswith("tgram://…")
    assert len(shown) <= len("tgram://…") + 4


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "file:///etc/passwd",
        "https:///path",
        "https://user:word@example.org/",
        "https://example.org:99999/",
        "https://exa mple.org/",
        "https://example.org/\r\nX: y",
        "https://[::1",
        "https://esémpio.org/",
        "no address",
        "",
    ],
)
def test_what_is_no_address_of_a_webhook_is_refused(url: str) -> None:
    with pytest.raises(Invalid) as refused:
        parsed(url)
    assert refused.value.errors[0].field == "url"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700:4700::1111", True),
        ("64:ff9b::808:808", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - not listened on
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("example.org", False),
    ],
)
def test_which_addresses_are_of_the_open_internet(address: str, public: bool) -> None:
    assert is_public(address) is public
