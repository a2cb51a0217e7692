"""MongoDB: connection, transactions, schema. Rooms keep their queries in `mongo.py`."""

from cinematch.infra.mongo.database import MongoStore, MongoTx, open_mongo, refusals
from cinematch.infra.mongo.schema import Collection, Index, prepare

__all__ = ["Collection", "Index", "MongoStore", "MongoTx", "open_mongo", "prepare", "refusals"]
