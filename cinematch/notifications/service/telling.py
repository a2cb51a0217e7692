"""Filing notes and putting on its way what goes outside, all in the caller's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from cinematch.events.core import Event
from cinematch.infra.ports import Tx
from cinematch.kit.clock import from_iso, to_iso
from cinematch.notifications.core.channels import (
    Channel,
    Delivery,
    Webhook,
    delivery_id,
    film_payload,
    hook_of,
    note_payload,
)
from cinematch.notifications.core.notes import Note
from cinematch.notifications.core.wording import Words, words
from cinematch.notifications.service.parts import Parts

NEWS = timedelta(days=7)
"""What happened longer ago goes into the inbox as read."""


def tell(parts: Parts, tx: Tx, notes: Sequence[Note]) -> list[Note]:
    """File notes, and send them on to targets and webhooks that were there when it happened.

    Returns those that are new: what was told before, or is not wanted, is left out.
    """
    fresh = _fresh(parts, tx, notes)
    if not fresh:
        return []
    parts.inbox.add(tx, fresh)
    _file_away_what_is_old(parts, tx, fresh)
    put_on_its_way(parts, tx, [*_to_targets(parts, tx, fresh), *_to_webhooks(parts, tx, fresh)])
    return fresh


def tell_webhooks(parts: Parts, tx: Tx, events: Sequence[Event]) -> None:
    """Put events on their way to the webhooks of their users that want them."""
    hooks = _by_user(parts.channels.webhooks(tx, {event.user_id for event in events}))
    if not hooks:
        return
    now = to_iso(parts.clock())
    put_on_its_way(
        parts,
        tx,
        [
            new_delivery(hook, event.event_id, kind, film_payload(event), now)
            for event in events
            for hook in hooks.get(event.user_id, ())
            if (kind := hook_of(event)) in hook.kinds and hook.created_at <= event.occurred_at
        ],
    )


def new_delivery(hook: Webhook, message: str, kind: str, payload: str, now: str) -> Delivery:
    """Return a webhook's delivery, due at once."""
    return _delivery("webhook", hook.webhook_id, hook.user_id, message, (kind, payload, now))


def put_on_its_way(parts: Parts, tx: Tx, deliveries: Sequence[Delivery]) -> None:
    """Insert the deliveries that do not exist yet."""
    wanted = {one.delivery_id: one for one in deliveries}
    known = parts.channels.known(tx, wanted) if wanted else set()
    parts.channels.add(tx, [one for key, one in wanted.items() if key not in known])


def show(parts: Parts, notes: Iterable[Note]) -> None:
    """Tell open pages, and wake the sender; after the transaction."""
    for note in notes:
        news = {"notification_id": note.notification_id, "kind": note.kind}
        parts.signals.tell(note.user_id, "notification", msgspec.json.encode(news))
    parts.bell.set()


def _file_away_what_is_old(parts: Parts, tx: Tx, notes: Sequence[Note]) -> None:
    """A consumer that begins at the first event of years tells no news: it is filed as read."""
    now = parts.clock()
    for note in notes:
        if from_iso(note.at) < now - NEWS:
            parts.inbox.mark_read(tx, note.user_id, note.notification_id, to_iso(now))


def message_of(said: Words) -> str:
    """Write what goes to a target."""
    return msgspec.json.encode({"title": said.title, "body": said.body}).decode()


def _fresh(parts: Parts, tx: Tx, notes: Sequence[Note]) -> list[Note]:
    muted = parts.inbox.muted(tx, {note.user_id for note in notes})
    wanted = {
        note.notification_id: note
        for note in notes
        if note.kind not in muted.get(note.user_id, frozenset())
    }
    known = parts.inbox.known(tx, wanted) if wanted else set()
    return [note for key, note in wanted.items() if key not in known]


def _to_targets(parts: Parts, tx: Tx, notes: Sequence[Note]) -> Iterator[Delivery]:
    targets = _by_user(parts.channels.targets(tx, {note.user_id for note in notes}))
    languages = {user_id: _language(parts, tx, user_id) for user_id in targets}
    now = to_iso(parts.clock())
    for note in notes:
        for target in targets.get(note.user_id, ()):
            if target.created_at <= note.at:
                payload = message_of(words(note, languages[note.user_id]))
                what = (note.kind, payload, now)
                yield _delivery(
                    "target", target.target_id, note.user_id, note.notification_id, what
                )


def _to_webhooks(parts: Parts, tx: Tx, notes: Sequence[Note]) -> Iterator[Delivery]:
    hooks = _by_user(parts.channels.webhooks(tx, {note.user_id for note in notes}))
    now, kind = to_iso(parts.clock()), "notification.created"
    for note in notes:
        for hook in hooks.get(note.user_id, ()):
            if kind in hook.kinds and hook.created_at <= note.at:
                yield new_delivery(hook, note.notification_id, kind, note_payload(note), now)


def _delivery(
    channel: Channel, channel_id: str, user_id: str, message: str, what: tuple[str, str, str]
) -> Delivery:
    kind, payload, now = what
    return Delivery(
        delivery_id=delivery_id(channel_id, message),
        user_id=user_id,
        channel=channel,
        channel_id=channel_id,
        kind=kind,
        payload=payload,
        created_at=now,
        next_at=now,
    )


def _by_user(channels: Iterable[Any]) -> dict[str, list[Any]]:
    """Group what is switched on by its owner."""
    found: dict[str, list[Any]] = {}
    for channel in channels:
        if channel.disabled_at is None:
            found.setdefault(channel.user_id, []).append(channel)
    return found


def _language(parts: Parts, tx: Tx, user_id: str) -> str | None:
    account = parts.accounts.get(tx, user_id)
    return account.settings.get("language") if account else None
