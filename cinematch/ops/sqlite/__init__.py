"""Backups, settings and jobs in SQLite, and the whole of an installation, record by record."""

from cinematch.ops.sqlite.records import SqliteOps, SqliteSnapshots
from cinematch.ops.sqlite.shelves import SqliteShelves

__all__ = ["SqliteOps", "SqliteShelves", "SqliteSnapshots"]
