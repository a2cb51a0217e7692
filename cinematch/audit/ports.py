"""What the audit log needs of a store: entries are added; only an erasure ever changes one."""

from collections.abc import Collection, Iterator, Sequence
from typing import Protocol

import msgspec

from cinematch.audit.core import Entry, Head
from cinematch.infra.ports import Tx


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """Which entries are wanted; None is any. `since` and `until` are instants, `until` excluded."""

    user_id: str | None = None
    actor: str | None = None
    action: str | None = None  # the whole name, or its beginning up to a dot: `film.`
    since: str | None = None
    until: str | None = None


class AuditRepository(Protocol):
    """Entries in lanes."""

    def head(self, tx: Tx, lane: int) -> Head:
        """Return the end of a lane, and hold it: of two writers one waits or begins anew."""
        ...

    def save_head(self, tx: Tx, lane: int, head: Head) -> None:
        """Save the end of a lane."""
        ...

    def peek(self, tx: Tx, lane: int) -> Head:
        """Return the end of a lane, only to read."""
        ...

    def known(self, tx: Tx, entry_ids: Collection[str]) -> set[str]:
        """Return which of these entries exist."""
        ...

    def add(self, tx: Tx, entries: Sequence[Entry]) -> None:
        """Insert entries; one that exists is an error of the store's."""
        ...

    def of_lane(self, tx: Tx, lane: int, after: int, limit: int) -> list[Entry]:
        """Return up to `limit` entries of a lane past number `after`, in order."""
        ...

    def page(self, tx: Tx, query: Query, limit: int, after: tuple[str, str] | None) -> list[Entry]:
        """Return up to `limit` entries past (at, entry_id), newest first."""
        ...

    def count(self, tx: Tx, query: Query) -> int:
        """Return how many entries there are."""
        ...

    def of_person(self, tx: Tx, user_id: str) -> Iterator[Entry]:
        """Yield the entries about a user or by them."""
        ...

    def redact(self, tx: Tx, user_id: str, by: str) -> None:
        """Empty the parts that are a user's, with their salts, and note the entry that says so."""
        ...
