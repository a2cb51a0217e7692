"""Derived figures in MongoDB."""

from cinematch.stats.mongo import collections, progress
from cinematch.stats.mongo.diary_lists import MongoDiaryLists
from cinematch.stats.mongo.figures import MongoStats
from cinematch.stats.mongo.progress import MongoCommunityRecords

COLLECTIONS = (*collections.COLLECTIONS, *progress.COLLECTIONS)

__all__ = ["COLLECTIONS", "MongoCommunityRecords", "MongoDiaryLists", "MongoStats"]
