"""Derived figures in MongoDB."""

from cinematch.stats.mongo import batch, collections, progress
from cinematch.stats.mongo.batch import MongoBatchRecords
from cinematch.stats.mongo.diary_lists import MongoDiaryLists
from cinematch.stats.mongo.figures import MongoStats
from cinematch.stats.mongo.progress import MongoCommunityRecords

COLLECTIONS = (*collections.COLLECTIONS, *progress.COLLECTIONS, *batch.COLLECTIONS)

__all__ = [
    "COLLECTIONS",
    "MongoBatchRecords",
    "MongoCommunityRecords",
    "MongoDiaryLists",
    "MongoStats",
]
