"""Notifications and the audit log over either store, with ways outside that are only written down.

What a consumer is given, and how its position is kept, is the events room's; here a batch is
handed over in one transaction, as that room does.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pytest

from cinematch.accounts.core import Account
from cinematch.accounts.ports import AccountsRepository
from cinematch.accounts.sqlite import SqliteAccounts
from cinematch.audit.consumer import AuditHandler
from cinematch.audit.ports import AuditRepository
from cinematch.audit.service import AuditService
from cinematch.audit.sqlite import SqliteAudit
from cinematch.events.core import Event, Image, event_type_of
from cinematch.events.ports import ConsumerProgress, Outbox
from cinematch.events.sqlite import SqliteOutbox, SqliteProgress
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import to_iso
from cinematch.kit.ids import stable_id
from cinematch.notifications.consumer import NotificationsHandler
from cinematch.notifications.core.channels import Outcome
from cinematch.notifications.ports import ChannelsRepository, NotificationsRepository
from cinematch.notifications.service import (
    InboxService,
    Parts,
    Sender,
    TargetsService,
    WebhooksService,
)
from cinematch.notifications.service.telling import tell
from cinematch.notifications.sqlite import SqliteChannels, SqliteNotifications
from cinematch.transfer.core.rows import Import
from tests.support.house import PushedClock

T = TypeVar("T")
STORES = ("sqlite", "mongo")


class Outside:
    """Both ways outside: writes down what is sent, and answers as it is told to."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []
        self.calls: list[tuple[str, bytes, Mapping[str, str]]] = []
        self.answer = Outcome(sent=True, code=200)

    def check(self, url: str) -> None:
        """Let every URL be."""

    def send(self, url: str, title: str, body: str) -> Outcome:
        self.sent.append((url, title, body))
        return self.answer

    def post(self, url: str, content: bytes, headers: Mapping[str, str]) -> Outcome:
        self.calls.append((url, content, headers))
        return self.answer


class Shelf:
    """Imports, by id."""

    def __init__(self) -> None:
        self.items: dict[str, Import] = {}

    def get(self, tx: Tx, import_id: str) -> Import | None:
        return self.items.get(import_id)


class Fanout:
    """The two rooms on one store, with the users `ada` and `bob` if not told otherwise."""

    def __init__(
        self,
        store: Store,
        accounts: AccountsRepository,
        outbox: Outbox,
        inbox: NotificationsRepository,
        channels: ChannelsRepository,
        log: AuditRepository,
        *,
        progress: ConsumerProgress,
        users: Sequence[str] = ("ada", "bob"),
    ) -> None:
        self.progress = progress
        self.store, self.accounts, self.outbox, self.log = store, accounts, outbox, log
        self.clock, self.outside, self.imports = PushedClock(), Outside(), Shelf()
        self.parts = Parts(
            store=store,
            inbox=inbox,
            channels=channels,
            accounts=accounts,
            imports=self.imports,
            history=outbox,
            messenger=self.outside,
            caller=self.outside,
            signals=Signals(),
            clock=self.clock,
            chance=lambda: 0.5,
        )
        self.inbox = InboxService(self.parts)
        self.targets = TargetsService(self.parts)
        self.webhooks = WebhooksService(self.parts)
        self.sender = Sender(self.parts)
        self.notifications = NotificationsHandler(self.parts)
        self.audit = AuditService(store, log, self.clock)
        self.auditing = AuditHandler(self.audit, accounts)
        for name in users:
            self.add_user(name)

    def add_user(self, name: str) -> None:
        account = Account(name, name, "", "user", to_iso(self.clock()))
        self.store.transact(lambda tx: self.accounts.add(tx, account, name))

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    def read(self, work: Callable[[Tx], T]) -> T:
        return self.store.snapshot(work)

    def happen(
        self, user_id: str, *images: tuple[Image | None, Image | None], cause: str | None = None
    ) -> list[Event]:
        """Write events into the outbox and return them."""

        def work(tx: Tx) -> list[Event]:
            first = self.outbox.next_seq(tx, user_id, len(images))
            events = [
                Event(
                    event_id=stable_id(f"{user_id}-{seq}"),
                    user_id=user_id,
                    seq=seq,
                    event_type="BULK_IMPORT" if cause else event_type_of(before, after),
                    occurred_at=to_iso(self.clock()),
                    before=before,
                    after=after,
                    cause=cause,
                )
                for seq, (before, after) in enumerate(images, first)
            ]
            self.outbox.append(tx, *events)
            return events

        return self.write(work)

    def notify(self, events: Sequence[Event]) -> None:
        """Hand a batch to the consumer `notifications`."""
        self.write(lambda tx: self.notifications.handle(tx, events))
        self.notifications.afterwards()

    def tell(self, *notes: object) -> None:
        """File notes as the handler does."""
        self.write(lambda tx: tell(self.parts, tx, notes))  # type: ignore[arg-type]

    def told(self, user_id: str) -> list[str]:
        """Return `kind key` of a user's notifications, oldest first."""
        page = self.inbox.page(user_id, 200, None)
        return [f"{one.note.kind} {one.note.key}".strip() for one in reversed(page.items)]

    def erase(self, user_id: str) -> None:
        """Erase an account as the accounts do, with the hooks of both rooms."""

        def work(tx: Tx) -> None:
            self.inbox.erase_user(tx, user_id)
            self.audit.erase_user(tx, user_id)
            self.outbox.erase_user(tx, user_id)
            self.accounts.delete(tx, user_id)

        self.write(work)


@contextmanager
def fanout(kind: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[Fanout]:
    """Yield the two rooms on a store of that kind."""
    if kind == "sqlite":
        store = open_database(folder)
        yield Fanout(
            store,
            SqliteAccounts(),
            SqliteOutbox(),
            SqliteNotifications(),
            SqliteChannels(),
            SqliteAudit(),
            progress=SqliteProgress(),
        )
        store.close()
        return
    from cinematch.accounts.mongo import COLLECTIONS as ACCOUNTS
    from cinematch.accounts.mongo import MongoAccounts
    from cinematch.audit.mongo import COLLECTIONS as AUDIT
    from cinematch.audit.mongo import MongoAudit
    from cinematch.events.mongo import COLLECTIONS as EVENTS
    from cinematch.events.mongo import MongoOutbox, MongoProgress
    from cinematch.notifications.mongo import COLLECTIONS as NOTIFICATIONS
    from cinematch.notifications.mongo import MongoChannels, MongoNotifications
    from tests.support.mongo import fresh_store

    server = request.getfixturevalue("mongo_server")
    with fresh_store(server, (*ACCOUNTS, *EVENTS, *NOTIFICATIONS, *AUDIT)) as mongo:
        yield Fanout(
            mongo,
            MongoAccounts(),
            MongoOutbox(),
            MongoNotifications(),
            MongoChannels(),
            MongoAudit(),
            progress=MongoProgress(),
        )
