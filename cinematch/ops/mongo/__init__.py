"""Settings and jobs in MongoDB, and the whole of an installation there, record by record."""

from cinematch.ops.mongo.forms import Form
from cinematch.ops.mongo.records import COLLECTIONS, MongoOps
from cinematch.ops.mongo.shelves import MongoShelves

__all__ = ["COLLECTIONS", "Form", "MongoOps", "MongoShelves"]
