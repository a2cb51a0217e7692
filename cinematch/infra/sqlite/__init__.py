"""SQLite: one file in one data folder, one writer, many readers."""

from cinematch.infra.sqlite.database import Database, open_database

__all__ = ["Database", "open_database"]
