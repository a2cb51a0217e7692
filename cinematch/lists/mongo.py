"""Lists in MongoDB: the items stand inside their list, in order."""

from collections.abc import Mapping, Sequence
from typing import Any

from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.lists.core import MOST_ITEMS, FilmList, Item

_STRING, _STRING_OR_NULL = {"bsonType": "string"}, {"bsonType": ["string", "null"]}
_SAID = ("name", "description", "version", "updated_at")
_KEPT = ("list_id", "user_id", "created_at", "import_id")

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "lists",
        (
            Index([("user_id", 1), ("updated_at", -1), ("_id", 1)]),
            Index([("items.film_id", 1)]),
        ),
        {
            "required": ["items", *_SAID, *_KEPT],
            "properties": {
                "user_id": _STRING,
                "name": _STRING,
                "description": _STRING,
                "version": {"bsonType": ["int", "long"]},
                "created_at": _STRING,
                "updated_at": _STRING,
                "import_id": _STRING_OR_NULL,
                "items": {
                    "bsonType": "array",
                    "maxItems": MOST_ITEMS,
                    "items": {
                        "bsonType": "object",
                        "required": ["film_id", "note"],
                        "properties": {"film_id": _STRING, "note": _STRING},
                    },
                },
            },
        },
    ),
)


class MongoLists:
    """Implements `lists.ports.ListsRepository`."""

    def of_user(self, tx: MongoTx, user_id: str) -> list[FilmList]:
        return _found(tx, {"user_id": user_id})

    def get(self, tx: MongoTx, list_id: str) -> FilmList | None:
        return next(iter(_found(tx, {"_id": list_id})), None)

    def items(self, tx: MongoTx, list_id: str) -> list[Item]:
        found = tx.db["lists"].find_one({"_id": list_id}, {"items": 1}, session=tx.session)
        return [Item(item["film_id"], item["note"]) for item in found["items"]] if found else []

    def first_films(self, tx: MongoTx, list_ids: Sequence[str], each: int) -> dict[str, list[str]]:
        found = tx.db["lists"].find(
            {"_id": {"$in": list(list_ids)}}, {"items": {"$slice": each}}, session=tx.session
        )
        return {
            one["_id"]: [item["film_id"] for item in one["items"]] for one in found if one["items"]
        }

    def save(self, tx: MongoTx, film_list: FilmList) -> None:
        hold_owner(tx, film_list.user_id)
        tx.db["lists"].update_one(
            {"_id": film_list.list_id},
            {
                "$set": {name: getattr(film_list, name) for name in _SAID},
                "$setOnInsert": {
                    "items": [],
                    **{name: getattr(film_list, name) for name in _KEPT},
                },
            },
            upsert=True,
            session=tx.session,
        )

    def save_items(self, tx: MongoTx, list_id: str, items: Sequence[Item]) -> None:
        tx.db["lists"].update_one(
            {"_id": list_id},
            {"$set": {"items": [{"film_id": item.film_id, "note": item.note} for item in items]}},
            session=tx.session,
        )

    def delete(self, tx: MongoTx, list_id: str) -> None:
        tx.db["lists"].delete_one({"_id": list_id}, session=tx.session)


def _found(tx: MongoTx, query: Mapping[str, Any]) -> list[FilmList]:
    """Return lists with the number of their items, which themselves stay where they are."""
    fields = dict.fromkeys((*_SAID, *_KEPT), 1)
    found = tx.db["lists"].aggregate(
        [
            {"$match": dict(query)},
            {"$sort": {"updated_at": -1, "_id": 1}},
            {"$project": {"_id": 0, "count": {"$size": "$items"}, **fields}},
        ],
        session=tx.session,
    )
    return [FilmList(**one) for one in found]
