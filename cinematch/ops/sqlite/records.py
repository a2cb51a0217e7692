"""Backups, settings and the record of jobs in SQLite."""

import base64
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from cinematch.infra.sqlite.migrations import latest_version, schema_version
from cinematch.kit.errors import Conflict, NotFound, StoreBusy, StoreDamaged, StoreFull
from cinematch.ops.ports import JobRun

_PAGES_AT_ONCE = 2_000  # some 8 MB, then writers get their turn


class SqliteSnapshots:
    """Implements `ops.ports.Snapshots` with SQLite's online backup."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def copy_to(self, target: Path, going_on: Callable[[], None]) -> None:
        if not self._database.exists():
            raise NotFound(f"There is no database {self._database}.")
        with (
            _refusals("The database could not be copied"),
            closing(_opened(self._database, "rw")) as source,
            closing(sqlite3.connect(target)) as copy,
        ):
            source.execute("BEGIN")  # one consistent state, however long the copy takes
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=_PAGES_AT_ONCE, progress=lambda *_: going_on())
            copy.execute("PRAGMA journal_mode = DELETE")

    def settle(self) -> None:
        with (
            _refusals("The database could not be closed"),
            closing(_opened(self._database, "rw")) as connection,
        ):
            try:
                # Only who is alone may leave the mode with a log, which is folded in first.
                connection.execute("PRAGMA journal_mode = DELETE")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error):
                    raise
                raise Conflict(
                    "Another command is using the database. Wait until it ends, then try again."
                ) from error

    def latest_version(self) -> int:
        return latest_version()

    def schema_version(self, copy: Path) -> int:
        return schema_version(copy)

    def check(self, copy: Path) -> list[str]:
        try:
            with closing(_opened(copy, "ro")) as connection:
                problems = [row[0] for row in connection.execute("PRAGMA integrity_check")]
                orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
        except sqlite3.DatabaseError as error:
            return [str(error)]
        found = [problem for problem in problems if problem != "ok"]
        return found + [f"{row[0]}: a row without its {row[2]}" for row in orphans]

    def tables(self, copy: Path) -> list[str]:
        with closing(_opened(copy, "ro")) as connection:
            rows = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table'"
                " AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'film_search%' ORDER BY name"
            )
            return [row[0] for row in rows]

    def rows(self, copy: Path, table: str) -> Iterator[dict[str, Any]]:
        with closing(_opened(copy, "ro")) as connection:
            connection.row_factory = sqlite3.Row
            for row in connection.execute(f'SELECT * FROM "{table}"'):
                yield {key: _json_value(row[key]) for key in row.keys()}  # noqa: SIM118


class SqliteOps:
    """Implements `ops.ports.OpsRepository`."""

    def setting(self, tx: sqlite3.Connection, name: str) -> Any:
        row = tx.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return msgspec.json.decode(row[0]) if row else None

    def save_setting(self, tx: sqlite3.Connection, name: str, value: Any) -> None:
        tx.execute(
            "INSERT INTO settings (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, msgspec.json.encode(value).decode()),
        )

    def jobs(self, tx: sqlite3.Connection) -> list[JobRun]:
        rows = tx.execute("SELECT name, started_at, finished_at, result FROM jobs ORDER BY name")
        return [
            JobRun(row[0], row[1], row[2], msgspec.json.decode(row[3]) if row[3] else None)
            for row in rows
        ]

    def job_started(self, tx: sqlite3.Connection, name: str, at: str) -> None:
        tx.execute(
            "INSERT INTO jobs (name, started_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
            " SET started_at = excluded.started_at, finished_at = NULL, result = NULL",
            (name, at),
        )

    def job_finished(
        self, tx: sqlite3.Connection, name: str, at: str, result: dict[str, Any]
    ) -> None:
        tx.execute(
            "UPDATE jobs SET finished_at = ?, result = ? WHERE name = ?",
            (at, msgspec.json.encode(result).decode(), name),
        )

    def counts(self, tx: sqlite3.Connection) -> dict[str, int]:
        names = {
            "users": "users",
            "films": "movies_catalog",
            "entries": "movies",
            "events": "outbox",
        }
        return {
            name: int(tx.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
            for name, table in names.items()
        }


def _opened(path: Path, mode: Literal["ro", "rw"]) -> sqlite3.Connection:
    """Open a file that exists; none is made."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=30)


@contextmanager
def _refusals(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        refusal = StoreBusy if "locked" in str(error) else StoreFull
        raise refusal(f"{what} ({error}).") from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"{what}: it is damaged ({error}).") from error


def _json_value(value: Any) -> Any:
    if isinstance(value, bytes):
        try:
            return msgspec.json.decode(value)
        except msgspec.DecodeError:
            return {"base64": base64.b64encode(value).decode("ascii")}
    return value
