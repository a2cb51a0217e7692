"""`imports`, `import_rows` and `import_choices`."""

from collections.abc import Collection as Several
from collections.abc import Mapping, Sequence
from typing import Any

from bson import ObjectId
from pymongo import InsertOne, UpdateOne

from cinematch.infra.mongo import Collection, Index, MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.kit.errors import Invalid, NotFound
from cinematch.kit.paging import Page, decode_cursor, encode_cursor
from cinematch.transfer.core.items import Rejection
from cinematch.transfer.core.merging import differences
from cinematch.transfer.core.packing import pack, unpack
from cinematch.transfer.core.rows import (
    OUTCOMES,
    WORKING,
    Decision,
    Import,
    ListUndo,
    ListWish,
    Row,
    State,
    Undo,
)
from cinematch.transfer.core.undoing import Kept
from cinematch.transfer.core.wish import Wish

_STRING, _STRING_OR_NULL = {"bsonType": "string"}, {"bsonType": ["string", "null"]}
_INT = {"bsonType": ["int", "long"]}
_ONCE = ("import_id", "user_id", "filename", "created_at")
_CHANGING = ("source", "status", "applied_at", "undone_at")
_APPLIED = {"applied": 1}

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "imports",
        (
            Index([("user_id", 1), ("created_at", -1), ("_id", 1)]),
            Index([("status", 1), ("created_at", 1), ("_id", 1)]),
        ),
        {
            "required": ["state", *_ONCE, *_CHANGING],
            "properties": {
                "user_id": _STRING,
                "filename": _STRING,
                "source": _STRING,
                "status": _STRING,
                "state": {"bsonType": "object"},
                "created_at": _STRING,
                "applied_at": _STRING_OR_NULL,
                "undone_at": _STRING_OR_NULL,
            },
        },
    ),
    Collection(
        "import_rows",
        (
            Index([("import_id", 1), ("row_id", 1)], unique=True),
            Index([("import_id", 1), ("outcome", 1), ("row_id", 1)]),
            Index([("user_id", 1), ("film_id", 1)]),
        ),
        {
            "required": ["import_id", "user_id", "row_id", "kind", "outcome", "applied", "item"],
            "properties": {
                "import_id": _STRING,
                "user_id": _STRING,
                "row_id": _INT,
                "kind": {"enum": ["film", "list", "refused"]},
                "outcome": {"enum": list(OUTCOMES)},
                "film_id": _STRING_OR_NULL,
                "conflict": {"bsonType": "bool"},
                "applied": _INT,
                "item": {"bsonType": "object"},
                "decision": {"bsonType": "object"},
                "undo": {"bsonType": ["object", "null"]},
            },
        },
    ),
    Collection(
        "import_choices",
        (Index([("user_id", 1), ("film_id", 1)]), Index([("film_id", 1)])),
        {
            "required": ["user_id", "wording", "film_id"],
            "properties": {"user_id": _STRING, "wording": _STRING, "film_id": _STRING},
        },
    ),
)


class MongoImports:
    """Implements `transfer.ports.ImportsRepository`."""

    def save(self, tx: MongoTx, item: Import) -> None:
        changed = {name: getattr(item, name) for name in _CHANGING} | {"state": pack(item.state)}
        saved = tx.db["imports"].update_one(
            {"_id": item.import_id}, {"$set": changed}, session=tx.session
        )
        if saved.matched_count:
            return
        hold_owner(tx, item.user_id)
        once = {name: getattr(item, name) for name in _ONCE}
        tx.db["imports"].insert_one({"_id": item.import_id, **once, **changed}, session=tx.session)

    def get(self, tx: MongoTx, import_id: str) -> Import | None:
        found = tx.db["imports"].find_one({"_id": import_id}, session=tx.session)
        return _import(found) if found else None

    def of_user(self, tx: MongoTx, user_id: str) -> list[Import]:
        found = tx.db["imports"].find(
            {"user_id": user_id, "status": {"$ne": "discarded"}}, session=tx.session
        )
        listed = found.sort([("created_at", -1), ("_id", 1)]).limit(200)
        return [_import(one) for one in listed]

    def working(self, tx: MongoTx) -> list[Import]:
        found = tx.db["imports"].find({"status": {"$in": list(WORKING)}}, session=tx.session)
        return [_import(one) for one in found.sort([("created_at", 1), ("_id", 1)])]

    def unread(self, tx: MongoTx) -> list[Import]:
        found = tx.db["imports"].find(
            {"status": {"$in": ["reading", "preview"]}}, session=tx.session
        )
        return [_import(one) for one in found.sort("_id", 1)]

    def add_rows(self, tx: MongoTx, import_id: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        # Written, not only read: who removes the import or its account meanwhile meets this.
        held = tx.db["imports"].find_one_and_update(
            {"_id": import_id}, {"$set": {"held": ObjectId()}}, session=tx.session
        )
        if held is None:
            raise NotFound("The import does not exist any more.")
        tx.db["import_rows"].bulk_write(
            [InsertOne(_document(import_id, held["user_id"], row)) for row in rows],
            session=tx.session,
        )

    def save_rows(self, tx: MongoTx, import_id: str, rows: Sequence[Row]) -> None:
        if rows:
            tx.db["import_rows"].bulk_write(
                [
                    UpdateOne({"_id": _row_key(import_id, row.row_id)}, {"$set": _changing(row)})
                    for row in rows
                ],
                session=tx.session,
            )

    def clear_rows(self, tx: MongoTx, import_id: str) -> None:
        tx.db["import_rows"].delete_many({"import_id": import_id, "applied": 0}, session=tx.session)

    def applied(self, tx: MongoTx, import_id: str) -> list[tuple[int, str, str]]:
        found = tx.db["import_rows"].find(
            {"import_id": import_id, "kind": "film", "film_id": {"$ne": None}, **_APPLIED},
            {"row_id": 1, "film_id": 1, "item": 1},
            session=tx.session,
        )
        return [
            (one["row_id"], one["film_id"], unpack(one["item"], Wish).ref.key)
            for one in found.sort("row_id", 1)
        ]

    def rows(self, tx: MongoTx, import_id: str, row_ids: Several[int]) -> dict[int, Row]:
        found = tx.db["import_rows"].find(
            {"import_id": import_id, "row_id": {"$in": list(row_ids)}}, session=tx.session
        )
        return {one["row_id"]: _row(one) for one in found}

    def page(
        self, tx: MongoTx, import_id: str, outcome: str | None, cursor: str | None, limit: int
    ) -> Page[Row]:
        query: dict[str, Any] = {"import_id": import_id}
        if outcome == "conflict":
            query["conflict"] = True
        elif outcome == "list":
            query["kind"] = "list"
        elif outcome is not None:
            query |= {"outcome": outcome, "kind": {"$ne": "list"}}
        total = tx.db["import_rows"].count_documents(query, session=tx.session)
        (after,) = decode_cursor(cursor, 1) or (0,)
        if not isinstance(after, int) or not 0 <= after < 2**31:
            raise Invalid.field("cursor", "is not one of this listing", "start again without it")
        found = _listed(tx, {**query, "row_id": {"$gt": after}}, 1, limit + 1)
        more = encode_cursor([found[limit - 1].row_id]) if len(found) > limit else None
        return Page(found[:limit], total, more)

    def next_rows(self, tx: MongoTx, import_id: str, after: int, limit: int) -> list[Row]:
        query = {
            "import_id": import_id,
            "row_id": {"$gt": after},
            "applied": 0,
            "outcome": {"$ne": "rejected"},
        }
        return _listed(tx, query, 1, limit)

    def last_rows(self, tx: MongoTx, import_id: str, before: int, limit: int) -> list[Row]:
        return _listed(
            tx, {"import_id": import_id, "row_id": {"$lt": before}, **_APPLIED}, -1, limit
        )

    def counts(self, tx: MongoTx, import_id: str) -> tuple[dict[str, int], int]:
        rows, counts = tx.db["import_rows"], {}
        about_films = {"import_id": import_id, "kind": {"$ne": "list"}}
        for outcome in OUTCOMES:
            count = rows.count_documents({**about_films, "outcome": outcome}, session=tx.session)
            if count:
                counts[str(outcome)] = count
        conflicts = rows.count_documents({**about_films, "conflict": True}, session=tx.session)
        return counts, conflicts

    def brought(
        self, tx: MongoTx, user_id: str, film_ids: Several[str]
    ) -> dict[str, dict[str, Any]]:
        query = {"user_id": user_id, "film_id": {"$in": list(film_ids)}, **_APPLIED}
        rows = list(tx.db["import_rows"].find(query, session=tx.session))
        imports = tx.db["imports"].find(
            {"_id": {"$in": list({row["import_id"] for row in rows})}},
            {"applied_at": 1},
            session=tx.session,
        )
        when = {one["_id"]: one["applied_at"] or "" for one in imports}
        rows.sort(key=lambda row: (when[row["import_id"]], row["import_id"], row["row_id"]))
        found: dict[str, dict[str, Any]] = {}
        for row in rows:
            did = _row(row).undo
            if isinstance(did, Undo) and did.after is not None:
                changes = differences(did.before or Kept(), did.after)
                values = found.setdefault(row["film_id"], {})
                values.update({change.field: change.after for change in changes})
        return found

    def choices(self, tx: MongoTx, user_id: str, keys: Several[str]) -> dict[str, str]:
        found = tx.db["import_choices"].find(
            {"_id": {"$in": [f"{user_id}/{key}" for key in keys]}}, session=tx.session
        )
        return {one["wording"]: one["film_id"] for one in found}

    def save_choices(self, tx: MongoTx, user_id: str, chosen: Mapping[str, str]) -> None:
        if not chosen:
            return
        hold_owner(tx, user_id)
        tx.db["import_choices"].bulk_write(
            [
                UpdateOne(
                    {"_id": f"{user_id}/{wording}"},
                    {
                        "$set": {"film_id": film_id},
                        "$setOnInsert": {"user_id": user_id, "wording": wording},
                    },
                    upsert=True,
                )
                for wording, film_id in chosen.items()
            ],
            session=tx.session,
        )

    def move_film(self, tx: MongoTx, user_id: str, film_id: str, into: str) -> None:
        for name in ("import_choices", "import_rows"):
            tx.db[name].update_many(
                {"user_id": user_id, "film_id": film_id},
                {"$set": {"film_id": into}},
                session=tx.session,
            )


def _listed(tx: MongoTx, query: Mapping[str, Any], direction: int, limit: int) -> list[Row]:
    found = tx.db["import_rows"].find(query, session=tx.session)
    return [_row(one) for one in found.sort("row_id", direction).limit(limit)]


def _row_key(import_id: str, row_id: int) -> str:
    return f"{import_id}/{row_id}"


def _document(import_id: str, user_id: str, row: Row) -> dict[str, Any]:
    return {
        "_id": _row_key(import_id, row.row_id),
        "import_id": import_id,
        "user_id": user_id,
        "row_id": row.row_id,
        "kind": row.kind,
        "item": pack(row.item),
        **_changing(row),
    }


def _changing(row: Row) -> dict[str, Any]:
    return {
        "outcome": row.outcome,
        "film_id": row.film_id,
        "conflict": row.conflict,
        "applied": row.applied,
        "decision": pack(row.decision),
        "undo": None if row.undo is None else pack(row.undo),
    }


def _import(document: Mapping[str, Any]) -> Import:
    return Import(
        **{name: document[name] for name in (*_ONCE, *_CHANGING)},
        state=unpack(document["state"], State),
    )


def _row(document: Mapping[str, Any]) -> Row:
    undo = document["undo"]
    return Row(
        row_id=document["row_id"],
        outcome=document["outcome"],
        film_id=document["film_id"],
        conflict=document["conflict"],
        applied=document["applied"],
        item=unpack(document["item"], Wish | ListWish | Rejection),
        decision=unpack(document["decision"], Decision),
        undo=None if undo is None else unpack(undo, Undo | ListUndo),
    )
