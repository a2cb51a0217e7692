"""What is kept beside the figures: delta cards, marks of verification, events set aside."""

from pymongo.operations import DeleteMany, ReplaceOne

from cinematch.events.ports import Placed
from cinematch.infra.mongo import MongoTx
from cinematch.stats.mongo.bulk import Write, write
from cinematch.stats.ports import DeadLetter

MOVES_KEPT = 50
_OF_USERS = ("user_affinities", "stat_moves", "dead_letters")


class Records:
    """`save_moves`, `moves_after`, `mark_verified`, `set_aside`, `dead_letters`, `user_ids`."""

    def save_moves(self, tx: MongoTx, user_id: str, seq: int, payload: bytes) -> None:
        others = {"user_id": user_id, "seq": {"$ne": seq}}
        last_kept = tx.db["stat_moves"].find(
            others, {"seq": 1}, sort=[("seq", -1)], skip=MOVES_KEPT - 1, limit=1, session=tx.session
        )
        card = {"user_id": user_id, "seq": seq, "payload": payload}
        writes: list[Write] = [ReplaceOne({"_id": f"{user_id}/{seq}"}, card, upsert=True)]
        writes += [
            DeleteMany({"user_id": user_id, "seq": {"$lte": one["seq"]}}) for one in last_kept
        ]
        write(tx, "stat_moves", writes)

    def moves_after(self, tx: MongoTx, user_id: str, seq: int) -> list[tuple[int, bytes]]:
        found = tx.db["stat_moves"].find(
            {"user_id": user_id, "seq": {"$gt": seq}}, sort=[("seq", 1)], session=tx.session
        )
        return [(one["seq"], one["payload"]) for one in found]

    def mark_verified(self, tx: MongoTx, user_id: str, at: str, seq: int) -> None:
        tx.db["user_stats"].update_one(
            {"_id": user_id},
            {"$set": {"verified_at": at, "verified_seq": seq}},
            session=tx.session,
        )

    def set_aside(self, tx: MongoTx, placed: Placed, reason: str, at: str) -> None:
        letter = {
            "user_id": placed.user_id,
            "seq": placed.seq,
            "payload": placed.payload,
            "reason": reason,
            "set_aside_at": at,
        }
        tx.db["dead_letters"].update_one(
            {"_id": placed.position}, {"$setOnInsert": letter}, upsert=True, session=tx.session
        )

    def dead_letters(self, tx: MongoTx, limit: int) -> list[DeadLetter]:
        found = tx.db["dead_letters"].find(sort=[("_id", -1)], limit=limit, session=tx.session)
        return [
            DeadLetter(one["_id"], one["user_id"], one["seq"], one["reason"], one["set_aside_at"])
            for one in found
        ]

    def forget(self, tx: MongoTx, user_id: str) -> None:
        tx.db["user_stats"].delete_one({"_id": user_id}, session=tx.session)
        for collection in _OF_USERS:
            tx.db[collection].delete_many({"user_id": user_id}, session=tx.session)

    def user_ids(self, tx: MongoTx, after: str, limit: int) -> list[str]:
        found = tx.db["users"].find(
            {"_id": {"$gt": after}}, {"_id": 1}, sort=[("_id", 1)], limit=limit, session=tx.session
        )
        return [user["_id"] for user in found]
