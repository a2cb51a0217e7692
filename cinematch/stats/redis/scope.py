"""What one transaction has seen of Redis, and what it will put there once it is kept.

Redis knows nothing of the store's transactions. So that a transaction reads one moment, what it has
read of a user stays as it is; so that it is all or nothing, what it adds goes to Redis after the
store has kept it.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from cinematch.kit.errors import StoreBusy
from cinematch.stats.ports import UserDelta
from cinematch.stats.redis.segments import Chain, Head


class Overtaken(StoreBusy):
    """Somebody else was quicker: the work has to begin anew, with a look at what is there now."""


@dataclass
class Scope:
    """One run of one transaction's work.

    Attributes:
        heads: where the chains of users ended when they were first asked for.
        chains: what Redis holds of users, read up to those heads.
        staged: what this transaction adds, by user.
        sums: chains with what is staged, as far as somebody has asked for them.
        cards: delta cards (user, seq, card) of what is staged.
        forgotten: users of whom nothing may stay.
    """

    heads: dict[str, Head] = field(default_factory=dict)
    chains: dict[str, Chain] = field(default_factory=dict)
    staged: dict[str, UserDelta] = field(default_factory=dict)
    sums: dict[str, Chain] = field(default_factory=dict)
    cards: list[tuple[str, int, bytes]] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)

    def unpin(self, user_id: str) -> None:
        """Look anew at a user whom this transaction has changed in the base."""
        for known in (self.heads, self.chains, self.staged, self.sums):
            known.pop(user_id, None)


class Scopes:
    """The scope of the transaction that runs in this thread."""

    def __init__(self) -> None:
        self._here = threading.local()

    def current(self) -> Scope | None:
        """Return the scope, None outside a transaction."""
        found: Scope | None = getattr(self._here, "scope", None)
        return found

    def needed(self) -> Scope:
        """Return the scope.

        Raises:
            RuntimeError: the transaction is not one of a `SpeedStore`.
        """
        scope = self.current()
        if scope is None:
            raise RuntimeError("The speed layer works in transactions of its SpeedStore only.")
        return scope

    @contextmanager
    def opened(self) -> Iterator[Scope]:
        """Begin a scope, and return to the one before at the end."""
        before, scope = self.current(), Scope()
        self._here.scope = scope
        try:
            yield scope
        finally:
            self._here.scope = before
