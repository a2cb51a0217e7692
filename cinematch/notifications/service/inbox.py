"""What people do with their inbox."""

from collections.abc import Mapping

from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import NotFound
from cinematch.kit.paging import Page, decode_cursor, encode_cursor
from cinematch.notifications.core.notes import KINDS
from cinematch.notifications.ports import Filed
from cinematch.notifications.service.parts import Parts


class InboxService:
    """Use cases of the inbox."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def page(
        self, user_id: str, limit: int, cursor: str | None, *, unread: bool = False
    ) -> Page[Filed]:
        """Return a page of notifications, newest first; `total` is of the same selection.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        key = decode_cursor(cursor, 2)
        after = (str(key[0]), str(key[1])) if key else None

        def read(tx: Tx) -> Page[Filed]:
            found = self._parts.inbox.page(tx, user_id, limit + 1, after, unread=unread)
            items = found[:limit]
            more = len(found) > limit
            last = items[-1].note if more else None
            following = encode_cursor((last.at, last.notification_id)) if last else None
            return Page(items, self._parts.inbox.counts(tx, user_id)[int(unread)], following)

        return self._parts.store.snapshot(read)

    def unread(self, user_id: str) -> int:
        """Return how many notifications wait to be read."""
        return self._parts.store.snapshot(lambda tx: self._parts.inbox.counts(tx, user_id)[1])

    def mark_read(self, user_id: str, notification_id: str) -> Filed:
        """Mark one notification read; one that is read already stays as it is.

        Raises:
            NotFound: the user has none of that id.
        """
        now = to_iso(self._parts.clock())

        def work(tx: Tx) -> Filed:
            self._parts.inbox.mark_read(tx, user_id, notification_id, now)
            filed = self._parts.inbox.get(tx, user_id, notification_id)
            if filed is None:
                raise NotFound("You have no such notification.")
            return filed

        return self._parts.store.transact(work)

    def mark_all_read(self, user_id: str) -> int:
        """Mark everything read; return how many were not."""
        now = to_iso(self._parts.clock())
        return self._parts.store.transact(
            lambda tx: self._parts.inbox.mark_read(tx, user_id, None, now)
        )

    def switches(self, user_id: str) -> dict[str, bool]:
        """Return which kinds a user is told of; all of them at first."""
        muted = self._parts.store.snapshot(lambda tx: self._parts.inbox.muted(tx, [user_id]))
        off = muted.get(user_id, frozenset())
        return {kind: kind not in off for kind in KINDS}

    def switch(self, user_id: str, changes: Mapping[str, bool]) -> dict[str, bool]:
        """Switch kinds on or off; those not named stay. What was not told is not told later."""

        def work(tx: Tx) -> dict[str, bool]:
            off = self._parts.inbox.muted(tx, [user_id]).get(user_id, frozenset())
            wanted: dict[str, bool] = {kind: changes.get(kind, kind not in off) for kind in KINDS}
            self._parts.inbox.save_muted(tx, user_id, {k for k, on in wanted.items() if not on})
            return wanted

        return self._parts.store.transact(work)

    def erase_user(self, tx: Tx, user_id: str) -> None:
        """Remove everything of a user; an `accounts.ports.EraseHook`."""
        self._parts.inbox.erase_user(tx, user_id)
        self._parts.channels.erase_user(tx, user_id)
