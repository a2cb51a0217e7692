"""The consumer `audit`: records every change of a film, each once."""

from collections.abc import Sequence

from cinematch.accounts.ports import AccountsRepository
from cinematch.audit.core import of_event
from cinematch.audit.service import AuditService
from cinematch.events.core import Event
from cinematch.infra.ports import Tx


class AuditHandler:
    """Implements `events.ports.Handler`. Entries are in the transaction of the position."""

    name = "audit"

    def __init__(self, audit: AuditService, accounts: AccountsRepository) -> None:
        self._audit = audit
        self._accounts = accounts

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Record the events; of an account that was erased meanwhile nothing is recorded."""
        here = {
            user_id
            for user_id in {event.user_id for event in events}
            if self._accounts.get(tx, user_id)
        }
        self._audit.record_all(tx, [of_event(one) for one in events if one.user_id in here])

    def afterwards(self) -> None:
        """Do nothing: all of it is in the store."""
