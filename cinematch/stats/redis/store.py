"""The store, with Redis beside it: what a transaction stages goes there when it has been kept."""

import threading
from collections.abc import Callable
from typing import TypeVar

from cinematch.infra.ports import Store, Tx
from cinematch.stats.redis.figures import SpeedStats
from cinematch.stats.redis.scope import Overtaken, Scope

T = TypeVar("T")
_TRIES = 5


class SpeedStore:
    """Implements `infra.ports.Store` over another, whose transactions are passed on.

    Everything that uses `SpeedStats` works in transactions of this store.
    """

    def __init__(self, store: Store, figures: SpeedStats) -> None:
        self.base = store
        self._figures = figures
        self._here = threading.local()

    def transact(self, work: Callable[[Tx], T]) -> T:
        """Run `work` in one transaction; see `infra.ports.Store`.

        Raises:
            StoreBusy: as there; or the store has kept what `work` wrote there, and Redis did not
                take figures. They are where they were, and the same events may be applied again.
        """
        if getattr(self._here, "writing", False):
            return self.base.transact(work)
        self._here.writing = True
        try:
            result, scope = self._again(lambda: self._run(self.base.transact, work))
        finally:
            self._here.writing = False
        self._figures.keep(scope)
        return result

    def snapshot(self, work: Callable[[Tx], T]) -> T:
        """Run `work`, which only reads, on one moment of the store and of Redis."""
        if self._figures.scopes.current() is not None:
            return self.base.snapshot(work)
        return self._again(lambda: self._run(self.base.snapshot, work))[0]

    def close(self) -> None:
        """Close the store beneath."""
        self.base.close()

    def _run(
        self, way: Callable[[Callable[[Tx], T]], T], work: Callable[[Tx], T]
    ) -> tuple[T, Scope]:
        last = Scope()

        def scoped(tx: Tx) -> T:
            nonlocal last
            with self._figures.scopes.opened() as last:
                return work(tx)

        return way(scoped), last

    def _again(self, run: Callable[[], T]) -> T:
        for _ in range(_TRIES - 1):
            try:
                return run()
            except Overtaken:
                continue
        return run()
