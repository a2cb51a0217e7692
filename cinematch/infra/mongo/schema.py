"""What collections there are, how they are checked and indexed; each room declares its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import IndexModel

from cinematch.infra.mongo.database import MongoStore
from cinematch.kit.errors import SchemaTooNew

SCHEMA_VERSION = 1
"""Of all collections together; one more with each change that older releases cannot read."""

_META = "schema"


@dataclass(frozen=True)
class Index:
    """One index: `keys` are (field, 1 or -1) in order."""

    keys: Sequence[tuple[str, int]]
    unique: bool = False
    where: Mapping[str, Any] | None = None
    """A partial index: only documents that match this filter are in it."""


@dataclass(frozen=True)
class Collection:
    """One collection as its room declares it."""

    name: str
    indexes: Sequence[Index] = ()
    schema: Mapping[str, Any] = field(default_factory=dict)
    """A `$jsonSchema` that every document must meet."""


def prepare(store: MongoStore, collections: Sequence[Collection]) -> None:
    """Make what is missing, and bring validators and indexes up to date; twice is harmless.

    Collections are made before any transaction needs them.

    Raises:
        SchemaTooNew: a later release wrote this database.
        StoreBusy: the server does not answer.
    """
    known = store.db[_META].find_one({"_id": "cinematch"})
    if known and known["version"] > SCHEMA_VERSION:
        raise SchemaTooNew(
            f"The database was written by a later release (schema {known['version']}; this one "
            f"knows {SCHEMA_VERSION}). Install that release or a newer one."
        )
    existing = set(store.db.list_collection_names())
    for collection in collections:
        _prepare(store, collection, new=collection.name not in existing)
    store.db[_META].update_one(
        {"_id": "cinematch"}, {"$max": {"version": SCHEMA_VERSION}}, upsert=True
    )


def _prepare(store: MongoStore, collection: Collection, *, new: bool) -> None:
    validator = {"$jsonSchema": dict(collection.schema)} if collection.schema else {}
    if new:
        store.db.create_collection(collection.name, validator=validator, check_exists=False)
    elif validator:
        store.db.command("collMod", collection.name, validator=validator)
    models = [_model(index) for index in collection.indexes]
    if models:
        store.db[collection.name].create_indexes(models)


def _model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"unique": True} if index.unique else {}
    if index.where is not None:
        options["partialFilterExpression"] = dict(index.where)
    return IndexModel(list(index.keys), **options)
