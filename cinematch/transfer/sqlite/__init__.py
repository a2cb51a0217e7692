"""Imports in SQLite, and the scratch in which a file's lines are sorted by film."""

from cinematch.transfer.sqlite.imports import SqliteImports
from cinematch.transfer.sqlite.scratch import SqliteScratches

__all__ = ["SqliteImports", "SqliteScratches"]
