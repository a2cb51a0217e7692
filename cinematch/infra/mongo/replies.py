"""Kept answers in MongoDB."""

from typing import Any

from cinematch.infra.mongo.database import MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.infra.mongo.schema import Collection, Index
from cinematch.infra.replies import Reply

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "idempotency_keys",
        (Index([("created_at", 1)]), Index([("user_id", 1)])),
        {
            "required": ["user_id", "key", "request", "status", "body", "created_at"],
            "properties": {
                "user_id": {"bsonType": "string"},
                "key": {"bsonType": "string"},
                "status": {"bsonType": ["int", "long"]},
                "etag": {"bsonType": ["string", "null"]},
                "body": {"bsonType": "binData"},
                "created_at": {"bsonType": "string"},
            },
        },
    ),
)


class MongoReplies:
    """Implements `infra.replies.Replies`."""

    def get(self, tx: MongoTx, user_id: str, key: str, since: str) -> Reply | None:
        found = tx.db["idempotency_keys"].find_one(
            {"_id": f"{user_id}/{key}", "created_at": {"$gte": since}}, session=tx.session
        )
        return _reply(found) if found else None

    def keep(self, tx: MongoTx, user_id: str, key: str, reply: Reply, now: str) -> None:
        hold_owner(tx, user_id)
        tx.db["idempotency_keys"].insert_one(
            {
                "_id": f"{user_id}/{key}",
                "user_id": user_id,
                "key": key,
                "request": reply.request,
                "status": reply.status,
                "etag": reply.etag,
                "body": reply.body,
                "created_at": now,
            },
            session=tx.session,
        )

    def purge(self, tx: MongoTx, before: str) -> None:
        tx.db["idempotency_keys"].delete_many({"created_at": {"$lt": before}}, session=tx.session)


def _reply(document: dict[str, Any]) -> Reply:
    return Reply(document["request"], document["status"], bytes(document["body"]), document["etag"])
