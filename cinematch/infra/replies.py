"""Answers kept for a while, so that a request that is sent again is not done again."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from cinematch.infra.ports import Tx

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Reply:
    """An answer, and the fingerprint of the request that it answered."""

    request: str
    status: int
    body: bytes
    etag: str | None = None


class Replies(Protocol):
    """Answers by user and key."""

    def get(self, tx: Tx, user_id: str, key: str, since: str) -> Reply | None:
        """Return the answer kept under the key at or after `since`, or None."""
        ...

    def keep(self, tx: Tx, user_id: str, key: str, reply: Reply, now: str) -> None:
        """Keep an answer, in the transaction of what it answers."""
        ...

    def purge(self, tx: Tx, before: str) -> None:
        """Forget answers kept before an instant."""
        ...
