"""Implements `stats.ports.StatsRepository`: the parts are one class each, joined here."""

from cinematch.stats.mongo.community import Community
from cinematch.stats.mongo.reading import Reading
from cinematch.stats.mongo.records import Records
from cinematch.stats.mongo.writing import Writing


class MongoStats(Writing, Reading, Community, Records):
    """One user's figures, the community's, delta cards and events set aside."""
