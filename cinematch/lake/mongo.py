"""Implements `lake.ports.LakeRecords`."""

from collections.abc import Sequence
from typing import Final

from pymongo import UpdateOne

from cinematch.infra.mongo import Collection, MongoTx
from cinematch.lake.core import FileName

_NAME: Final = "lake_waiting"

COLLECTIONS: Final = (Collection(_NAME),)


class MongoLakeRecords:
    """Files that are committed and not yet seen; the name is the key."""

    def add(self, tx: MongoTx, names: Sequence[FileName]) -> None:
        writes = [
            UpdateOne({"_id": name.text}, {"$set": {"day": name.day}}, upsert=True)
            for name in names
        ]
        if writes:
            tx.db[_NAME].bulk_write(writes, session=tx.session)

    def waiting(self, tx: MongoTx, limit: int) -> list[FileName]:
        found = tx.db[_NAME].find({}, {"_id": 1}, session=tx.session).sort("_id", 1).limit(limit)
        return [FileName.read(one["_id"]) for one in found]

    def shown(self, tx: MongoTx, names: Sequence[FileName]) -> None:
        tx.db[_NAME].delete_many(
            {"_id": {"$in": [name.text for name in names]}}, session=tx.session
        )
