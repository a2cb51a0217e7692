"""Both stores of an installation, opened to carry everything from one into the other."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from cinematch.bootstrap.cluster import needed
from cinematch.diary.sqlite import SqliteEntries
from cinematch.films.sqlite import SqliteFilms
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.errors import CineMatchError, Invalid
from cinematch.ops.service.moving import MovingService
from cinematch.ops.sqlite import SqliteShelves
from cinematch.settings import Settings

if TYPE_CHECKING:
    from cinematch.infra.mongo import Collection, MongoStore
    from cinematch.ops.mongo import Form, MongoShelves

Target = Literal["mongo", "sqlite"]
_log = logging.getLogger(__name__)


@contextmanager
def moving(settings: Settings, to: Target) -> Iterator[MovingService]:
    """Open the data folder and MONGODB_URL, and yield what moves from one into the other.

    Models' files, which no shelf holds, are carried over at the end.

    Raises:
        Invalid: MONGODB_URL is not set or cannot be used, or what a cluster needs is not installed.
        StoreBusy: the database server does not answer.
        StoreFull, SchemaTooNew: as `open_database`.
    """
    if settings.mongodb is None:
        raise Invalid("Say in MONGODB_URL which database is meant.")
    with needed():
        store = prepared_mongo(settings.mongodb)
    try:
        database = open_database(settings.data_dir)
        try:
            yield service(database, store, to)
            _carry_models(settings, store, to)
        finally:
            database.close()
    finally:
        store.close()


def service(database: Database, store: "MongoStore", to: Target) -> MovingService:
    """Return what moves between two stores that are open."""
    embedded = SqliteShelves(database, str(database.path), SqliteFilms(), SqliteEntries())
    cluster = mongo_shelves(store)
    return MovingService(embedded, cluster) if to == "mongo" else MovingService(cluster, embedded)


def _carry_models(settings: Settings, store: "MongoStore", to: Target) -> None:
    """Take models' files along; one that cannot be read or kept is trained anew some day."""
    from cinematch.recommender.files import FolderModelFiles
    from cinematch.recommender.mongo import MongoModelFiles

    folder = FolderModelFiles(settings.data_dir / "models")
    kept = MongoModelFiles(store, folder)
    for version in folder.versions() if to == "mongo" else kept.versions():
        try:
            model = kept.load(version)
            if to == "mongo":
                kept.put(model)
        except CineMatchError as refusal:
            _log.warning("The model %s stays behind: %s", version, refusal.detail)


def prepared_mongo(url: str) -> "MongoStore":
    """Connect, and make the collections that are missing."""
    from cinematch.infra.mongo import open_mongo, prepare, refusals

    store = open_mongo(url)
    with refusals():
        prepare(store, collections())
    return store


def collections() -> "list[Collection]":
    """Return the collections of all rooms."""
    from cinematch.accounts import mongo as accounts
    from cinematch.audit import mongo as audit
    from cinematch.diary import mongo as diary
    from cinematch.events import mongo as events
    from cinematch.films import mongo as films
    from cinematch.infra.mongo import leases, replies
    from cinematch.lake import mongo as lake
    from cinematch.lists import mongo as lists
    from cinematch.notifications import mongo as notifications
    from cinematch.ops import mongo as ops
    from cinematch.recommender import mongo as recommender
    from cinematch.stats import mongo as stats
    from cinematch.transfer import mongo as transfer

    rooms = (
        accounts, films, diary, events, leases, replies, lists, transfer, stats, notifications,
        audit, lake, recommender, ops,
    )  # fmt: skip
    return [collection for room in rooms for collection in room.COLLECTIONS]


def mongo_shelves(store: "MongoStore") -> "MongoShelves":
    """Return the records of a database in MongoDB."""
    from cinematch.diary.mongo import MongoEntries
    from cinematch.events.mongo import MongoOutbox
    from cinematch.films.mongo import MongoFilms
    from cinematch.ops.mongo import MongoShelves

    outbox = MongoOutbox()
    return MongoShelves(store, MongoFilms(), MongoEntries(), _forms(), lambda: outbox.place(store))


def _forms() -> "dict[str, Form]":
    """Return how rooms keep what the operator's room cannot know."""
    from cinematch.events.mongo import lane_of
    from cinematch.events.mongo.outbox import key_of
    from cinematch.lake.core import FileName
    from cinematch.ops.mongo import Form

    def event(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
        user_id = record["user_id"]
        return {**document, "_id": key_of(user_id, record["seq"]), "lane": lane_of(user_id)}

    def waiting(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
        return {**document, "day": FileName.read(record["name"]).day}

    return {
        "outbox": Form(event, lambda record, _: record),
        "lake_waiting": Form(waiting, lambda record, _: record),
        "user_stats": _figures_form(),
        "recommender_jobs": _text_form("options", "result"),
        "recommender_messages": _text_form("data"),
        "models": _text_form("manifest"),
    }


def _text_form(*names: str) -> "Form":
    """Return the form of fields that are JSON text in MongoDB, too."""
    from cinematch.ops.mongo import Form

    def to_document(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
        texts = {
            name: msgspec.json.encode(record[name]).decode()
            for name in names
            if record[name] is not None
        }
        return document | texts

    def to_record(record: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        parsed = {
            name: msgspec.json.decode(record[name]) for name in names if record[name] is not None
        }
        return record | parsed

    return Form(to_document, to_record)


def _figures_form() -> "Form":
    from cinematch.ops.mongo import Form
    from cinematch.stats.core.delta import SCALARS
    from cinematch.stats.mongo.keys import field_of, key_of

    def to_document(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
        given = {name: value for name, value in document.items() if value is not None}
        counters = {
            kind: {field_of(key): value for key, value in fields.items()}
            for kind, fields in record["counters"].items()
        }
        values = [value for fields in counters.values() for value in fields.values()]
        below = min(values + [record[name] for name in SCALARS]) < 0
        return {**given, "counters": counters, **({"below_zero": True} if below else {})}

    def to_record(record: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        counters = {
            kind: {key_of(name): value for name, value in fields.items()}
            for kind, fields in (record["counters"] or {}).items()
            if fields
        }
        scalars = {name: record[name] or 0 for name in SCALARS}
        return {**record, **scalars, "counters": counters}

    return Form(to_document, to_record)
