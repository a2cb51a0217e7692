"""The outbox in MongoDB. Writers of different users never meet; the order of all is given later.

A user's writers meet at the user's own document, whose `seq` they take: an event is visible only
when the one before it is. Places in the order of all users are given by `place`, in batches, from
one counter; so writing an event waits for nobody else's.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any, Final
from zlib import crc32

from pymongo import ReturnDocument, UpdateOne

from cinematch.events.core import Event, decode, encode
from cinematch.events.ports import Placed
from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.ports import Store
from cinematch.kit.errors import NotFound

LANES: Final = 64
"""Into how many lanes users are divided, for relays that share the work."""

_COUNTER = "outbox"  # among the positions: the last place given
_AT_ONCE = 1_000  # events that one transaction places, users of one look
# A partial index is used when the query says the same as its filter, to the letter.
_WAITING: Final = {"position": {"$type": "null"}}
UNPUBLISHED: Final = {"published_at": {"$type": "null"}}

COLLECTIONS: Final = (
    Collection(
        "outbox",
        indexes=(
            Index((("position", 1),), unique=True, where={"position": {"$gt": 0}}),
            Index((("user_id", 1), ("seq", 1)), where=_WAITING),
            Index((("user_id", 1), ("film_id", 1), ("seq", 1))),
            Index((("lane", 1), ("user_id", 1), ("seq", 1)), where=UNPUBLISHED),
        ),
        schema={
            "bsonType": "object",
            "required": [
                "user_id", "seq", "event_type", "film_id", "occurred_at", "payload", "lane",
                "position", "published_at",
            ],
            "properties": {
                "user_id": {"bsonType": "string"},
                "seq": {"bsonType": ["int", "long"], "minimum": 1},
                "event_type": {"bsonType": "string"},
                "film_id": {"bsonType": "string"},
                "occurred_at": {"bsonType": "string"},
                "payload": {"bsonType": "binData"},
                "lane": {"bsonType": ["int", "long"], "minimum": 0, "maximum": LANES - 1},
                "position": {"bsonType": ["int", "long", "null"], "minimum": 1},
                "published_at": {"bsonType": ["string", "null"]},
            },
        },
    ),
    Collection(
        "positions",
        schema={
            "bsonType": "object",
            "required": ["position"],
            "properties": {"position": {"bsonType": ["int", "long"], "minimum": 0}},
        },
    ),
)  # fmt: skip


def lane_of(user_id: str) -> int:
    """Return the lane of a user's events, 0..63: the same in every process and release."""
    return crc32(user_id.encode()) % LANES


class MongoOutbox:
    """Implements `events.ports.Outbox`."""

    def next_seq(self, tx: MongoTx, user_id: str, count: int = 1) -> int:
        user = tx.db.users.find_one_and_update(
            {"_id": user_id},
            {"$inc": {"seq": count}},
            projection={"seq": 1},
            return_document=ReturnDocument.AFTER,
            session=tx.session,
        )
        if user is None:
            raise NotFound("There is no such account.")
        return int(user["seq"]) - count + 1

    def append(self, tx: MongoTx, *events: Event) -> None:
        if events:
            tx.db.outbox.insert_many([_document(event) for event in events], session=tx.session)

    def place(self, store: Store) -> None:
        reached: str | None = "" if store.snapshot(_any_waiting) else None
        while reached is not None:
            reached = store.transact(partial(_place_some, since=reached))

    def after(self, tx: MongoTx, position: int, limit: int) -> list[Placed]:
        found = tx.db.outbox.find(
            {"position": {"$gt": max(position, 0)}},
            {"_id": 0, "position": 1, "user_id": 1, "seq": 1, "payload": 1},
            sort=[("position", 1)],
            limit=limit,
            session=tx.session,
        )
        return [Placed(d["position"], d["user_id"], d["seq"], d["payload"]) for d in found]

    def of_user(self, tx: MongoTx, user_id: str, after_seq: int = 0) -> Iterator[Event]:
        found = tx.db.outbox.find(
            # The character after the slash ends the keys that begin with this user.
            {"_id": {"$gt": key_of(user_id, after_seq), "$lt": f"{user_id}0"}, "user_id": user_id},
            {"_id": 0, "payload": 1},
            sort=[("_id", 1)],
            session=tx.session,
        )
        return (decode(document["payload"]) for document in found)

    def of_film(self, tx: MongoTx, user_id: str, film_id: str) -> list[Event]:
        found = tx.db.outbox.find(
            {"user_id": user_id, "film_id": film_id},
            {"_id": 0, "payload": 1},
            sort=[("seq", 1)],
            session=tx.session,
        )
        return [decode(document["payload"]) for document in found]

    def last_seq(self, tx: MongoTx, user_id: str) -> int:
        user = tx.db.users.find_one({"_id": user_id}, {"seq": 1}, session=tx.session)
        return int(user["seq"]) if user else 0

    def last_seqs(self, tx: MongoTx, user_ids: Iterable[str]) -> dict[str, int]:
        wanted, last = list(user_ids), dict[str, int]()
        for start in range(0, len(wanted), _AT_ONCE):
            users = tx.db.users.find(
                {"_id": {"$in": wanted[start : start + _AT_ONCE]}},
                {"seq": 1},
                batch_size=_AT_ONCE,
                session=tx.session,
            )
            last.update((user["_id"], int(user["seq"])) for user in users)
        return last

    def last_position(self, tx: MongoTx) -> int:
        waiting = tx.db.outbox.count_documents(_WAITING, session=tx.session)
        return self.position(tx, _COUNTER) + waiting

    def position(self, tx: MongoTx, consumer: str) -> int:
        known = tx.db.positions.find_one({"_id": consumer}, session=tx.session)
        return int(known["position"]) if known else 0

    def save_position(self, tx: MongoTx, consumer: str, position: int) -> None:
        tx.db.positions.replace_one(
            {"_id": consumer}, {"position": position}, upsert=True, session=tx.session
        )

    def erase_user(self, tx: MongoTx, user_id: str) -> None:
        tx.db.outbox.delete_many({"user_id": user_id}, session=tx.session)


def _any_waiting(tx: MongoTx) -> bool:
    return tx.db.outbox.find_one(_WAITING, {"_id": 1}, session=tx.session) is not None


def _place_some(tx: MongoTx, since: str) -> str | None:
    """Place some of the events of users from `since` on; return where to go on, None at the end.

    What is visible of a user is without a gap, and each user's lowest numbers are taken first.
    Two who place at once meet at the counter: one of them begins anew.
    """
    found = tx.db.outbox.find(
        {**_WAITING, "user_id": {"$gte": since}},
        {"user_id": 1, "seq": 1, "occurred_at": 1},
        sort=[("user_id", 1), ("seq", 1)],
        limit=_AT_ONCE,
        session=tx.session,
    )
    waiting = list(found)
    if not waiting:
        return None
    known = tx.db.positions.find_one({"_id": _COUNTER}, session=tx.session)
    last = int(known["position"]) if known else 0
    tx.db.positions.replace_one(
        {"_id": _COUNTER}, {"position": last + len(waiting)}, upsert=True, session=tx.session
    )
    tx.db.outbox.bulk_write(
        [
            UpdateOne({"_id": key, "position": None}, {"$set": {"position": position}})
            for position, key in enumerate(_in_order(waiting), last + 1)
        ],
        session=tx.session,
    )
    return waiting[-1]["user_id"] if len(waiting) == _AT_ONCE else None


def _in_order(waiting: Sequence[dict[str, Any]]) -> list[str]:
    """Return the keys of events by the time of the change, but each user's by `seq`."""
    latest: dict[str, str] = {}
    keyed = []
    for event in waiting:
        user_id = event["user_id"]
        # The clocks of two processes may differ: a later number is never the earlier event.
        latest[user_id] = max(latest.get(user_id, ""), event["occurred_at"])
        keyed.append((latest[user_id], user_id, event["seq"], event["_id"]))
    return [key for *_, key in sorted(keyed)]


def key_of(user_id: str, seq: int) -> str:
    """Return the key of an event: the order of keys is the order of a user's events."""
    return f"{user_id}/{seq:012}"


def _document(event: Event) -> dict[str, Any]:
    return {
        "_id": key_of(event.user_id, event.seq),
        "user_id": event.user_id,
        "seq": event.seq,
        "event_type": event.event_type,
        "film_id": event.film_id,
        "occurred_at": event.occurred_at,
        "payload": encode(event),
        "lane": lane_of(event.user_id),
        "position": None,
        "published_at": None,
    }
