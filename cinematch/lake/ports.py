"""What the lake is made of: files that are seen only when they are whole, and what waits for it."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from cinematch.infra.ports import Tx
from cinematch.lake.core import FileName, Row


class LakeFiles(Protocol):
    """Files by day. A reader who takes all files of a folder sees each event once.

    What changes files that can be seen is called with the lake `alone`.
    """

    def alone(self) -> AbstractContextManager[object]:
        """Keep every other process from changing files; reading goes on."""
        ...

    def stage(self, day: str, rows: Sequence[Row]) -> FileName:
        """Write rows to a file that nobody sees, and have the disk keep it; twice is once."""
        ...

    def show(self, name: FileName) -> None:
        """Let a staged file be seen; one that is already stays.

        Raises:
            StoreDamaged: it was never staged here.
        """
        ...

    def files(self, day: str | None = None) -> dict[str, list[tuple[FileName, int]]]:
        """Return the files that are seen, with their size in bytes, by day."""
        ...

    def merge(self, day: str, names: Sequence[FileName]) -> FileName:
        """Put one file in the place of several, at once; an event that is there twice is once."""
        ...

    def erase(self, user_ids: Collection[str]) -> int:
        """Remove users' rows from every file, also from staged ones; return how many."""
        ...

    def remove(self, day: str) -> None:
        """Remove a day, at once."""
        ...

    def sweep(self, keep: Iterable[FileName], before: datetime) -> int:
        """Remove staged files but these that were last written before an instant."""
        ...


class LakeRecords(Protocol):
    """Names of files that are staged, kept in the transaction that saves the consumer's progress.

    What stands here belongs to the lake, though it cannot be seen yet; what is staged and does not
    stand here is of a transaction that never was.
    """

    def add(self, tx: Tx, names: Sequence[FileName]) -> None:
        """Note files; one that stands here already stays."""
        ...

    def waiting(self, tx: Tx, limit: int) -> list[FileName]:
        """Return files that are to be shown, in the order of days."""
        ...

    def shown(self, tx: Tx, names: Sequence[FileName]) -> None:
        """Forget files that are shown."""
        ...

    def owe(self, tx: Tx, user_id: str) -> None:
        """Note that a user is to be taken out of the files, in the transaction of the erasure."""
        ...

    def owed(self, tx: Tx) -> list[str]:
        """Return the users who are to be taken out."""
        ...

    def settle(self, tx: Tx, user_ids: Sequence[str]) -> None:
        """Note that these users are out."""
        ...
