"""Implements `stats.ports.StatsRepository`: the parts are one class each, joined here."""

from cinematch.stats.sqlite.community import Community
from cinematch.stats.sqlite.reading import Reading
from cinematch.stats.sqlite.records import Records
from cinematch.stats.sqlite.writing import Writing


class SqliteStats(Writing, Reading, Community, Records):
    """One user's figures, the community's, delta cards and events set aside."""
