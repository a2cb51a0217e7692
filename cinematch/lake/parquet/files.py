"""Implements `lake.ports.LakeFiles`.

    events/day=2026-03-01/2026-03-01_12_….parquet    what readers take: every file under `events`
    staged/2026-03-01_12_….parquet                   written, and not yet to be seen
    work/                                            what is being made; of no worth after a crash

All three are of one file system. Several hosts may share the folder.
"""

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

import pyarrow as pa
from filelock import FileLock, Timeout

from cinematch.kit.errors import StoreBusy, StoreDamaged, StoreFull
from cinematch.kit.ids import new_id
from cinematch.lake.core import FileName, Row, name_of
from cinematch.lake.parquet import table as tables
from cinematch.lake.parquet.swap import keep_names, swap

_PATIENCE = 60.0  # seconds
_DAY = "day="


class ParquetFiles:
    """A lake in a folder; made when absent."""

    def __init__(self, root: Path) -> None:
        self.events = root / "events"
        self._staged, self._work = root / "staged", root / "work"
        self._lock = root / "lake.lock"
        with _room(root):
            for folder in (self.events, self._staged, self._work):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        lock = FileLock(self._lock)
        try:
            lock.acquire(timeout=_PATIENCE)
        except Timeout as error:
            raise StoreBusy("The lake is being changed by another process; try again.") from error
        try:
            with _room(self.events):
                yield
        finally:
            lock.release()

    def stage(self, day: str, rows: Sequence[Row]) -> FileName:
        name = name_of(day, [(row.user_id, row.seq) for row in rows])
        with _room(self._staged):
            self._put(tables.table_of(rows), self._staged / name.text)
        return name

    def show(self, name: FileName) -> None:
        staged, seen = self._staged / name.text, self._folder(name.day) / name.text
        seen.parent.mkdir(exist_ok=True)
        try:
            staged.replace(seen)
        except FileNotFoundError as error:
            if not seen.exists():
                raise StoreDamaged(
                    f"The lake lacks the file {name.text}, which was written. All that fill it "
                    "must share one folder. Events can be written anew from the outbox."
                ) from error
        keep_names(seen.parent)
        keep_names(self.events)

    def files(self, day: str | None = None) -> dict[str, list[tuple[FileName, int]]]:
        folders = [self._folder(day)] if day else sorted(self.events.glob(f"{_DAY}*"))
        return {
            folder.name.removeprefix(_DAY): [
                (FileName.read(path.name), path.stat().st_size)
                for path in sorted(folder.glob("*.parquet"))
            ]
            for folder in folders
            if folder.is_dir()
        }

    def merge(self, day: str, names: Sequence[FileName]) -> FileName:
        folder = self._folder(day)
        merged = tables.one_of([folder / name.text for name in names])
        name = name_of(day, tables.keys(merged))
        self._change(day, {one.text for one in names}, {name: merged})
        return name

    def erase(self, user_ids: Collection[str]) -> int:
        erased = 0
        for day, found in self.files().items():
            folder = self._folder(day)
            gone: set[str] = set()
            left: dict[FileName, pa.Table] = {}
            for name, _ in found:
                if rows := tables.holds(folder / name.text, user_ids):
                    erased += rows
                    gone.add(name.text)
                    table = tables.without(folder / name.text, user_ids)
                    if len(table):
                        left[name_of(day, tables.keys(table))] = table
            if gone:
                self._change(day, gone, left)
        return erased + self._erase_staged(user_ids)

    def remove(self, day: str) -> None:
        self._discard(self._folder(day))

    def sweep(self, keep: Iterable[FileName], before: datetime) -> int:
        kept = {name.text for name in keep}
        oldest = before.timestamp()
        gone = [
            path
            for path in self._staged.iterdir()
            if path.name not in kept and path.stat().st_mtime < oldest
        ]
        for path in gone:
            path.unlink(missing_ok=True)
        for path in self._work.iterdir():
            if path.stat().st_mtime < oldest:
                _remove(path)
        return len(gone)

    def _erase_staged(self, user_ids: Collection[str]) -> int:
        """Take users out of files that are still to be shown, which keep their names."""
        erased = 0
        for path in self._staged.glob("*.parquet"):
            with suppress(FileNotFoundError):  # shown meanwhile: by nobody, while we are alone
                if rows := tables.holds(path, user_ids):
                    erased += rows
                    self._put(tables.without(path, user_ids), path)
        return erased

    def _change(self, day: str, gone: set[str], new: dict[FileName, pa.Table]) -> None:
        """Put a folder with other files in the place of a day's; those that stay are linked."""
        folder, made = self._folder(day), self._work / f"{new_id()}"
        made.mkdir()
        for path in folder.glob("*.parquet"):
            if path.name not in gone:
                os.link(path, made / path.name)
        for name, table in new.items():
            tables.write(table, made / name.text)
        keep_names(made)
        if any(made.iterdir()):
            swap(made, folder)
            _remove(made)
        else:
            _remove(made)
            self._discard(folder)

    def _put(self, table: pa.Table, path: Path) -> None:
        made = self._work / new_id()
        tables.write(table, made)
        made.replace(path)
        keep_names(path.parent)

    def _discard(self, folder: Path) -> None:
        aside = self._work / new_id()
        with suppress(FileNotFoundError):
            folder.rename(aside)
            keep_names(self.events)
            _remove(aside)

    def _folder(self, day: str) -> Path:
        return self.events / f"{_DAY}{day}"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Turn the system's words for "no room" into the tree of errors."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise
        raise StoreFull(
            f"The lake {folder} cannot be written ({error.strerror}). Make room or allow writing "
            "there, then try again."
        ) from error
