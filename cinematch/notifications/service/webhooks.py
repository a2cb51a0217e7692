"""Webhooks: addresses that are called, signed, when something happens."""

import base64
import secrets
from collections.abc import Sequence

from msgspec.structs import replace

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import Conflict, NotFound
from cinematch.kit.ids import new_id
from cinematch.kit.paging import Page, decode_cursor, encode_cursor
from cinematch.notifications.core.channels import (
    MOST_CHANNELS,
    SECRET_PREFIX,
    TEST,
    Delivery,
    Webhook,
    body,
)
from cinematch.notifications.service.parts import Parts
from cinematch.notifications.service.telling import new_delivery

_SECRET_BYTES = 32


class WebhooksService:
    """Use cases of webhooks."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def all(self, user_id: str) -> list[Webhook]:
        """Return a user's webhooks, oldest first."""
        return self._parts.store.snapshot(lambda tx: self._parts.channels.webhooks(tx, [user_id]))

    def add(self, user_id: str, url: str, kinds: Sequence[str]) -> Webhook:
        """Add a webhook, which is called for what happens from now on; its secret is made here.

        Raises:
            Invalid: the address may not be called.
            Conflict: the user has too many.
        """
        self._parts.caller.check(url)
        hook = Webhook(
            webhook_id=new_id(),
            user_id=user_id,
            url=url,
            secret=_new_secret(),
            kinds=tuple(dict.fromkeys(kinds)),
            created_at=to_iso(self._parts.clock()),
        )

        def work(tx: Tx) -> Webhook:
            if len(self._parts.channels.webhooks(tx, [user_id])) >= MOST_CHANNELS:
                raise Conflict(f"You have {MOST_CHANNELS} webhooks; remove one first.")
            self._parts.channels.save_webhook(tx, hook)
            return hook

        return self._parts.store.transact(work)

    def change(
        self,
        user_id: str,
        webhook_id: str,
        *,
        url: str | None = None,
        kinds: Sequence[str] | None = None,
        enabled: bool | None = None,
    ) -> Webhook:
        """Change a webhook; None leaves as it is. Switched on again, its failures are forgotten.

        Raises:
            NotFound: the user has no such webhook.
            Invalid: the address may not be called.
        """
        if url is not None:
            self._parts.caller.check(url)
        now = to_iso(self._parts.clock())

        def work(tx: Tx) -> Webhook:
            hook = self._mine(tx, user_id, webhook_id)
            hook = replace(
                hook,
                url=hook.url if url is None else url,
                kinds=hook.kinds if kinds is None else tuple(dict.fromkeys(kinds)),
            )
            if enabled is True and hook.disabled_at is not None:
                hook = replace(hook, failures=0, disabled_at=None)
            if enabled is False and hook.disabled_at is None:
                hook = replace(hook, disabled_at=now)
                self._parts.channels.drop_pending(tx, webhook_id, now, "switched off")
            self._parts.channels.save_webhook(tx, hook)
            return hook

        return self._parts.store.transact(work)

    def new_secret(self, user_id: str, webhook_id: str) -> Webhook:
        """Give a webhook another secret; from now on everything is signed with it.

        Raises:
            NotFound: the user has no such webhook.
        """
        secret = _new_secret()

        def work(tx: Tx) -> Webhook:
            hook = replace(self._mine(tx, user_id, webhook_id), secret=secret)
            self._parts.channels.save_webhook(tx, hook)
            return hook

        return self._parts.store.transact(work)

    def remove(self, user_id: str, webhook_id: str) -> None:
        """Remove a webhook with its deliveries.

        Raises:
            NotFound: the user has no such webhook.
        """

        def work(tx: Tx) -> None:
            self._mine(tx, user_id, webhook_id)
            self._parts.channels.delete(tx, webhook_id)

        self._parts.store.transact(work)

    def test(self, user_id: str, webhook_id: str) -> Delivery:
        """Put a call of kind `webhook.test` on its way.

        Raises:
            NotFound: the user has no such webhook.
            Conflict: it is switched off.
        """
        now, message = to_iso(self._parts.clock()), new_id()

        def work(tx: Tx) -> Delivery:
            hook = self._running(tx, user_id, webhook_id)
            payload = body(TEST, now, {"webhook_id": webhook_id})
            delivery = new_delivery(hook, message, TEST, payload, now)
            self._parts.channels.add(tx, [delivery])
            return delivery

        delivery = self._parts.store.transact(work)
        self._parts.bell.set()
        return delivery

    def deliveries(
        self, user_id: str, webhook_id: str, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        """Return a page of a webhook's deliveries, newest first.

        Raises:
            NotFound: the user has no such webhook.
            Invalid: the cursor is not one of this listing.
        """
        key = decode_cursor(cursor, 2)
        after = (str(key[0]), str(key[1])) if key else None

        def read(tx: Tx) -> Page[Delivery]:
            self._mine(tx, user_id, webhook_id)
            found = self._parts.channels.page(tx, webhook_id, limit + 1, after)
            items = found[:limit]
            last = items[-1] if len(found) > limit else None
            following = encode_cursor((last.created_at, last.delivery_id)) if last else None
            return Page(items, self._parts.channels.count(tx, webhook_id), following)

        return self._parts.store.snapshot(read)

    def redeliver(self, user_id: str, webhook_id: str, delivery_id: str) -> Delivery:
        """Send a delivery that has ended once more, under the same id and from the first try on.

        Raises:
            NotFound: the user has no such webhook, or it no such delivery.
            Conflict: the webhook is switched off, or the delivery is still on its way.
        """
        now = to_iso(self._parts.clock())

        def work(tx: Tx) -> Delivery:
            self._running(tx, user_id, webhook_id)
            delivery = self._parts.channels.delivery(tx, delivery_id)
            if delivery is None or delivery.channel_id != webhook_id:
                raise NotFound("There is no such delivery.")
            if delivery.status == "pending":
                raise Conflict("This delivery is still on its way.")
            again = replace(delivery, status="pending", attempts=0, next_at=now, finished_at=None)
            self._parts.channels.save_delivery(tx, again)
            return again

        delivery = self._parts.store.transact(work)
        self._parts.bell.set()
        return delivery

    def _running(self, tx: Tx, user_id: str, webhook_id: str) -> Webhook:
        hook = self._mine(tx, user_id, webhook_id)
        if hook.disabled_at is not None:
            raise Conflict("This webhook is switched off. Switch it on first.")
        return hook

    def _mine(self, tx: Tx, user_id: str, webhook_id: str) -> Webhook:
        hook = self._parts.channels.webhook(tx, webhook_id)
        if hook is None or hook.user_id != user_id:
            raise NotFound("You have no such webhook.")
        return hook


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
