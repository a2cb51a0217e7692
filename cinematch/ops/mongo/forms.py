"""Where a document is not simply its record: both ways, by table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cinematch.ops.core.shelves import Record, Shelf
from cinematch.transfer.core.packing import pack, unpack

Document = dict[str, Any]

_WATCH = ("watch_id", "date", "rewatch", "context", "source")
_STANDING = "standing"


@dataclass(frozen=True)
class Form:
    """What remains to be done after the plain translation."""

    to_document: Callable[[Document, Record], Document]
    """`(plain document, record)`: the document to write."""
    to_record: Callable[[Record, Document], Record]
    """`(plain record, document)`: the record that is meant."""


def plain_document(shelf: Shelf, record: Record) -> Document:
    """Return the fields under their own names, with the key as `_id`."""
    key = shelf.key_of(record)
    document: Document = {"_id": key[0] if len(key) == 1 else "/".join(map(str, key))}
    left_out = shelf.keys if shelf.bare else ()
    return document | {name: record[name] for name in shelf.fields if name not in left_out}


def plain_record(shelf: Shelf, document: Document) -> Record:
    """Return the fields of the shelf; a key that is no field is `_id`."""
    record = {name: _plain(document.get(name)) for name in shelf.fields}
    if len(shelf.keys) == 1 and shelf.keys[0] not in document:
        record[shelf.keys[0]] = _plain(document["_id"])
    return record


def sums_form(*names: str) -> Form:
    """Return the form of sums, one of which below zero is told by a flag."""

    def to_document(document: Document, record: Record) -> Document:
        below = any(record[name] < 0 for name in names)
        return {**document, "below_zero": True} if below else document

    return Form(to_document, lambda record, _: record)


def _plain(value: Any) -> Any:
    """Return a value without the types that the driver has for the long ones of their kind."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    return value


def _packed(*names: str) -> Form:
    def to_document(document: Document, record: Record) -> Document:
        return document | {name: record[name] and pack(record[name]) for name in names}

    def to_record(record: Record, _: Document) -> Record:
        return record | {name: record[name] and unpack(record[name]) for name in names}

    return Form(to_document, to_record)


def _film_record(record: Record, _: Mapping[str, Any]) -> Record:
    people = {
        name: [[person["id"], person["name"]] for person in record[name]]
        for name in ("directors", "cast")
    }
    return {**record, **people}


def _entry_record(record: Record, _: Mapping[str, Any]) -> Record:
    watches = [{name: watch[name] for name in _WATCH} for watch in record["watches"]]
    return {**record, "watches": watches}


def _as_it_is(document: Document, _: Mapping[str, Any]) -> Document:
    return document


FORMS: Mapping[str, Form] = {
    "users": Form(lambda document, _: {**document, "has_data": False}, _as_it_is),
    "movies_catalog": Form(_as_it_is, _film_record),
    "movies": Form(_as_it_is, _entry_record),
    "imports": _packed("state"),
    "import_rows": _packed("item", "decision", "undo"),
    "user_affinities": sums_form("count", "rated", "sum_half_stars"),
    "film_stats": sums_form("watched", "rated", "sum_half_stars", "liked"),
    "trend_days": sums_form("value"),
    "stat_moves": Form(
        lambda document, record: {**document, "payload": record["payload"].encode()},
        lambda record, _: {**record, "payload": bytes(record["payload"]).decode()},
    ),
    "community_standing": Form(
        lambda document, _: {**document, "_id": _STANDING},
        lambda record, _: {**record, "one": 1},
    ),
    "global_stats": Form(
        lambda document, record: {
            **record["document"], "_id": document["_id"], "type": record["type"],
        },
        lambda record, document: {
            "type": record["type"],
            "document": _plain({k: v for k, v in document.items() if k not in {"_id", "type"}}),
        },
    ),
}  # fmt: skip
