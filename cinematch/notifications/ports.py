"""What notifications need of a store and of the ways outside."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Protocol

import msgspec

from cinematch.infra.ports import Tx
from cinematch.notifications.core.channels import Delivery, Outcome, Target, Webhook
from cinematch.notifications.core.notes import Note, Progress


class Filed(msgspec.Struct, frozen=True):
    """A note in the inbox, with when it was read."""

    note: Note
    read_at: str | None = None


class NotificationsRepository(Protocol):
    """The inbox, and how far each user has come."""

    def progress(self, tx: Tx, user_ids: Collection[str]) -> dict[str, Progress]:
        """Return the progress of those users that have any."""
        ...

    def save_progress(self, tx: Tx, progress: Iterable[Progress]) -> None:
        """Insert or replace the progress of users."""
        ...

    def open_imports(self, tx: Tx, limit: int) -> list[tuple[str, str]]:
        """Return up to `limit` imports whose end is to be told: (import_id, user_id)."""
        ...

    def add_imports(self, tx: Tx, user_id: str, import_ids: Collection[str]) -> None:
        """Note imports whose end is to be told; those that are known stay."""
        ...

    def close_import(self, tx: Tx, import_id: str) -> None:
        """Forget an import whose end was told, or will never come."""
        ...

    def known(self, tx: Tx, notification_ids: Collection[str]) -> set[str]:
        """Return which of these notifications were made before."""
        ...

    def add(self, tx: Tx, notes: Sequence[Note]) -> None:
        """File notes that are not known, unread."""
        ...

    def page(
        self, tx: Tx, user_id: str, limit: int, after: tuple[str, str] | None, *, unread: bool
    ) -> list[Filed]:
        """Return up to `limit` notes past (at, notification_id), newest first."""
        ...

    def counts(self, tx: Tx, user_id: str) -> tuple[int, int]:
        """Return how many notes a user has, and how many unread."""
        ...

    def mark_read(self, tx: Tx, user_id: str, notification_id: str | None, at: str) -> int:
        """Mark one note (None: all of them) read; return how many of the user's that were unread.

        One that is read already keeps its instant.
        """
        ...

    def get(self, tx: Tx, user_id: str, notification_id: str) -> Filed | None:
        """Return one of the user's notes, or None."""
        ...

    def muted(self, tx: Tx, user_ids: Collection[str]) -> dict[str, frozenset[str]]:
        """Return the kinds that users do not want; users that want all are left out."""
        ...

    def save_muted(self, tx: Tx, user_id: str, kinds: Collection[str]) -> None:
        """Save the kinds that a user does not want."""
        ...

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Remove everything of a user, whose account is being erased."""
        ...


class ChannelsRepository(Protocol):
    """Targets, webhooks, and what is on its way to them."""

    def targets(self, tx: Tx, user_ids: Collection[str]) -> list[Target]:
        """Return the targets of these users, oldest first."""
        ...

    def target(self, tx: Tx, target_id: str) -> Target | None:
        """Return a target, whoever owns it, or None."""
        ...

    def save_target(self, tx: Tx, target: Target) -> None:
        """Insert a target or replace it."""
        ...

    def webhooks(self, tx: Tx, user_ids: Collection[str]) -> list[Webhook]:
        """Return the webhooks of these users, oldest first."""
        ...

    def webhook(self, tx: Tx, webhook_id: str) -> Webhook | None:
        """Return a webhook, whoever owns it, or None."""
        ...

    def save_webhook(self, tx: Tx, webhook: Webhook) -> None:
        """Insert a webhook or replace it."""
        ...

    def delete(self, tx: Tx, channel_id: str) -> None:
        """Remove a target or webhook with its deliveries."""
        ...

    def known(self, tx: Tx, delivery_ids: Collection[str]) -> set[str]:
        """Return which of these deliveries exist."""
        ...

    def add(self, tx: Tx, deliveries: Sequence[Delivery]) -> None:
        """Insert deliveries that are not known."""
        ...

    def delivery(self, tx: Tx, delivery_id: str) -> Delivery | None:
        """Return a delivery, or None."""
        ...

    def save_delivery(self, tx: Tx, delivery: Delivery) -> None:
        """Save where an existing delivery stands; one that is gone stays gone."""
        ...

    def due(self, tx: Tx, now: str, limit: int) -> list[Delivery]:
        """Return up to `limit` pending deliveries that may be tried, those due longest first."""
        ...

    def page(
        self, tx: Tx, channel_id: str, limit: int, after: tuple[str, str] | None
    ) -> list[Delivery]:
        """Return up to `limit` deliveries past (created_at, delivery_id), newest first."""
        ...

    def count(self, tx: Tx, channel_id: str) -> int:
        """Return how many deliveries a channel has."""
        ...

    def drop_pending(self, tx: Tx, channel_id: str, at: str, error: str) -> None:
        """Give up what waits for a channel, which is switched off."""
        ...

    def purge(self, tx: Tx, before: str) -> int:
        """Forget deliveries that ended before an instant; return how many."""
        ...

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Remove everything of a user, whose account is being erased."""
        ...


class Messenger(Protocol):
    """Apprise, or its absence."""

    def check(self, url: str) -> None:
        """Refuse a URL that cannot be a target.

        Raises:
            Invalid: the URL is none that Apprise knows, or one that is not allowed here.
            Unavailable: Apprise is not installed; the words say how to install it.
        """
        ...

    def send(self, url: str, title: str, body: str) -> Outcome:
        """Send a message and say how it went; never raises."""
        ...


class Caller(Protocol):
    """Calls webhooks."""

    def check(self, url: str) -> None:
        """Refuse an address that may not be called.

        Raises:
            Invalid: it is no address, or one inside the operator's own network.
        """
        ...

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Outcome:
        """Call an address and say how it went; never raises."""
        ...
