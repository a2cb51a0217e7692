"""Who may do what alone: locks that the system lets go of when the process ends, however."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from filelock import FileLock, Timeout

from cinematch.kit.errors import Conflict, StoreFull


class AlreadyRunning(Conflict):
    code, title = "already_running", "Already running"


class InstanceLock:
    """One server to a data folder. Also held by commands that must be alone."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._lock = FileLock(data_dir / "cinematch.lock")
        self._note = data_dir / "cinematch.pid"

    def acquire(self, address: str = "") -> Self:
        """Take the lock, leaving a note of who holds it and where it answers.

        Raises:
            AlreadyRunning: another process holds it; the message says which.
            StoreFull: the folder cannot be made or written.
        """
        try:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._note.write_text(json.dumps({"pid": os.getpid(), "address": address}), "utf-8")
        except Timeout as error:
            raise AlreadyRunning(
                f"CineMatch is already running on the folder {self._data_dir}{self._holder()}. "
                "Use that one, stop it first, or give this one a folder of its own with "
                "CINEMATCH_DATA_DIR."
            ) from error
        except OSError as error:
            self._lock.release()
            raise StoreFull(
                f"The data folder {self._data_dir} cannot be written: {error.strerror}. "
                "Make room or allow writing there, or choose another with CINEMATCH_DATA_DIR."
            ) from error
        return self

    def release(self) -> None:
        """Let go of the lock."""
        if self._lock.is_locked:
            self._note.unlink(missing_ok=True)
            self._lock.release()

    def __enter__(self) -> Self:
        return self if self._lock.is_locked else self.acquire()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def _holder(self) -> str:
        try:
            note = json.loads(self._note.read_text("utf-8"))
            where = f" at {note['address']}" if note["address"] else ""
            return f" (process {note['pid']}{where})"
        except (OSError, ValueError, KeyError, TypeError):
            return ""  # it is just being written, or somebody else's


@contextmanager
def turn(file: Path, busy: str, seconds: float = 0.0) -> Iterator[None]:
    """Be the only one, of all threads and processes, that is inside with this lock file.

    Args:
        file: the lock file; it stays.
        busy: what to say when another does not come out in time.
        seconds: how long to wait for that.

    Raises:
        Conflict: another is inside.
        OSError: the lock file cannot be written.
    """
    lock = FileLock(file)
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise Conflict(busy) from error
    try:
        yield
    finally:
        lock.release()
