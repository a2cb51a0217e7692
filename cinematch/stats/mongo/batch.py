"""Implements `stats.ports.BatchRecords`."""

from collections.abc import Sequence
from typing import Any, Final

from bson import ObjectId
from pymongo.operations import ReplaceOne

from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.stats.mongo.bulk import overtaken, write
from cinematch.stats.ports import BatchFigures, BatchVersion

_NAME: Final = "user_stats"
_WHOLE: Final = {"bsonType": ["int", "long"], "minimum": 0}
_STRING: Final = {"bsonType": "string"}
_PERHAPS: Final = {"bsonType": ["string", "null"]}

COLLECTIONS: Final = (
    Collection(
        "user_stats_batch",
        (Index((("version", 1), ("number", 1)), unique=True), Index((("user_id", 1),))),
        {
            "bsonType": "object",
            "required": ["version", "user_id", "number", "seq", "figures"],
            "properties": {
                "version": _STRING,
                "user_id": _STRING,
                "number": _WHOLE,
                "seq": _WHOLE,
                "figures": {
                    "bsonType": ["object", "null"],
                    "required": ["scalars", "counters", "affinities"],
                },
            },
        },
    ),
    Collection(
        "batch_versions",
        schema={
            "bsonType": "object",
            "required": ["version", "previous", "building", "finished_at", "users"],
            "properties": {
                **dict.fromkeys(("version", "previous", "building", "finished_at"), _PERHAPS),
                "users": _WHOLE,
            },
        },
    ),
)


class MongoBatchRecords:
    """One document for each batch and user, and one that says which batch is seen."""

    def standing(self, tx: MongoTx) -> BatchVersion:
        one = tx.db["batch_versions"].find_one({"_id": _NAME}, session=tx.session)
        if one is None:
            return BatchVersion()
        return BatchVersion(
            one["version"], one["previous"], one["building"], one["finished_at"], one["users"]
        )

    def figures(self, tx: MongoTx, user_id: str) -> BatchFigures | None:
        version = self.standing(tx).version
        one = tx.db["user_stats_batch"].find_one(
            {"_id": f"{version}/{user_id}"}, session=tx.session
        )
        if version is None or one is None or one["figures"] is None:
            return None
        return BatchFigures(one["user_id"], one["number"], one["seq"], one["figures"])

    def count(self, tx: MongoTx) -> int:
        return tx.db["users"].count_documents({}, session=tx.session)

    def users(self, tx: MongoTx, after: str, limit: int) -> list[tuple[str, int]]:
        found = tx.db["users"].find(
            {"_id": {"$gt": after}},
            {"seq": 1},
            sort=[("_id", 1)],
            limit=limit,
            batch_size=limit,
            session=tx.session,
        )
        return [(one["_id"], int(one.get("seq", 0))) for one in found]

    def begin(self, tx: MongoTx, version: str) -> None:
        fresh = {"version": None, "previous": None, "finished_at": None, "users": 0}
        tx.db["batch_versions"].update_one(
            {"_id": _NAME},
            {"$set": {"building": version}, "$setOnInsert": fresh},
            upsert=True,
            session=tx.session,
        )

    def write(self, tx: MongoTx, version: str, figures: Sequence[BatchFigures]) -> list[str]:
        wanted = {"_id": {"$in": [one.user_id for one in figures]}}
        found = tx.db["users"].find(wanted, {"_id": 1}, session=tx.session)
        there = sorted(one["_id"] for one in found)
        _hold_owners(tx, there)
        write(
            tx,
            "user_stats_batch",
            [
                ReplaceOne(
                    {"_id": f"{version}/{one.user_id}"}, _document(version, one), upsert=True
                )
                for one in figures
                if one.user_id in set(there)
            ],
        )
        return there

    def numbers(self, tx: MongoTx, version: str, after: int, limit: int) -> list[int]:
        found = tx.db["user_stats_batch"].find(
            {"version": version, "number": {"$gt": after}},
            {"number": 1},
            sort=[("number", 1)],
            limit=limit,
            batch_size=limit,
            session=tx.session,
        )
        return [int(one["number"]) for one in found]

    def switch(self, tx: MongoTx, version: str, finished_at: str, users: int) -> bool:
        before = self.standing(tx).version
        switched = tx.db["batch_versions"].update_one(
            {"_id": _NAME, "building": version},
            {
                "$set": {
                    "version": version,
                    "previous": before,
                    "building": None,
                    "finished_at": finished_at,
                    "users": users,
                }
            },
            session=tx.session,
        )
        return switched.matched_count == 1

    def sweep(self, tx: MongoTx, limit: int) -> int:
        standing = self.standing(tx)
        kept = [one for one in (standing.version, standing.building) if one is not None]
        found = tx.db["user_stats_batch"].find(
            {"version": {"$nin": kept}}, {"_id": 1}, limit=limit, session=tx.session
        )
        old = [one["_id"] for one in found]
        if old:
            tx.db["user_stats_batch"].delete_many({"_id": {"$in": old}}, session=tx.session)
        return len(old)


def _document(version: str, one: BatchFigures) -> dict[str, Any]:
    return {
        "version": version,
        "user_id": one.user_id,
        "number": one.number,
        "seq": one.seq,
        "figures": None if one.figures is None else dict(one.figures),
    }


def _hold_owners(tx: MongoTx, user_ids: Sequence[str]) -> None:
    """Let this transaction and the erasure of these accounts meet; see `infra.mongo.owners`."""
    if not user_ids:
        return
    held = tx.db["users"].update_many(
        {"_id": {"$in": list(user_ids)}}, {"$set": {"held": ObjectId()}}, session=tx.session
    )
    if held.matched_count != len(user_ids):
        raise overtaken("An account went while its batch was being written.")
