"""What a backup says of itself, and which backups are kept."""

from collections.abc import Sequence

import msgspec

FORMAT = 1


class TableDump(msgspec.Struct, frozen=True):
    """One table as JSON lines inside the backup."""

    file: str
    rows: int
    sha256: str


class DatabaseCopy(msgspec.Struct, frozen=True):
    """The consistent copy of the database inside the backup."""

    file: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """The manifest of a backup: enough to check every byte of it."""

    format: int
    cinematch: str  # the release that made it
    schema_version: int
    created_at: str
    reason: str  # manual, nightly, migration or restore
    database: DatabaseCopy
    tables: dict[str, TableDump]


def to_prune(names: Sequence[str], keep: int) -> list[str]:
    """Return the backups to delete so that the newest `keep` remain; names sort by time.

    >>> to_prune(["2026-01-02-a", "2026-01-01-a", "2026-01-03-b"], 2)
    ['2026-01-01-a']
    """
    return sorted(names)[: max(len(names) - max(keep, 1), 0)]
