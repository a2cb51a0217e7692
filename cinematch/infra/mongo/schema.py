"""What collections there are, how they are checked and indexed; each room declares its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import bson
import pymongo
from pymongo import IndexModel
from pymongo.errors import OperationFailure

from cinematch.infra.mongo.database import MongoStore
from cinematch.kit.errors import SchemaTooNew

SCHEMA_VERSION = 1
"""Of all collections together; one more with each change that older releases cannot read."""

_META = "schema"
_EXISTS = 48  # NamespaceExists
_INDEXING = 3_600.0  # seconds; a new index of a collection that is full takes its time


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
    existing = {found["name"]: found["options"] for found in store.db.list_collections()}
    for collection in collections:
        _prepare(store, collection, existing.get(collection.name))
    if known is None or known["version"] < SCHEMA_VERSION:
        # A start of many processes at once only reads: a write of each would wait for the others'.
        store.db[_META].update_one(
            {"_id": "cinematch"}, {"$max": {"version": SCHEMA_VERSION}}, upsert=True
        )


def _prepare(store: MongoStore, collection: Collection, options: Mapping[str, Any] | None) -> None:
    """Bring a collection up to date; `options` are those that it has, None when it is missing.

    What is as declared is left alone: even a change that changes nothing waits for transactions,
    and has them wait, each time that a process of the cluster starts.
    """
    validator = {"$jsonSchema": _stored(collection.schema)} if collection.schema else {}
    if options is None:
        _create(store, collection.name, validator)
    elif validator and options.get("validator") != validator:
        store.db.command("collMod", collection.name, validator=validator)
    wanted = [_model(index) for index in collection.indexes]
    if wanted and options is not None:
        present = [_told(index) for index in store.db[collection.name].list_indexes()]
        wanted = [model for model in wanted if _told(model.document) not in present]
    if wanted:
        with pymongo.timeout(_INDEXING):
            store.db[collection.name].create_indexes(wanted)


def _create(store: MongoStore, name: str, validator: Mapping[str, Any]) -> None:
    """Make a collection, unless another process that starts just now was quicker."""
    try:
        store.db.create_collection(name, validator=validator, check_exists=False)
    except OperationFailure as error:
        if error.code != _EXISTS:
            raise


def _model(index: Index) -> IndexModel:
    options: dict[str, Any] = {"unique": True} if index.unique else {}
    if index.where is not None:
        options["partialFilterExpression"] = dict(index.where)
    return IndexModel(list(index.keys), **options)


def _told(index: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what tells one index from another, as declared or as the server has it."""
    where = _stored(index.get("partialFilterExpression", {}))
    return [*index["key"].items()], bool(index.get("unique")), where


def _stored(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document as the server gives it back: lists for tuples, plain dictionaries."""
    return bson.decode(bson.encode(document))
