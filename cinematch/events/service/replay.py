"""What consumers have set aside: looked at, and tried again."""

from cinematch.events.ports import ConsumerProgress, Letter
from cinematch.infra.ports import Store


class DeadLetters:
    """The letters of all consumers; each consumer's own loop takes what is wanted again."""

    def __init__(self, store: Store, progress: ConsumerProgress) -> None:
        self._store = store
        self._progress = progress

    def all(self, consumer: str | None = None, limit: int = 1_000) -> list[Letter]:
        """Return the letters of one consumer or of all, oldest first."""
        return self._store.snapshot(lambda tx: self._progress.letters(tx, consumer, limit=limit))

    def replay(self, consumer: str | None = None) -> int:
        """Have every letter tried once more; return how many.

        The consumer hands each to its handler in one transaction with the letter's removal, so
        that it counts once. It comes after events that happened later. One that fails again stays
        a letter, with the new reason.
        """
        return self._store.transact(lambda tx: self._progress.want(tx, consumer))
