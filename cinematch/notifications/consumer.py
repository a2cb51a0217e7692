"""The consumer `notifications`: makes notes and webhook calls of events, each once."""

from collections.abc import Sequence

import msgspec

from cinematch.events.core import Event
from cinematch.infra.ports import Tx
from cinematch.notifications.core.notes import Advance, Note, Progress, advance
from cinematch.notifications.service.parts import Parts
from cinematch.notifications.service.telling import show, tell, tell_webhooks


class NotificationsHandler:
    """Implements `events.ports.Handler`. Everything is in the transaction of the position."""

    name = "notifications"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._told: list[Note] = []

    def handle(self, tx: Tx, events: Sequence[Event]) -> None:
        """Bring each user's progress up to date, file what it reached, put calls on their way."""
        self._told = []
        by_user: dict[str, list[Event]] = {}
        for event in events:
            by_user.setdefault(event.user_id, []).append(event)
        # Of an account that was erased meanwhile, nothing is written any more.
        here = {key: of for key, of in by_user.items() if self._parts.accounts.get(tx, key)}
        known = self._parts.inbox.progress(tx, here)
        fresh: list[Event] = []
        results: list[Advance] = []
        for user_id, theirs in here.items():
            progress = known.get(user_id) or Progress(user_id=user_id)
            whole = self._without_a_gap(tx, progress, theirs)
            fresh += [event for event in whole if event.seq > progress.seq]
            results.append(advance(progress, whole))
        self._save(tx, known, results)
        self._told = tell(self._parts, tx, [note for one in results for note in one.notes])
        tell_webhooks(self._parts, tx, fresh)

    def afterwards(self) -> None:
        """Tell open pages, and wake the sender; it looks by itself, too."""
        told, self._told = self._told, []
        show(self._parts, told)

    def _save(self, tx: Tx, known: dict[str, Progress], results: Sequence[Advance]) -> None:
        changed = [one for one in results if one.progress != known.get(one.progress.user_id)]
        self._parts.inbox.save_progress(tx, [one.progress for one in changed])
        for one in changed:
            self._parts.inbox.add_imports(tx, one.progress.user_id, one.imports)

    def _without_a_gap(
        self, tx: Tx, progress: Progress, events: Sequence[Event]
    ) -> Sequence[Event]:
        """Fill in what was left out from the outbox, so that progress has no gap."""
        first = next((event.seq for event in events if event.seq > progress.seq), None)
        if first is None or first == progress.seq + 1:
            return events
        earlier = []
        try:
            for event in self._parts.history.of_user(tx, progress.user_id, progress.seq):
                if event.seq >= first:
                    break
                earlier.append(event)
        except msgspec.DecodeError:
            pass  # one that cannot be read was set aside, and the others go on
        return [*earlier, *events]
