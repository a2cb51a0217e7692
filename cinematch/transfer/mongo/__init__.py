"""Imports in MongoDB, and the uploaded files where every process finds them."""

from cinematch.transfer.mongo.imports import COLLECTIONS as _IMPORTS
from cinematch.transfer.mongo.imports import MongoImports
from cinematch.transfer.mongo.uploads import COLLECTIONS as _UPLOADS
from cinematch.transfer.mongo.uploads import MongoUploads

COLLECTIONS = (*_IMPORTS, *_UPLOADS)

__all__ = ["COLLECTIONS", "MongoImports", "MongoUploads"]
