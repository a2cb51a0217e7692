"""Ways outside and what goes over them: targets, webhooks, deliveries and when to try again."""

import base64
import hashlib
import hmac
from datetime import timedelta
from typing import Any, Literal, get_args

import msgspec
from msgspec.structs import replace

from cinematch.events.core import Event, EventType, Image
from cinematch.kit.ids import stable_id
from cinematch.notifications.core.notes import Note

Channel = Literal["target", "webhook"]
Status = Literal["pending", "sent", "dead"]

Hook = Literal[
    "film.added", "film.rated", "film.changed", "film.removed", "film.imported",
    "notification.created",
]  # fmt: skip
HOOKS: tuple[Hook, ...] = get_args(Hook)
TEST = "webhook.test"

_HOOK_OF: dict[EventType, Hook] = {
    "ADD": "film.added",
    "UPDATE_RATING": "film.rated",
    "UPDATE": "film.changed",
    "RECALCULATE": "film.changed",
    "DELETE": "film.removed",
    "BULK_IMPORT": "film.imported",
}

ATTEMPTS = 8
"""How often a delivery is tried: over some seven hours."""
FAILURES = 24
"""After so many tries in a row without one success, a channel is switched off."""
_FIRST_PAUSE, _LONGEST_PAUSE = 5.0, 12 * 3600.0  # seconds
_GROWTH = 4.0

SECRET_PREFIX = "whsec_"  # noqa: S105 - what the secret begins with
MOST_CHANNELS = 20
"""Targets of one user, and webhooks of one user."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where notifications go besides the inbox: an Apprise URL, which may hold a password."""

    target_id: str
    user_id: str
    name: str
    url: str
    created_at: str
    failures: int = 0
    disabled_at: str | None = None
    last_error: str | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """An address that is called for the events of the chosen kinds, signed with `secret`."""

    webhook_id: str
    user_id: str
    url: str
    secret: str
    kinds: tuple[str, ...]
    created_at: str
    failures: int = 0
    disabled_at: str | None = None
    last_error: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """One message on its way over one channel."""

    delivery_id: str
    user_id: str
    channel: Channel
    channel_id: str
    kind: str
    payload: str  # what is sent, byte for byte: a retry must not differ
    created_at: str
    next_at: str
    status: Status = "pending"
    attempts: int = 0
    finished_at: str | None = None
    code: int | None = None  # the last HTTP status, where there was one
    error: str | None = None


class Outcome(msgspec.Struct, frozen=True):
    """How one try went. `gone`: the other side wants no more, ever."""

    sent: bool
    code: int | None = None
    error: str | None = None
    gone: bool = False


def hook_of(event: Event) -> Hook:
    """Name an event as webhooks do."""
    return _HOOK_OF[event.event_type]


def film_payload(event: Event) -> str:
    """Write the body of a webhook about a film: Standard Webhooks' `type`, `timestamp`, `data`."""
    data = {
        "event_id": event.event_id,
        "user_id": event.user_id,
        "seq": event.seq,
        "cause": event.cause,
        "film_id": event.film_id,
        "before": _shown(event.before),
        "after": _shown(event.after),
    }
    return body(hook_of(event), event.occurred_at, data)


def note_payload(note: Note) -> str:
    """Write the body of a webhook about a notification."""
    data = {
        "notification_id": note.notification_id,
        "user_id": note.user_id,
        "kind": note.kind,
        "data": note.data,
    }
    return body("notification.created", note.at, data)


def body(kind: str, at: str, data: dict[str, Any]) -> str:
    """Write the body of a webhook."""
    return msgspec.json.encode({"type": kind, "timestamp": at, "data": data}).decode()


def delivery_id(channel_id: str, message: str) -> str:
    """Return what always stands for one message over one channel; it is the `Webhook-Id`."""
    return f"msg_{stable_id(f'{channel_id}/{message}')}"


def pause(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many tries: growing, and spread by `chance` in 0..1.

    >>> pause(1, 0.5).total_seconds(), pause(4, 0.5).total_seconds()
    (5.0, 320.0)
    """
    usual = min(_FIRST_PAUSE * _GROWTH ** (attempts - 1), _LONGEST_PAUSE)
    return timedelta(seconds=usual * (0.75 + 0.5 * chance))


def after_try(delivery: Delivery, outcome: Outcome, now: str, again_at: str) -> Delivery:
    """Return the delivery after a try: sent, to be tried again, or dead."""
    tried = replace(delivery, code=outcome.code, error=outcome.error)
    if outcome.sent:
        return replace(tried, status="sent", finished_at=now)
    if outcome.gone or delivery.attempts >= ATTEMPTS:
        return replace(tried, status="dead", finished_at=now)
    return replace(tried, next_at=again_at)


def failures_after(failures: int, outcome: Outcome) -> int:
    """Count failures in a row: one that is gone for good is at the end at once."""
    if outcome.sent:
        return 0
    return FAILURES if outcome.gone else failures + 1


def signature(secret: str, message_id: str, timestamp: int, content: bytes) -> str:
    """Sign as Standard Webhooks do: `v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64.

    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek",
    ...           1614265330, b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='

    Raises:
        ValueError: the secret is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except ValueError as error:
        raise ValueError("not a webhook secret") from error
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def masked(url: str) -> str:
    """Show of a target's URL only what it is, never a token or password.

    >>> masked("tgram://123456:ABCdef/987654")
    'tgram://…7654'
    """
    scheme, _, rest = url.partition("://")
    return f"{scheme}://…{rest[-4:] if len(rest) >= 16 else ''}"


def _shown(image: Image | None) -> dict[str, Any] | None:
    if image is None:
        return None
    return {
        "title": image.film.title,
        "year": image.film.year,
        "rating": image.rating / 2 if image.rating else None,
        "watches": [{"date": watch.date, "rewatch": watch.rewatch} for watch in image.watches],
        "liked": image.liked,
        "watchlist": image.watchlist,
        "tags": list(image.tags),
    }
