"""The audit log in MongoDB. Whoever adds to a lane first writes its end, so that writers meet."""

from collections.abc import Collection as Names
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec
from bson import ObjectId

from cinematch.audit.core import Entry, Head
from cinematch.audit.ports import Query
from cinematch.infra.mongo import Collection, Index, MongoTx

_STRING, _INT = {"bsonType": "string"}, {"bsonType": ["int", "long"]}
_MAYBE = {"bsonType": ["string", "null"]}
_FIELDS: Final = {
    "entry_id": _STRING,
    "lane": _INT,
    "number": _INT,
    "at": _STRING,
    "action": _STRING,
    "actor": _MAYBE,
    "actor_salt": _MAYBE,
    "actor_mark": _STRING,
    "user_id": _MAYBE,
    "about": _MAYBE,
    "about_salt": _MAYBE,
    "about_mark": _STRING,
    "evidence": _MAYBE,
    "actor_erased_by": _MAYBE,
    "about_erased_by": _MAYBE,
    "previous": _STRING,
    "hash": _STRING,
}

COLLECTIONS: Final = (
    Collection(
        "audit_lanes",
        schema={
            "bsonType": "object",
            "required": ["number", "hash"],
            "properties": {"number": _INT, "hash": _STRING},
        },
    ),
    Collection(
        "audit_log",
        (
            Index([("lane", 1), ("number", 1)], unique=True),
            Index([("at", -1), ("_id", -1)]),
            Index([("user_id", 1), ("at", -1), ("_id", -1)]),
            Index([("actor", 1), ("at", -1), ("_id", -1)]),
            Index([("action", 1), ("at", -1), ("_id", -1)]),
        ),
        {"bsonType": "object", "required": list(_FIELDS), "properties": _FIELDS},
    ),
)


class MongoAudit:
    """Implements `audit.ports.AuditRepository`.

    An account's deletion must not take entries along: `audit_log` hangs on no account.
    """

    def head(self, tx: MongoTx, lane: int) -> Head:
        # A value that is new each time: an update that changes nothing would meet nobody.
        found = tx.db["audit_lanes"].find_one_and_update(
            {"_id": lane},
            {"$set": {"held": ObjectId()}, "$setOnInsert": msgspec.to_builtins(Head())},
            upsert=True,
            session=tx.session,
        )
        return Head(found["number"], found["hash"]) if found else Head()

    def save_head(self, tx: MongoTx, lane: int, head: Head) -> None:
        tx.db["audit_lanes"].replace_one(
            {"_id": lane}, msgspec.to_builtins(head), upsert=True, session=tx.session
        )

    def peek(self, tx: MongoTx, lane: int) -> Head:
        found = tx.db["audit_lanes"].find_one({"_id": lane}, session=tx.session)
        return Head(found["number"], found["hash"]) if found else Head()

    def known(self, tx: MongoTx, entry_ids: Names[str]) -> set[str]:
        found = tx.db["audit_log"].find(
            {"_id": {"$in": list(entry_ids)}}, {"_id": 1}, session=tx.session
        )
        return {one["_id"] for one in found}

    def add(self, tx: MongoTx, entries: Sequence[Entry]) -> None:
        documents = [{"_id": one.entry_id, **msgspec.to_builtins(one)} for one in entries]
        if documents:
            tx.db["audit_log"].insert_many(documents, session=tx.session)

    def of_lane(self, tx: MongoTx, lane: int, after: int, limit: int) -> list[Entry]:
        return self._found(tx, {"lane": lane, "number": {"$gt": after}}, [("number", 1)], limit)

    def page(
        self, tx: MongoTx, query: Query, limit: int, after: tuple[str, str] | None
    ) -> list[Entry]:
        where = _where(query)
        if after is not None:
            at, key = after
            where = {
                "$and": [where, {"$or": [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": key}}]}]
            }
        return self._found(tx, where, [("at", -1), ("_id", -1)], limit)

    def count(self, tx: MongoTx, query: Query) -> int:
        return tx.db["audit_log"].count_documents(_where(query), session=tx.session)

    def of_person(self, tx: MongoTx, user_id: str) -> Iterator[Entry]:
        found = tx.db["audit_log"].find(
            {"$or": [{"user_id": user_id}, {"actor": user_id}]}, {"_id": 0}, session=tx.session
        )
        return (Entry(**one) for one in found)

    def redact(self, tx: MongoTx, user_id: str, by: str) -> None:
        log = tx.db["audit_log"]
        gone = {"actor": None, "actor_salt": None, "actor_erased_by": by}
        log.update_many({"actor": user_id}, {"$set": gone}, session=tx.session)
        gone = {"user_id": None, "about": None, "about_salt": None, "about_erased_by": by}
        log.update_many({"user_id": user_id}, {"$set": gone}, session=tx.session)

    def _found(
        self, tx: MongoTx, where: dict[str, Any], order: list[tuple[str, int]], limit: int
    ) -> list[Entry]:
        found = tx.db["audit_log"].find(
            where, {"_id": 0}, sort=order, limit=limit, session=tx.session
        )
        return [Entry(**one) for one in found]


def _where(query: Query) -> dict[str, Any]:
    where: dict[str, Any] = {}
    for name in ("user_id", "actor", "action"):
        if (value := getattr(query, name)) is not None:
            where[name] = value
    if query.action is not None and query.action.endswith("."):
        where["action"] = {"$gte": query.action, "$lt": f"{query.action[:-1]}/"}
    bounds = {"$gte": query.since, "$lt": query.until}
    given = {name: value for name, value in bounds.items() if value is not None}
    return {**where, "at": given} if given else where
