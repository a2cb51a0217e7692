"""The diary in MongoDB: entries one by one, and the listings of them."""

from cinematch.diary.mongo.entries import COLLECTIONS, MongoEntries
from cinematch.diary.mongo.library import MongoLibrary

__all__ = ["COLLECTIONS", "MongoEntries", "MongoLibrary"]
