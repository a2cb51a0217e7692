"""What consumers have handled, in MongoDB, and what they have set aside."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from pymongo import UpdateOne

from cinematch.events.mongo.outbox import key_of
from cinematch.events.ports import OUTBOX, Letter, Message, Standing
from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.mongo.owners import hold_owners

_INTEGER: Final = {"bsonType": ["int", "long"], "minimum": 0}
_TEXT: Final = {"bsonType": "string"}

COLLECTIONS: Final = (
    Collection(
        "consumer_seqs",  # _id is consumer/user
        indexes=(Index((("user_id", 1),)),),
        schema={
            "bsonType": "object",
            "required": ["consumer", "user_id", "seq"],
            "properties": {"consumer": _TEXT, "user_id": _TEXT, "seq": _INTEGER},
        },
    ),
    Collection(
        "consumer_offsets",  # _id is consumer/topic_id/partition
        indexes=(Index((("consumer", 1), ("topic_id", 1))),),
        schema={
            "bsonType": "object",
            "required": ["consumer", "topic_id", "partition", "next_offset"],
            "properties": {
                "consumer": _TEXT,
                "topic_id": _TEXT,
                "partition": _INTEGER,
                "next_offset": _INTEGER,
            },
        },
    ),
    Collection(
        "set_aside_events",  # _id is consumer/letter
        indexes=(Index((("consumer", 1), ("set_aside_at", 1))), Index((("user_id", 1),))),
        schema={
            "bsonType": "object",
            "required": ["consumer", "letter_id", "user_id", "seq", "reason", "payload"],
            "properties": {
                "consumer": _TEXT,
                "letter_id": _TEXT,
                "user_id": {"bsonType": ["string", "null"]},
                "seq": _INTEGER,
                "reason": _TEXT,
                "payload": {"bsonType": "binData"},
                "topic": _TEXT,
                "partition": _INTEGER,
                "offset": _INTEGER,
                "set_aside_at": _TEXT,
                "wanted": {"bsonType": "bool"},
                "published_at": {"bsonType": ["string", "null"]},
            },
        },
    ),
)


class MongoProgress:
    """Implements `events.ports.ConsumerProgress`."""

    def standings(
        self, tx: MongoTx, consumer: str, user_ids: Sequence[str]
    ) -> Mapping[str, Standing]:
        users = {
            user["_id"]: int(user["seq"])
            for user in tx.db.users.find(
                {"_id": {"$in": list(user_ids)}}, {"seq": 1}, session=tx.session
            )
        }
        handled = _handled(tx, consumer, users)
        return {user_id: Standing(handled.get(user_id, 0), seq) for user_id, seq in users.items()}

    def save(self, tx: MongoTx, consumer: str, handled: Mapping[str, int]) -> None:
        if not handled:
            return
        # Whose progress is there meets an erasure at that document, which goes with the account.
        new = sorted(handled.keys() - _handled(tx, consumer, handled))
        if new:
            hold_owners(tx, new)
        tx.db.consumer_seqs.bulk_write(
            [
                UpdateOne(
                    {"_id": f"{consumer}/{user_id}"},
                    {"$set": {"consumer": consumer, "user_id": user_id, "seq": seq}},
                    upsert=True,
                )
                for user_id, seq in handled.items()
            ],
            session=tx.session,
        )

    def behind(
        self, tx: MongoTx, consumer: str, after_user: str, limit: int
    ) -> tuple[dict[str, int], str | None]:
        found = tx.db.users.find(
            {"_id": {"$gt": after_user}},
            {"seq": 1},
            sort=[("_id", 1)],
            limit=limit,
            session=tx.session,
        )
        users = {user["_id"]: int(user["seq"]) for user in found}
        handled = _handled(tx, consumer, users)
        lacking = {user: seq for user, seq in users.items() if seq > handled.get(user, 0)}
        return lacking, max(users) if len(users) == limit else None

    def stored(self, tx: MongoTx, user_id: str, after_seq: int, limit: int) -> list[Message]:
        found = tx.db.outbox.find(
            # The character after the slash ends the keys that begin with this user.
            {"_id": {"$gt": key_of(user_id, after_seq), "$lt": f"{user_id}0"}, "user_id": user_id},
            {"_id": 0, "seq": 1, "payload": 1},
            sort=[("_id", 1)],
            limit=limit,
            session=tx.session,
        )
        return [Message(user_id, one["seq"], one["payload"], OUTBOX) for one in found]

    def offsets(self, tx: MongoTx, consumer: str, topic_id: str) -> dict[int, int]:
        found = tx.db.consumer_offsets.find(
            {"consumer": consumer, "topic_id": topic_id}, session=tx.session
        )
        return {one["partition"]: one["next_offset"] for one in found}

    def save_offsets(
        self, tx: MongoTx, consumer: str, topic_id: str, offsets: Mapping[int, int]
    ) -> None:
        if offsets:
            tx.db.consumer_offsets.bulk_write(
                [
                    UpdateOne(
                        {"_id": f"{consumer}/{topic_id}/{partition}"},
                        {
                            "$set": {
                                "consumer": consumer,
                                "topic_id": topic_id,
                                "partition": partition,
                            },
                            "$max": {"next_offset": offset},
                        },
                        upsert=True,
                    )
                    for partition, offset in offsets.items()
                ],
                session=tx.session,
            )

    def set_aside(self, tx: MongoTx, letters: Sequence[Letter]) -> None:
        for letter in letters:
            tx.db.set_aside_events.replace_one(
                {"_id": _key(letter)}, _document(letter), upsert=True, session=tx.session
            )

    def letters(
        self, tx: MongoTx, consumer: str | None = None, *, wanted: bool = False, limit: int = 1_000
    ) -> list[Letter]:
        query = {**_of(consumer), **({"wanted": True} if wanted else {})}
        return _letters(tx, query, limit)

    def want(self, tx: MongoTx, consumer: str | None = None) -> int:
        return tx.db.set_aside_events.update_many(
            _of(consumer), {"$set": {"wanted": True}}, session=tx.session
        ).matched_count

    def settle(self, tx: MongoTx, letter: Letter) -> None:
        tx.db.set_aside_events.delete_one({"_id": _key(letter)}, session=tx.session)

    def untold(self, tx: MongoTx, consumer: str, limit: int) -> list[Letter]:
        return _letters(tx, {"consumer": consumer, "published_at": None}, limit)

    def told(self, tx: MongoTx, letters: Sequence[Letter]) -> None:
        for letter in letters:
            tx.db.set_aside_events.update_one(
                {"_id": _key(letter), "set_aside_at": letter.set_aside_at},
                {"$set": {"published_at": letter.set_aside_at}},
                session=tx.session,
            )


def _handled(tx: MongoTx, consumer: str, users: Mapping[str, int]) -> dict[str, int]:
    found = tx.db.consumer_seqs.find(
        {"_id": {"$in": [f"{consumer}/{user_id}" for user_id in users]}}, session=tx.session
    )
    return {one["user_id"]: int(one["seq"]) for one in found}


def _of(consumer: str | None) -> dict[str, Any]:
    return {} if consumer is None else {"consumer": consumer}


def _key(letter: Letter) -> str:
    return f"{letter.consumer}/{letter.letter_id}"


def _letters(tx: MongoTx, query: Mapping[str, Any], limit: int) -> list[Letter]:
    found = tx.db.set_aside_events.find(
        query,
        {"_id": 0, "published_at": 0},
        sort=[("set_aside_at", 1), ("letter_id", 1)],
        limit=limit,
        session=tx.session,
    )
    return [Letter(**one) for one in found]


def _document(letter: Letter) -> dict[str, Any]:
    return {**asdict(letter), "published_at": None}
