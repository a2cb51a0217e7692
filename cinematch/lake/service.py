"""Keeping the lake: what is committed is shown, small files become large ones, people can leave."""

from collections.abc import Sequence
from datetime import timedelta

from cinematch.events.core import Event
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock
from cinematch.lake.core import (
    FileName,
    LakeStatus,
    by_day,
    counted,
    days_before,
    to_merge,
    together,
)
from cinematch.lake.ports import LakeFiles, LakeRecords

_AT_ONCE = 500
_FORGOTTEN_AFTER = timedelta(days=1)
"""By then a staged file that nothing refers to is of a transaction that never was."""


class LakeService:
    """Use cases of the lake. Any number of processes may share one folder."""

    def __init__(self, store: Store, records: LakeRecords, files: LakeFiles, clock: Clock) -> None:
        self._store = store
        self._records = records
        self._files = files
        self._clock = clock

    def write(self, tx: Tx, events: Sequence[Event]) -> None:
        """Write events to files that nobody sees, and note them in the transaction.

        A transaction that is run again, or fails, leaves files that nothing refers to.
        """
        names = [self._files.stage(day, rows) for day, rows in sorted(by_day(events).items())]
        self._records.add(tx, names)

    def show(self) -> int:
        """Let everything be seen that is committed, and merge where files have become many.

        Returns how many files were shown.
        """
        with self._files.alone():
            shown = self._show()
            for day in sorted({name.day for name in shown}):
                self._merge(day, to_merge(self._names(day)))
        return len(shown)

    def compact(self) -> int:
        """Make as few files as may be of each day that is over; return how many are gone.

        Users who have left are taken out first; staged files of transactions that never were go.
        """
        today = self._clock().date().isoformat()
        gone = 0
        with self._files.alone():
            self._show()
            self._erase_owed()
            for day in days_before(self._files.files(), today):
                gone += self._merge(day, together(self._names(day)))
            waiting = self._store.snapshot(lambda tx: self._records.waiting(tx, _AT_ONCE))
            self._files.sweep(waiting, self._clock() - _FORGOTTEN_AFTER)
        return gone

    def erase_user(self, user_id: str) -> int:
        """Remove every row of a user; return how many there were."""
        with self._files.alone():
            self._show()
            return self._files.erase([user_id])

    def owe_erasure(self, tx: Tx, user_id: str) -> None:
        """Inside the transaction that removes an account, note that its rows are to go.

        They go with the next `compact`: at night, or at once by the command.
        """
        self._records.owe(tx, user_id)

    def expire(self, keep_days: int) -> int:
        """Remove days older than so many days; return how many days went."""
        first = (self._clock().date() - timedelta(days=keep_days)).isoformat()
        with self._files.alone():
            old = days_before(self._files.files(), first)
            for day in old:
                self._files.remove(day)
        return len(old)

    def status(self) -> LakeStatus:
        """Return what the lake holds."""
        waiting = self._store.snapshot(lambda tx: self._records.waiting(tx, _AT_ONCE))
        return counted(self._files.files(), len(waiting))

    def _show(self) -> list[FileName]:
        shown: list[FileName] = []
        while names := self._store.snapshot(lambda tx: self._records.waiting(tx, _AT_ONCE)):
            for name in names:
                self._files.show(name)
            self._store.transact(lambda tx, done=names: self._records.shown(tx, done))  # type: ignore[misc]
            shown += names
        return shown

    def _erase_owed(self) -> None:
        owed = self._store.snapshot(self._records.owed)
        if owed:
            self._files.erase(owed)
            self._store.transact(lambda tx: self._records.settle(tx, owed))

    def _names(self, day: str) -> list[FileName]:
        return [name for name, _ in self._files.files(day).get(day, [])]

    def _merge(self, day: str, groups: Sequence[Sequence[FileName]]) -> int:
        for group in groups:
            self._files.merge(day, group)
        return sum(len(group) - 1 for group in groups)
