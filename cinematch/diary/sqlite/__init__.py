"""The diary in SQLite: entries one by one, and the listings of them."""

from cinematch.diary.sqlite.entries import SqliteEntries
from cinematch.diary.sqlite.library import SqliteLibrary

__all__ = ["SqliteEntries", "SqliteLibrary"]
