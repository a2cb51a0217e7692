"""The embedded store: WAL, full synchronous, one writer at a time, a reader per thread."""

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from cinematch.infra.sqlite.migrations import CHOOSE, RESTORE, migrate
from cinematch.kit.errors import StoreBusy, StoreDamaged, StoreFull

T = TypeVar("T")

FILE_NAME = "cinematch.db"
OLDEST_SQLITE = (3, 37, 0)  # STRICT tables
_BUSY_SECONDS = 30.0
_FULL = ("disk is full", "readonly database", "disk i/o error", "unable to open database file")


class Database:
    """One SQLite file, opened. Implements `infra.ports.Store`; a Tx is a `sqlite3.Connection`.

    Writers of this process queue on a lock and so never meet "database is locked"; writers of
    another process (a command run beside the server) queue in SQLite for up to 30 seconds.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._writer_turn = threading.Lock()
        self._writing: int | None = None  # the thread inside `transact`
        self._readers = threading.local()
        self._reading: dict[threading.Thread, sqlite3.Connection] = {}
        self._registry = threading.Lock()
        self._writer = self._connect(query_only=read_only)

    def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in one `BEGIN IMMEDIATE` transaction; see `infra.ports.Store`."""
        if self._writing == threading.get_ident():
            return work(self._writer)
        if not self._writer_turn.acquire(timeout=_BUSY_SECONDS):
            raise StoreBusy("Another write has been running for 30 seconds; try again.")
        try:
            self._writing = threading.get_ident()
            with _refusals():
                self._writer.execute("BEGIN IMMEDIATE")
                try:
                    result = work(self._writer)
                    self._writer.execute("COMMIT")
                except BaseException:
                    # A full disk may already have rolled the transaction back.
                    if self._writer.in_transaction:
                        self._writer.execute("ROLLBACK")
                    raise
                return result
        finally:
            self._writing = None
            self._writer_turn.release()

    def snapshot(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on one consistent state, without waiting for a writer."""
        if self._writing == threading.get_ident():
            return work(self._writer)
        connection = self._reader()
        if connection.in_transaction:
            return work(connection)
        with _refusals():
            connection.execute("BEGIN")
            try:
                return work(connection)
            finally:
                connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close every connection; the write-ahead log is folded into the file."""
        with self._writer_turn, self._registry:
            for connection in (*self._reading.values(), self._writer):
                connection.close()
            self._reading.clear()

    def _reader(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if connection is None:
            connection = self._connect(query_only=True)
            self._readers.connection = connection
            with self._registry:
                # A thread that ends does not close what it has read by.
                for thread in [thread for thread in self._reading if not thread.is_alive()]:
                    self._reading.pop(thread).close()
                self._reading[threading.current_thread()] = connection
        return connection

    def _connect(self, *, query_only: bool) -> sqlite3.Connection:
        with _refusals():
            connection = sqlite3.connect(
                self.path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            connection.row_factory = sqlite3.Row
            if not self.read_only:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA cache_size = -32000")
            connection.execute("PRAGMA temp_store = MEMORY")
            if query_only:
                connection.execute("PRAGMA query_only = ON")
        return connection


def open_database(
    data_dir: Path, *, before_migration: Callable[[Path, int], None] | None = None
) -> Database:
    """Open (or make) the database of a data folder and bring its schema up to date.

    Args:
        data_dir: the folder; made when absent.
        before_migration: called with the file and its schema version before an older schema is
            migrated, so that a backup can be taken; not called for a new file.

    Raises:
        SchemaTooNew: the file was written by a later release.
        StoreFull: the folder cannot be written.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StoreFull(
            f"This Python carries SQLite {sqlite3.sqlite_version}; CineMatch needs 3.37 or later."
        )
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreFull(
            f"The data folder {data_dir} cannot be made: {error.strerror}. {CHOOSE}"
        ) from error
    path = data_dir / FILE_NAME
    if path.exists() and not os.access(path, os.W_OK):
        raise StoreFull(f"The database {path} may not be written. {CHOOSE}")
    migrate(path, before_migration)
    return Database(path)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn the driver's words for "busy" and "full" into the tree of errors."""
    try:
        yield
    except sqlite3.OperationalError as error:
        text = str(error).lower()
        if "locked" in text or "busy" in text:
            raise StoreBusy("The database is busy; nothing was written, try again.") from error
        if any(word in text for word in _FULL):
            raise StoreFull(
                f"The data folder cannot be written ({error}); nothing was changed. "
                "Make room or allow writing there, then try again."
            ) from error
        raise
    except sqlite3.DatabaseError as error:
        if type(error) is not sqlite3.DatabaseError:
            raise  # a rule of the schema was broken: a mistake of ours, or for the caller to know
        raise StoreDamaged(f"The database cannot be read ({error}). {RESTORE}") from error
