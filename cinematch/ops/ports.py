"""What backups and scheduled work need of a store."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import msgspec

from cinematch.infra.ports import Tx
from cinematch.ops.core.shelves import Record, Shelf


class JobRun(msgspec.Struct, frozen=True):
    """The last run of a scheduled job; `result` is what it said, None while it runs."""

    name: str
    started_at: str | None
    finished_at: str | None
    result: dict[str, Any] | None

    @property
    def succeeded(self) -> bool:
        """Whether it came to its end, and without an error."""
        return self.result is not None and "error" not in self.result


class Snapshots(Protocol):
    """Consistent copies of the whole database, taken while it is in use."""

    def copy_to(self, target: Path, going_on: Callable[[], None]) -> None:
        """Write a consistent copy of the database to a new file.

        `going_on` is called between pieces; raising from it leaves off.

        Raises:
            NotFound: there is no database.
            StoreFull: there is no room for it.
            StoreBusy: there came no turn to read.
            StoreDamaged: the database itself is damaged.
        """
        ...

    def settle(self) -> None:
        """Bring everything that was written into the one file of the database.

        Called right before another file takes its place, which must not meet a log of the old one.

        Raises:
            Conflict: a process has it open.
            StoreDamaged: the database is damaged.
            StoreFull: it cannot be written.
        """
        ...

    def latest_version(self) -> int:
        """Return the schema version that this release writes."""
        ...

    def schema_version(self, copy: Path) -> int:
        """Return the schema version of a copy."""
        ...

    def check(self, copy: Path) -> list[str]:
        """Return what is wrong inside a copy, in the store's words; empty when sound."""
        ...

    def tables(self, copy: Path) -> list[str]:
        """Return the tables of a copy, by name."""
        ...

    def rows(self, copy: Path, table: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table of a copy, by primary key."""
        ...


class OpsRepository(Protocol):
    """Settings of the installation, and the record of its jobs."""

    def setting(self, tx: Tx, name: str) -> Any:
        """Return a setting's value, None when it was never set."""
        ...

    def save_setting(self, tx: Tx, name: str, value: Any) -> None:
        """Save a setting, as anything that JSON can hold."""
        ...

    def jobs(self, tx: Tx) -> list[JobRun]:
        """Return the last run of every job."""
        ...

    def job_started(self, tx: Tx, name: str, at: str) -> None:
        """Note that a job began."""
        ...

    def job_finished(self, tx: Tx, name: str, at: str, result: dict[str, Any]) -> None:
        """Note that a job ended, and what it said."""
        ...

    def counts(self, tx: Tx) -> dict[str, int]:
        """Return how many users, films, entries and events there are."""
        ...


class Shelves(Protocol):
    """All that one store keeps, to be carried into another."""

    @property
    def title(self) -> str:
        """What to call the store when speaking to a person."""
        ...

    def settle(self) -> None:
        """Finish what must be finished before the store is read; called once, before all else."""
        ...

    def counts(self) -> dict[str, int]:
        """Return how many records each shelf holds, by table; the mark is not counted."""
        ...

    def records(self, shelf: Shelf) -> Iterator[list[Record]]:
        """Yield a shelf's records some at a time, in no certain order, each once.

        Nothing else may write to the store meanwhile.
        """
        ...

    def write(self, shelf: Shelf, records: Sequence[Record]) -> None:
        """Insert records in one transaction, with what is derived from them.

        Raises:
            Conflict: the store does not take one of them.
        """
        ...

    def clear(self) -> None:
        """Remove everything but the mark."""
        ...

    def marked(self) -> bool:
        """Whether somebody began to fill this store and did not come to the end."""
        ...

    def mark(self, *, being_filled: bool) -> None:
        """Set or remove the mark of a store that is not whole."""
        ...
