"""What the use cases of notifications stand on."""

import random
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from cinematch.accounts.ports import AccountsRepository
from cinematch.events.core import Event
from cinematch.infra.ports import Store, Tx
from cinematch.infra.signals import Signals
from cinematch.kit.clock import Clock
from cinematch.notifications.ports import (
    Caller,
    ChannelsRepository,
    Messenger,
    NotificationsRepository,
)
from cinematch.transfer.core.rows import Import


class Imports(Protocol):
    """Imports, as far as their end is told (`transfer.ports.ImportsRepository`)."""

    def get(self, tx: Tx, import_id: str) -> Import | None:
        """Return one import, or None."""
        ...


class History(Protocol):
    """Where a user's earlier events are (`events.ports.Outbox`)."""

    def of_user(self, tx: Tx, user_id: str, after_seq: int = 0) -> Iterable[Event]:
        """Yield the user's events past `after_seq`, by `seq`."""
        ...

    def last_seq(self, tx: Tx, user_id: str) -> int:
        """Return the `seq` of the user's last event, 0 when there is none."""
        ...


@dataclass(frozen=True, kw_only=True)
class Parts:
    """Everything the use cases use. `chance` gives numbers in 0..1, to spread what is retried."""

    store: Store
    inbox: NotificationsRepository
    channels: ChannelsRepository
    accounts: AccountsRepository
    imports: Imports
    history: History
    messenger: Messenger
    caller: Caller
    signals: Signals
    clock: Clock
    chance: Callable[[], float] = random.random
    bell: threading.Event = field(default_factory=threading.Event)
    """Rung when there is something to send."""
