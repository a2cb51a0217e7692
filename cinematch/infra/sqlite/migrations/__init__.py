"""Schema versions: one SQL file each, applied in order, each in one transaction."""

import re
import sqlite3
from collections.abc import Callable
from importlib import resources
from pathlib import Path

from cinematch.kit.errors import SchemaTooNew, StoreBusy, StoreDamaged, StoreFull

CHOOSE = "Allow writing there, or choose another folder with CINEMATCH_DATA_DIR."
RESTORE = (
    "Stop the server and bring a backup back: `cinematch backups list`, `cinematch restore FILE`."
)


def _scripts() -> dict[int, str]:
    found: dict[int, str] = {}
    for entry in resources.files(__package__).iterdir():
        if match := re.fullmatch(r"(\d{4})_\w+\.sql", entry.name):
            found[int(match[1])] = entry.read_text("utf-8")
    return dict(sorted(found.items()))


def latest_version() -> int:
    """Return the schema version that this release writes."""
    return max(_scripts())


def schema_version(path: Path) -> int:
    """Return the schema version of a database file; 0 for a file that is absent or empty."""
    if not path.exists():
        return 0
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=30)
    try:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])
    finally:
        connection.close()


def migrate(path: Path, before_migration: Callable[[Path, int], None] | None = None) -> None:
    """Bring the file to the latest schema; a newer one is refused, an older one backed up first.

    Raises:
        SchemaTooNew: the file's version is above this release's.
        StoreFull: the file cannot be opened or written.
        StoreBusy: another process has it for itself.
        StoreDamaged: the file is no database, or no longer a sound one.
    """
    scripts = _scripts()
    try:
        version = schema_version(path)
        if version > max(scripts):
            raise SchemaTooNew(
                f"{path.name} has schema {version}, and this release knows up to {max(scripts)}. "
                "Install the newer release again, or restore a backup made by this one."
            )
        if version == max(scripts):
            return
        if version and before_migration is not None:
            before_migration(path, version)
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            for number, script in scripts.items():
                _apply(connection, number, script)
        finally:
            connection.close()
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise StoreBusy(f"The database {path} is in use: {error}; try again.") from error
        raise StoreFull(f"The database {path} cannot be opened: {error}. {CHOOSE}") from error
    except sqlite3.DatabaseError as error:
        raise StoreDamaged(f"The database {path} cannot be read: {error}. {RESTORE}") from error


def _apply(connection: sqlite3.Connection, number: int, script: str) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Another process may have migrated while this one waited for its turn.
        if connection.execute("PRAGMA user_version").fetchone()[0] < number:
            for statement in _statements(script):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> list[str]:
    statements, current = [], ""
    for line in script.splitlines(keepends=True):
        current += line
        if sqlite3.complete_statement(current):
            statements.append(current)
            current = ""
    return statements
