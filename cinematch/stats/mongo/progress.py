"""Implements `stats.ports.CommunityRecords`."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pymongo import UpdateOne

from cinematch.infra.mongo import Collection, MongoTx
from cinematch.stats.ports import CommunityStanding

_CHUNK = 1_000
_STANDING = "standing"

COLLECTIONS: Final = (
    Collection(
        "community_progress",
        schema={
            "bsonType": "object",
            "required": ["user_id", "seq"],
            "properties": {
                "user_id": {"bsonType": "string"},
                "seq": {"bsonType": ["int", "long"], "minimum": 0},
            },
        },
    ),
    Collection(
        "community_standing",
        schema={
            "bsonType": "object",
            "required": ["revision", "source", "since", "watermark"],
            "properties": {
                "revision": {"bsonType": ["int", "long"], "minimum": 1},
                "source": {"enum": ["bootstrap", "streaming_incremental"]},
                "since": {"bsonType": "string"},
                "watermark": {"bsonType": ["string", "null"]},
            },
        },
    ),
    Collection(
        "global_stats",
        schema={
            "bsonType": "object",
            "required": ["type"],
            "properties": {"type": {"bsonType": "string"}},
        },
    ),
)


class MongoCommunityRecords:
    """Progress by user, the standing, and published lists."""

    def seqs(self, tx: MongoTx, user_ids: Iterable[str]) -> dict[str, int]:
        wanted = list(user_ids)
        found: dict[str, int] = {}
        for start in range(0, len(wanted), _CHUNK):
            chosen = {"_id": {"$in": wanted[start : start + _CHUNK]}}
            users = tx.db["users"].find(chosen, {"_id": 1}, session=tx.session)
            found.update((user["_id"], 0) for user in users)
            held = tx.db["community_progress"].find(chosen, {"seq": 1}, session=tx.session)
            found.update((one["_id"], one["seq"]) for one in held if one["_id"] in found)
        return found

    def save_seqs(self, tx: MongoTx, seqs: Mapping[str, int]) -> None:
        writes = [
            UpdateOne({"_id": user_id}, {"$set": {"user_id": user_id, "seq": seq}}, upsert=True)
            for user_id, seq in seqs.items()
        ]
        if writes:
            tx.db["community_progress"].bulk_write(writes, ordered=False, session=tx.session)

    def replace_seqs(self, tx: MongoTx, seqs: Mapping[str, int]) -> None:
        progress = tx.db["community_progress"]
        gone = [
            one["_id"]
            for one in progress.find({}, {"_id": 1}, session=tx.session)
            if one["_id"] not in seqs
        ]
        for start in range(0, len(gone), _CHUNK):
            progress.delete_many({"_id": {"$in": gone[start : start + _CHUNK]}}, session=tx.session)
        self.save_seqs(tx, seqs)

    def forget(self, tx: MongoTx, user_id: str) -> int:
        # Writing first, if only to remove: whoever saves for this user meanwhile meets us here.
        progress = tx.db["community_progress"]
        one = progress.find_one_and_update(
            {"_id": user_id},
            {"$setOnInsert": {"user_id": user_id}, "$max": {"seq": 0}},
            upsert=True,
            session=tx.session,
        )
        progress.delete_one({"_id": user_id}, session=tx.session)
        return int(one["seq"]) if one else 0

    def standing(self, tx: MongoTx) -> CommunityStanding | None:
        one = tx.db["community_standing"].find_one({"_id": _STANDING}, session=tx.session)
        if one is None:
            return None
        return CommunityStanding(one["revision"], one["source"], one["since"], one["watermark"])

    def save_standing(self, tx: MongoTx, standing: CommunityStanding) -> None:
        values = {
            "revision": standing.revision,
            "source": standing.source,
            "since": standing.since,
            "watermark": standing.watermark,
        }
        tx.db["community_standing"].replace_one(
            {"_id": _STANDING}, values, upsert=True, session=tx.session
        )

    def forget_standing(self, tx: MongoTx) -> None:
        tx.db["community_standing"].delete_one({"_id": _STANDING}, session=tx.session)

    def publish(self, tx: MongoTx, type: str, document: Mapping[str, Any]) -> None:  # noqa: A002 - the described field
        tx.db["global_stats"].replace_one(
            {"_id": type}, {**document, "type": type}, upsert=True, session=tx.session
        )

    def published(self, tx: MongoTx, type: str) -> dict[str, Any] | None:  # noqa: A002 - the described field
        one = tx.db["global_stats"].find_one({"_id": type}, session=tx.session)
        return {key: one[key] for key in one if key not in {"_id", "type"}} if one else None
