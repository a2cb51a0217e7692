"""The recommender in MongoDB: jobs, models with their files, and what people tell it."""

from cinematch.recommender.mongo.collections import COLLECTIONS
from cinematch.recommender.mongo.files import MongoModelFiles
from cinematch.recommender.mongo.jobs import MongoJobs
from cinematch.recommender.mongo.models import MongoModels
from cinematch.recommender.mongo.taste import MongoTaste

__all__ = [
    "COLLECTIONS",
    "MongoJobs",
    "MongoModelFiles",
    "MongoModels",
    "MongoTaste",
]
