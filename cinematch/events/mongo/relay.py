"""The outbox as relays see it in MongoDB: 64 lanes that they share evenly."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from bson import ObjectId
from pymongo import UpdateOne

from cinematch.events.mongo.outbox import LANES, UNPUBLISHED, key_of, lane_of
from cinematch.events.ports import Lag, Placed
from cinematch.infra.mongo import Collection, Index, MongoTx

_SHARES: Final = 8
"""Nobody has more than this part of a batch while others wait."""
_COUNTED: Final = 100_000
"""How many unpublished events are counted; there are at least as many beyond."""

COLLECTIONS: Final = (
    Collection(
        "relay_leases",  # _id is the lane
        indexes=(Index((("holder", 1),)),),
        schema={
            "bsonType": "object",
            "required": ["holder", "until"],
            "properties": {
                "_id": {"bsonType": ["int", "long"], "minimum": 0, "maximum": LANES - 1},
                "holder": {"bsonType": "string"},
                "until": {"bsonType": "string"},
            },
        },
    ),
    Collection(
        "relays",  # _id is the holder
        schema={
            "bsonType": "object",
            "required": ["until"],
            "properties": {"until": {"bsonType": "string"}},
        },
    ),
)


class MongoRelaySource:
    """Implements `events.ports.RelaySource`."""

    def claim(self, tx: MongoTx, holder: str, now: str, until: str) -> tuple[int, ...]:
        tx.db.relays.replace_one({"_id": holder}, {"until": until}, upsert=True, session=tx.session)
        tx.db.relays.delete_many({"until": {"$lte": now}}, session=tx.session)
        relays = tx.db.relays.count_documents({}, session=tx.session)
        leases = {lease["_id"]: lease for lease in tx.db.relay_leases.find({}, session=tx.session)}
        taken = {lane for lane, lease in leases.items() if lease["until"] > now}
        mine = sorted(lane for lane in taken if leases[lane]["holder"] == holder)
        share = -(-LANES // relays)
        kept, surplus = mine[:share], mine[share:]
        free = [lane for lane in range(LANES) if lane not in taken]
        added = free[: share - len(kept)]
        if surplus:
            tx.db.relay_leases.delete_many({"_id": {"$in": surplus}}, session=tx.session)
        lease = {"$set": {"holder": holder, "until": until}}
        tx.db.relay_leases.update_many({"_id": {"$in": kept}}, lease, session=tx.session)
        if added:
            tx.db.relay_leases.bulk_write(
                [UpdateOne({"_id": lane}, lease, upsert=True) for lane in added],
                session=tx.session,
            )
        return (*kept, *added)

    def release(self, tx: MongoTx, holder: str) -> None:
        tx.db.relay_leases.delete_many({"holder": holder}, session=tx.session)
        tx.db.relays.delete_one({"_id": holder}, session=tx.session)

    def pending(
        self, tx: MongoTx, lanes: Sequence[int], after_user: str, limit: int
    ) -> list[Placed]:
        share = max(1, limit // _SHARES)
        shares: list[Placed] = []
        rest: list[Placed] = []
        for page in _pages(tx, lanes, after_user, limit):
            for _, events in groupby(page, key=lambda event: event.user_id):
                of_one = list(events)
                shares += of_one[:share]
                rest += of_one[share:]
            if len(shares) >= limit:
                break
        return [*shares, *rest][:limit]

    def mark_published(
        self, tx: MongoTx, holder: str, lanes: Sequence[int], events: Sequence[Placed], now: str
    ) -> bool:
        touched = {lane_of(event.user_id) for event in events}
        if not touched.issubset(lanes):
            return False
        # Written anew each time: whoever takes a lane over and this transaction then meet.
        held = tx.db.relay_leases.update_many(
            {"_id": {"$in": sorted(touched)}, "holder": holder},
            {"$set": {"mark": ObjectId()}},
            session=tx.session,
        )
        if held.matched_count != len(touched):
            return False
        tx.db.outbox.update_many(
            {"_id": {"$in": [key_of(event.user_id, event.seq) for event in events]}},
            {"$set": {"published_at": now}},
            session=tx.session,
        )
        return True

    def lag(self, tx: MongoTx) -> Lag:
        found = tx.db.outbox.aggregate(
            [
                {"$match": UNPUBLISHED},
                {"$limit": _COUNTED},
                {"$group": {"_id": None, "n": {"$sum": 1}, "oldest": {"$min": "$occurred_at"}}},
            ],
            session=tx.session,
        )
        return next((Lag(one["n"], one["oldest"]) for one in found), Lag(0))


def _pages(
    tx: MongoTx, lanes: Sequence[int], after_user: str, limit: int
) -> Iterator[list[Placed]]:
    """Yield pages of pending events, of the users past `after_user` first, then of the others.

    Of a user whom the end of a page cuts in two only the first part is given.
    """
    page = _page(tx, lanes, {"$gt": ""}, limit) if lanes else []
    if len(page) < limit:  # that is all there is, as it mostly is
        yield sorted(page, key=lambda event: event.user_id <= after_user)
        return
    start, end = after_user, False
    while not end:
        page = _page(tx, lanes, {"$gt": start}, limit)
        yield page
        end, start = len(page) < limit, page[-1].user_id if page else ""
    start, end = "", not after_user
    while not end:
        page = _page(tx, lanes, {"$gt": start, "$lte": after_user}, limit)
        yield page
        end, start = len(page) < limit, page[-1].user_id if page else ""


def _page(tx: MongoTx, lanes: Sequence[int], users: dict[str, Any], limit: int) -> list[Placed]:
    found = tx.db.outbox.find(
        {"lane": {"$in": list(lanes)}, **UNPUBLISHED, "user_id": users},
        {"_id": 0, "position": 1, "user_id": 1, "seq": 1, "payload": 1},
        sort=[("user_id", 1), ("seq", 1)],
        limit=limit,
        session=tx.session,
    )
    return [Placed(d["position"] or 0, d["user_id"], d["seq"], d["payload"]) for d in found]
