"""The store as the rooms see it: work that is one transaction, and may be run again."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

T = TypeVar("T")

# What a repository needs to act inside the caller's transaction: an SQLite connection here, a
# client session with MongoDB. Services pass it on and never look inside.
Tx = Any


class Store(Protocol):
    """One database. Both calls hand `work` the transaction and return what it returns."""

    def transact(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one writing transaction: all of it is kept, or none.

        `work` may be run more than once when the store asks for it, so it must have no effect
        outside the transaction. Called inside another `transact` of the same thread, it joins that
        one: what a use case writes and the answer kept for its retry are then one transaction.

        Raises:
            StoreBusy: no turn to write came within the time allowed; nothing was written.
            StoreFull: the disk is full or read-only; nothing was written.
        """
        ...

    def snapshot(self, work: Callable[[Tx], T]) -> T:
        """Run `work`, which only reads, on one consistent state of the database.

        Inside a `transact` of the same thread, that is the state as written so far.
        """
        ...

    def close(self) -> None:
        """Finish what runs and let go of the files and connections."""
        ...
