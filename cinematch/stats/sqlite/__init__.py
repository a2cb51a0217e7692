"""Derived figures in SQLite."""

from cinematch.stats.sqlite.diary_lists import SqliteDiaryLists
from cinematch.stats.sqlite.figures import SqliteStats

__all__ = ["SqliteDiaryLists", "SqliteStats"]
