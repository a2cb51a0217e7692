"""Notifications and channels in MongoDB: one document each, under the names of SQLite's columns."""

from collections.abc import Collection as Names
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

import msgspec
from pymongo import ReplaceOne, UpdateOne

from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.notifications.core.channels import Delivery, Target, Webhook
from cinematch.notifications.core.notes import Note, Progress
from cinematch.notifications.ports import Filed

S = TypeVar("S", bound=msgspec.Struct)

_STRING, _INT = {"bsonType": "string"}, {"bsonType": ["int", "long"]}
_MAYBE = {"bsonType": ["string", "null"]}
_CHANNEL = {"failures": _INT, "disabled_at": _MAYBE, "last_error": _MAYBE, "created_at": _STRING}
_ENDED: Final = {"finished_at": {"$type": "string"}}


def _shape(**properties: Any) -> dict[str, Any]:
    given = {"user_id": _STRING, **properties}
    return {"bsonType": "object", "required": list(given), "properties": given}


COLLECTIONS: Final = (
    Collection(
        "notification_progress",
        schema=_shape(seq=_INT, films=_INT, minutes=_INT, films_told=_INT, hours_told=_INT),
    ),
    Collection("notification_imports", (Index([("user_id", 1)]),), _shape()),
    Collection(
        "notifications",
        (
            Index([("user_id", 1), ("kind", 1), ("key", 1)], unique=True),
            Index([("user_id", 1), ("at", -1), ("_id", -1)]),
            Index([("user_id", 1), ("read_at", 1)]),
        ),
        _shape(kind=_STRING, key=_STRING, at=_STRING, data={"bsonType": "object"}, read_at=_MAYBE),
    ),
    Collection("notification_settings", schema=_shape(muted={"bsonType": "array"})),
    Collection(
        "notification_targets",
        (Index([("user_id", 1), ("created_at", 1)]),),
        _shape(name=_STRING, url=_STRING, **_CHANNEL),
    ),
    Collection(
        "webhooks",
        (Index([("user_id", 1), ("created_at", 1)]),),
        _shape(url=_STRING, secret=_STRING, kinds={"bsonType": "array"}, **_CHANNEL),
    ),
    Collection(
        "deliveries",
        (
            Index([("status", 1), ("next_at", 1)]),
            Index([("channel_id", 1), ("created_at", -1), ("_id", -1)]),
            Index([("user_id", 1)]),
            Index([("finished_at", 1)], where=_ENDED),
        ),
        _shape(
            channel={"enum": ["target", "webhook"]},
            channel_id=_STRING,
            kind=_STRING,
            payload=_STRING,
            created_at=_STRING,
            next_at=_STRING,
            status={"enum": ["pending", "sent", "dead"]},
            attempts=_INT,
            finished_at=_MAYBE,
            code={"bsonType": ["int", "long", "null"]},
            error=_MAYBE,
        ),
    ),
)


class MongoNotifications:
    """Implements `notifications.ports.NotificationsRepository`."""

    def progress(self, tx: MongoTx, user_ids: Names[str]) -> dict[str, Progress]:
        found = tx.db["notification_progress"].find(
            {"_id": {"$in": list(user_ids)}}, {"_id": 0}, session=tx.session
        )
        return {one["user_id"]: Progress(**one) for one in found}

    def save_progress(self, tx: MongoTx, progress: Iterable[Progress]) -> None:
        every = list(progress)
        known = self.progress(tx, [one.user_id for one in every])
        for one in every:
            if one.user_id not in known:
                # From the second time on, an erasure meets this write at the document itself.
                hold_owner(tx, one.user_id)
        _replace(tx, "notification_progress", [(one.user_id, one) for one in every])

    def open_imports(self, tx: MongoTx, limit: int) -> list[tuple[str, str]]:
        found = tx.db["notification_imports"].find(
            {}, sort=[("_id", 1)], limit=limit, session=tx.session
        )
        return [(one["_id"], one["user_id"]) for one in found]

    def add_imports(self, tx: MongoTx, user_id: str, import_ids: Names[str]) -> None:
        updates = [
            UpdateOne({"_id": import_id}, {"$setOnInsert": {"user_id": user_id}}, upsert=True)
            for import_id in import_ids
        ]
        if updates:
            tx.db["notification_imports"].bulk_write(updates, session=tx.session)

    def close_import(self, tx: MongoTx, import_id: str) -> None:
        tx.db["notification_imports"].delete_one({"_id": import_id}, session=tx.session)

    def known(self, tx: MongoTx, notification_ids: Names[str]) -> set[str]:
        return _known(tx, "notifications", notification_ids)

    def add(self, tx: MongoTx, notes: Sequence[Note]) -> None:
        documents = [
            {"_id": note.notification_id, **msgspec.to_builtins(note), "read_at": None}
            for note in notes
        ]
        if documents:
            tx.db["notifications"].insert_many(documents, session=tx.session)

    def page(
        self,
        tx: MongoTx,
        user_id: str,
        limit: int,
        after: tuple[str, str] | None,
        *,
        unread: bool,
    ) -> list[Filed]:
        query: dict[str, Any] = {"user_id": user_id, **_past("at", after)}
        if unread:
            query["read_at"] = None
        found = tx.db["notifications"].find(
            query, {"_id": 0}, sort=[("at", -1), ("_id", -1)], limit=limit, session=tx.session
        )
        return [_filed(one) for one in found]

    def counts(self, tx: MongoTx, user_id: str) -> tuple[int, int]:
        box = tx.db["notifications"]
        return (
            box.count_documents({"user_id": user_id}, session=tx.session),
            box.count_documents({"user_id": user_id, "read_at": None}, session=tx.session),
        )

    def mark_read(self, tx: MongoTx, user_id: str, notification_id: str | None, at: str) -> int:
        one = {} if notification_id is None else {"_id": notification_id}
        marked = tx.db["notifications"].update_many(
            {"user_id": user_id, "read_at": None, **one},
            {"$set": {"read_at": at}},
            session=tx.session,
        )
        return marked.modified_count

    def get(self, tx: MongoTx, user_id: str, notification_id: str) -> Filed | None:
        found = tx.db["notifications"].find_one(
            {"_id": notification_id, "user_id": user_id}, {"_id": 0}, session=tx.session
        )
        return _filed(found) if found else None

    def muted(self, tx: MongoTx, user_ids: Names[str]) -> dict[str, frozenset[str]]:
        found = tx.db["notification_settings"].find(
            {"_id": {"$in": list(user_ids)}}, session=tx.session
        )
        return {one["_id"]: frozenset(one["muted"]) for one in found}

    def save_muted(self, tx: MongoTx, user_id: str, kinds: Names[str]) -> None:
        hold_owner(tx, user_id)
        tx.db["notification_settings"].replace_one(
            {"_id": user_id},
            {"user_id": user_id, "muted": sorted(kinds)},
            upsert=True,
            session=tx.session,
        )

    def erase_user(self, tx: MongoTx, user_id: str) -> None:
        for name in (
            "notification_progress", "notification_imports", "notifications",
            "notification_settings",
        ):  # fmt: skip
            tx.db[name].delete_many({"user_id": user_id}, session=tx.session)


class MongoChannels:
    """Implements `notifications.ports.ChannelsRepository`."""

    def targets(self, tx: MongoTx, user_ids: Names[str]) -> list[Target]:
        return _of_users(tx, "notification_targets", user_ids, Target)

    def target(self, tx: MongoTx, target_id: str) -> Target | None:
        return _one(tx, "notification_targets", target_id, Target)

    def save_target(self, tx: MongoTx, target: Target) -> None:
        hold_owner(tx, target.user_id)
        _replace(tx, "notification_targets", [(target.target_id, target)])

    def webhooks(self, tx: MongoTx, user_ids: Names[str]) -> list[Webhook]:
        return _of_users(tx, "webhooks", user_ids, Webhook)

    def webhook(self, tx: MongoTx, webhook_id: str) -> Webhook | None:
        return _one(tx, "webhooks", webhook_id, Webhook)

    def save_webhook(self, tx: MongoTx, webhook: Webhook) -> None:
        hold_owner(tx, webhook.user_id)
        _replace(tx, "webhooks", [(webhook.webhook_id, webhook)])

    def delete(self, tx: MongoTx, channel_id: str) -> None:
        tx.db["deliveries"].delete_many({"channel_id": channel_id}, session=tx.session)
        for name in ("notification_targets", "webhooks"):
            tx.db[name].delete_one({"_id": channel_id}, session=tx.session)

    def known(self, tx: MongoTx, delivery_ids: Names[str]) -> set[str]:
        return _known(tx, "deliveries", delivery_ids)

    def add(self, tx: MongoTx, deliveries: Sequence[Delivery]) -> None:
        documents = [{"_id": one.delivery_id, **msgspec.to_builtins(one)} for one in deliveries]
        if documents:
            tx.db["deliveries"].insert_many(documents, session=tx.session)

    def delivery(self, tx: MongoTx, delivery_id: str) -> Delivery | None:
        return _one(tx, "deliveries", delivery_id, Delivery)

    def save_delivery(self, tx: MongoTx, delivery: Delivery) -> None:
        tx.db["deliveries"].replace_one(
            {"_id": delivery.delivery_id}, msgspec.to_builtins(delivery), session=tx.session
        )

    def due(self, tx: MongoTx, now: str, limit: int) -> list[Delivery]:
        found = tx.db["deliveries"].find(
            {"status": "pending", "next_at": {"$lte": now}},
            {"_id": 0},
            sort=[("next_at", 1), ("_id", 1)],
            limit=limit,
            session=tx.session,
        )
        return [Delivery(**one) for one in found]

    def page(
        self, tx: MongoTx, channel_id: str, limit: int, after: tuple[str, str] | None
    ) -> list[Delivery]:
        found = tx.db["deliveries"].find(
            {"channel_id": channel_id, **_past("created_at", after)},
            {"_id": 0},
            sort=[("created_at", -1), ("_id", -1)],
            limit=limit,
            session=tx.session,
        )
        return [Delivery(**one) for one in found]

    def count(self, tx: MongoTx, channel_id: str) -> int:
        return tx.db["deliveries"].count_documents({"channel_id": channel_id}, session=tx.session)

    def drop_pending(self, tx: MongoTx, channel_id: str, at: str, error: str) -> None:
        tx.db["deliveries"].update_many(
            {"channel_id": channel_id, "status": "pending"},
            {"$set": {"status": "dead", "finished_at": at, "error": error}},
            session=tx.session,
        )

    def purge(self, tx: MongoTx, before: str) -> int:
        gone = tx.db["deliveries"].delete_many(
            {"$and": [_ENDED, {"finished_at": {"$lt": before}}]}, session=tx.session
        )
        return gone.deleted_count

    def erase_user(self, tx: MongoTx, user_id: str) -> None:
        for name in ("deliveries", "notification_targets", "webhooks"):
            tx.db[name].delete_many({"user_id": user_id}, session=tx.session)


def _filed(document: Mapping[str, Any]) -> Filed:
    fields = dict(document)
    read_at = fields.pop("read_at")
    return Filed(Note(**fields), read_at)


def _past(field: str, after: tuple[str, str] | None) -> dict[str, Any]:
    if after is None:
        return {}
    at, key = after
    return {"$or": [{field: {"$lt": at}}, {field: at, "_id": {"$lt": key}}]}


def _one(tx: MongoTx, name: str, key: str, kind: type[S]) -> S | None:
    found = tx.db[name].find_one({"_id": key}, {"_id": 0}, session=tx.session)
    return msgspec.convert(found, kind) if found else None


def _of_users(tx: MongoTx, name: str, user_ids: Names[str], kind: type[S]) -> list[S]:
    found = tx.db[name].find(
        {"user_id": {"$in": list(user_ids)}},
        {"_id": 0},
        sort=[("created_at", 1), ("_id", 1)],
        session=tx.session,
    )
    return [msgspec.convert(one, kind) for one in found]


def _known(tx: MongoTx, name: str, keys: Names[str]) -> set[str]:
    if not keys:
        return set()
    found = tx.db[name].find({"_id": {"$in": list(keys)}}, {"_id": 1}, session=tx.session)
    return {one["_id"] for one in found}


def _replace(tx: MongoTx, name: str, records: Sequence[tuple[str, msgspec.Struct]]) -> None:
    writes = [
        ReplaceOne({"_id": key}, msgspec.to_builtins(record), upsert=True)
        for key, record in records
    ]
    if writes:
        tx.db[name].bulk_write(writes, session=tx.session)
