"""What people tell the recommender and what it reads of the truth, in MongoDB."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec
from pymongo import ReplaceOne

from cinematch.infra.mongo import MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.kit.clock import from_iso
from cinematch.recommender.core.ratings import STEP, Rating
from cinematch.recommender.core.records import Evidence, Mark, MarkKind, Preferences, Shown
from cinematch.recommender.ports import FEWEST_PEERS, FilmCounts

_CHUNK = 500
_SEEN = {"watch_count": {"$gt": 0}}
_RATED = {"rating": 1, "liked": 1, "rated_at": 1}


class MongoTaste:
    """Implements `recommender.ports.TasteRepository`.

    A film of somebody's own is marked by and shown to its owner only, whom the writer holds: what
    removes the film holds them, too.
    """

    def evidence(self, tx: MongoTx, user_id: str) -> list[Evidence]:
        found = tx.db["movies"].find(
            {"user_id": user_id},
            {"_id": 0, "film_id": 1, "watch_count": 1, "watchlist": 1, **_RATED},
            session=tx.session,
        )
        return sorted(
            (
                Evidence(
                    one["film_id"],
                    one["rating"],
                    one["liked"],
                    one["watch_count"] > 0,
                    one.get("rated_at"),
                    one["watchlist"],
                )
                for one in found
            ),
            key=lambda one: one.film_id,
        )

    def people(self, tx: MongoTx, after: str, limit: int) -> list[str]:
        found = tx.db["users"].find(
            {"_id": {"$gt": after}}, {"_id": 1}, sort=[("_id", 1)], limit=limit, session=tx.session
        )
        return [one["_id"] for one in found]

    def ratings(self, tx: MongoTx, user_ids: Sequence[str]) -> list[Rating]:
        own = _own_films(tx, user_ids)
        found = tx.db["movies"].find(
            {"user_id": {"$in": list(user_ids)}, **_SEEN},
            {"_id": 0, "user_id": 1, "film_id": 1, "added_at": 1, **_RATED},
            session=tx.session,
        )
        ratings = [_rating(one) for one in found if one["film_id"] not in own]
        return sorted(ratings, key=lambda one: (one.user_id, one.film_id))

    def came_since(self, tx: MongoTx, since: str, most: int) -> list[Rating]:
        found = tx.db["movies"].find(
            {"updated_at": {"$gt": since}, "film_id": {"$nin": sorted(_own_films(tx))}, **_SEEN},
            {"_id": 0, "user_id": 1, "film_id": 1, "added_at": 1, **_RATED},
            sort=[("updated_at", -1), ("user_id", 1), ("film_id", 1)],
            limit=most,
            session=tx.session,
        )
        return [_rating(one) for one in found]

    def marks(self, tx: MongoTx, user_id: str) -> list[Mark]:
        found = tx.db["taste_marks"].find(
            {"user_id": user_id},
            sort=[("at", -1), ("film_id", 1), ("kind", 1)],
            session=tx.session,
        )
        return [Mark(one["film_id"], one["kind"], one["at"]) for one in found]

    def save_mark(self, tx: MongoTx, user_id: str, mark: Mark) -> None:
        hold_owner(tx, user_id)
        tx.db["taste_marks"].replace_one(
            {"_id": _mark_key(user_id, mark.film_id, mark.kind)},
            {"user_id": user_id, **msgspec.to_builtins(mark)},
            upsert=True,
            session=tx.session,
        )

    def remove_mark(self, tx: MongoTx, user_id: str, film_id: str, kind: MarkKind) -> bool:
        removed = tx.db["taste_marks"].delete_one(
            {"_id": _mark_key(user_id, film_id, kind)}, session=tx.session
        )
        return removed.deleted_count == 1

    def preferences(self, tx: MongoTx, user_id: str) -> Preferences | None:
        found = tx.db["taste_preferences"].find_one({"_id": user_id}, session=tx.session)
        return msgspec.convert(found["preferences"], Preferences) if found else None

    def save_preferences(self, tx: MongoTx, user_id: str, preferences: Preferences) -> None:
        hold_owner(tx, user_id)
        tx.db["taste_preferences"].replace_one(
            {"_id": user_id},
            {"user_id": user_id, "preferences": msgspec.to_builtins(preferences)},
            upsert=True,
            session=tx.session,
        )

    def shown(self, tx: MongoTx, user_id: str) -> dict[str, Shown]:
        found = tx.db["suggestions_shown"].find(
            {"user_id": user_id}, {"_id": 0, "user_id": 0}, session=tx.session
        )
        return {one["film_id"]: Shown(**one) for one in sorted(found, key=lambda o: o["film_id"])}

    def save_shown(self, tx: MongoTx, user_id: str, shown: Sequence[Shown]) -> None:
        films = [one.film_id for one in shown]
        there = _ids(tx, "movies_catalog", films)
        keys = [f"{user_id}/{film_id}" for film_id in films if film_id in there]
        if set(keys) - _ids(tx, "suggestions_shown", keys):
            # From the second time on, an erasure meets this write at the document itself.
            hold_owner(tx, user_id)
        writes = [
            ReplaceOne(
                {"_id": f"{user_id}/{one.film_id}"},
                {"user_id": user_id, **msgspec.to_builtins(one), **_stars(one)},
                upsert=True,
            )
            for one in shown
            if one.film_id in there
        ]
        if writes:
            tx.db["suggestions_shown"].bulk_write(writes, session=tx.session)

    def prune_shown(self, tx: MongoTx, before: str) -> int:
        found = tx.db["suggestions_shown"].find(
            {"at": {"$lt": before}}, {"_id": 1}, session=tx.session
        )
        old = [one["_id"] for one in found]  # the keys of their entries, too
        gone = 0
        for start in range(0, len(old), _CHUNK):
            chunk = old[start : start + _CHUNK]
            rated = _ids(tx, "movies", chunk, rating={"$ne": None})
            removed = tx.db["suggestions_shown"].delete_many(
                {"_id": {"$in": [key for key in chunk if key not in rated]}}, session=tx.session
            )
            gone += removed.deleted_count
        return gone

    def companions(self, tx: MongoTx) -> list[tuple[str, str]]:
        found = tx.db["taste_preferences"].find(
            {"preferences.together": True}, {"_id": 1}, session=tx.session
        )
        users = tx.db["users"].find(
            {"_id": {"$in": [one["_id"] for one in found]}, "disabled": False},
            {"username": 1},
            sort=[("username_key", 1), ("_id", 1)],
            session=tx.session,
        )
        return [(one["_id"], one["username"]) for one in users]

    def peers(self, tx: MongoTx, age_band: str | None, country: str | None) -> dict[str, int]:
        told = {"preferences.age_band": age_band, "preferences.country": country}
        asked = {name: value for name, value in told.items() if value is not None}
        name = "taste_preferences" if asked else "users"
        users = [one["_id"] for one in tx.db[name].find(asked, {"_id": 1}, session=tx.session)]
        if len(users) < FEWEST_PEERS:
            return {}
        if asked:
            counts = _viewers(tx, users)
        else:
            counts = {key: one.watched for key, one in self.film_counts(tx).items()}
        own = _own_films(tx)
        return {film_id: count for film_id, count in counts.items() if film_id not in own}

    def film_counts(self, tx: MongoTx) -> dict[str, FilmCounts]:
        found = tx.db["film_stats"].find({"watched": {"$gt": 0}}, session=tx.session)
        return {
            one["_id"]: FilmCounts(
                int(one["watched"]), int(one["rated"]), int(one["sum_half_stars"])
            )
            for one in found
        }

    def viewings(self, tx: MongoTx, first: str, last: str) -> dict[str, int]:
        # day/kind/key: one range of the index that is there anyway.
        found = tx.db["trend_days"].find(
            {"_id": {"$gte": f"{first}/", "$lt": f"{last}/~"}, "kind": "film"},
            {"_id": 0, "key": 1, "value": 1},
            session=tx.session,
        )
        sums: dict[str, int] = {}
        for one in found:
            sums[one["key"]] = sums.get(one["key"], 0) + int(one["value"])
        return {key: value for key, value in sums.items() if value > 0}

    def catalogue_stamp(self, tx: MongoTx) -> str:
        found = tx.db["movies_catalog"].aggregate(
            [
                {"$match": {"owner_user_id": None}},
                {
                    "$group": {
                        "_id": None,
                        "films": {"$sum": 1},
                        "versions": {"$sum": "$version"},
                        "latest": {"$max": "$updated_at"},
                    }
                },
            ],
            session=tx.session,
        )
        row = next(iter(found), {"films": 0, "versions": 0, "latest": ""})
        return f"{row['films']}/{row['versions']}/{row['latest']}"


def _viewers(tx: MongoTx, user_ids: Sequence[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for start in range(0, len(user_ids), _CHUNK):
        seen = tx.db["movies"].find(
            {"user_id": {"$in": user_ids[start : start + _CHUNK]}, **_SEEN},
            {"_id": 0, "film_id": 1},
            session=tx.session,
        )
        for one in seen:
            counts[one["film_id"]] = counts.get(one["film_id"], 0) + 1
    return counts


def _rating(one: Mapping[str, Any]) -> Rating:
    return Rating(
        one["user_id"],
        one["film_id"],
        None if one["rating"] is None else one["rating"] * STEP,
        int(from_iso(one.get("rated_at") or one["added_at"]).timestamp()),
        one["liked"],
    )


def _own_films(tx: MongoTx, owners: Sequence[str] | None = None) -> set[str]:
    """Return the films of somebody's own; those of some people alone where they are given."""
    whose = {"$gt": ""} if owners is None else {"$in": list(owners)}
    found = tx.db["movies_catalog"].find({"owner_user_id": whose}, {"_id": 1}, session=tx.session)
    return {one["_id"] for one in found}


def _ids(tx: MongoTx, name: str, keys: Sequence[str], **more: Any) -> set[str]:
    every = iter(keys)
    found: set[str] = set()
    while chunk := list(islice(every, _CHUNK)):
        rows = tx.db[name].find({"_id": {"$in": chunk}, **more}, {"_id": 1}, session=tx.session)
        found |= {one["_id"] for one in rows}
    return found


def _mark_key(user_id: str, film_id: str, kind: str) -> str:
    return f"{user_id}/{film_id}/{kind}"


def _stars(shown: Shown) -> dict[str, float]:
    """Return the stars as doubles: a whole number would be kept as another type."""
    return {name: float(getattr(shown, name)) for name in ("predicted", "low", "high")}
