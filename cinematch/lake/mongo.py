"""Implements `lake.ports.LakeRecords`."""

from collections.abc import Sequence
from typing import Final

from pymongo import UpdateOne

from cinematch.infra.mongo import Collection, MongoTx
from cinematch.lake.core import FileName

_NAME: Final = "lake_waiting"
_OWED: Final = "lake_erasures"

COLLECTIONS: Final = (Collection(_NAME), Collection(_OWED))


class MongoLakeRecords:
    """Files that are committed and not yet seen, and users who are to leave; both by their key."""

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

    def owe(self, tx: MongoTx, user_id: str) -> None:
        tx.db[_OWED].replace_one({"_id": user_id}, {}, upsert=True, session=tx.session)

    def owed(self, tx: MongoTx) -> list[str]:
        return [one["_id"] for one in tx.db[_OWED].find({}, session=tx.session).sort("_id", 1)]

    def settle(self, tx: MongoTx, user_ids: Sequence[str]) -> None:
        tx.db[_OWED].delete_many({"_id": {"$in": list(user_ids)}}, session=tx.session)
