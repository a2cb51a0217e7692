"""Users' films in MongoDB: one document each in `movies`, with its viewings and tags inside.

Beside what an entry says, a document holds what listings need of it, derived when it is saved:
`sort_title`, `directors` and `actors` (the ids of those who count in the figures), `watch_count`,
`last_watched`, and the weekday of each viewing.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec
from pymongo import InsertOne, ReplaceOne

from cinematch.diary.core import Entry
from cinematch.events.core import FilmFacts, Image, Watch
from cinematch.infra.mongo import Collection, Index, MongoTx

_TEXT: Final = {"bsonType": "string"}
_TEXT_OR_NULL: Final = {"bsonType": ["string", "null"]}
_NUMBER: Final = {"bsonType": ["int", "long"], "minimum": 0}
_NUMBER_OR_NULL: Final = {"bsonType": ["int", "long", "null"]}
_FLAG: Final = {"bsonType": "bool"}
_TEXTS: Final = {"bsonType": "array", "items": _TEXT}

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "movies",
        (
            Index([("film_id", 1), ("user_id", 1)]),
            Index([("user_id", 1), ("rating", -1), ("film_id", 1)]),
            Index([("user_id", 1), ("last_watched", -1), ("film_id", 1)]),
            Index([("user_id", 1), ("added_at", -1), ("film_id", 1)]),
            Index([("user_id", 1), ("directors", 1)]),
            Index([("user_id", 1), ("actors", 1)]),
        ),
        {
            "bsonType": "object",
            "required": [
                "user_id", "film_id", "facts", "rating", "liked", "watchlist", "tags", "watches",
                "title", "watch_count", "last_watched", "added_at", "updated_at", "version", "seq",
            ],
            "properties": {
                "user_id": _TEXT,
                "film_id": _TEXT,
                "facts": {"bsonType": "object", "required": ["film_id", "title"]},
                "rating": {"bsonType": ["int", "long", "null"], "minimum": 1, "maximum": 10},
                "liked": _FLAG,
                "watchlist": _FLAG,
                "watchlist_added_at": _TEXT_OR_NULL,
                "tags": _TEXTS,
                "review": _TEXT_OR_NULL,
                "watches": {
                    "bsonType": "array",
                    "items": {
                        "bsonType": "object",
                        "required": ["watch_id", "date", "rewatch"],
                        "properties": {
                            "watch_id": _TEXT,
                            "date": _TEXT,
                            "rewatch": _FLAG,
                            "context": _TEXT_OR_NULL,
                            "source": _TEXT_OR_NULL,
                        },
                    },
                },
                "title": _TEXT,
                "year": _NUMBER_OR_NULL,
                "runtime": _NUMBER_OR_NULL,
                "watch_count": _NUMBER,
                "last_watched": _TEXT_OR_NULL,
                "added_at": _TEXT,
                "rated_at": _TEXT_OR_NULL,
                "updated_at": _TEXT,
                "version": _NUMBER,
                "seq": _NUMBER,
                "import_id": _TEXT_OR_NULL,
                "directors": _TEXTS,
                "actors": _TEXTS,
            },
        },
    ),
)  # fmt: skip

_KEPT: Final = (
    "user_id", "film_id", "rating", "liked", "watchlist", "watchlist_added_at", "review",
    "added_at", "rated_at", "updated_at", "version", "seq", "import_id",
)  # fmt: skip
_FIELDS: Final = dict.fromkeys((*_KEPT, "facts", "tags", "watches"), 1)
_CHUNK = 1_000
_DIRECTORS, _ACTORS = 2, 5  # who counts in the figures (stats.core.delta)
# SQLite's NOCASE, which the order of titles goes by, folds these letters only.
_FOLD: Final = {ord(letter): letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


class MongoEntries:
    """Implements `diary.ports.EntriesRepository`."""

    def get(self, tx: MongoTx, user_id: str, film_id: str) -> Entry | None:
        return self.get_many(tx, user_id, [film_id]).get(film_id)

    def get_many(self, tx: MongoTx, user_id: str, film_ids: Sequence[str]) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for start in range(0, len(film_ids), _CHUNK):
            keys = [_key(user_id, film_id) for film_id in film_ids[start : start + _CHUNK]]
            for document in tx.db.movies.find({"_id": {"$in": keys}}, _FIELDS, session=tx.session):
                found[document["film_id"]] = _entry(document)
        return found

    def save(self, tx: MongoTx, *entries: Entry) -> None:
        if not entries:
            return
        documents = [_document(entry) for entry in entries]
        # An entry of version 1 is new: there is nothing that it would have to replace.
        tx.db.movies.bulk_write(
            [
                ReplaceOne({"_id": document["_id"]}, document, upsert=True)
                if document["version"] > 1
                else InsertOne(document)
                for document in documents
            ],
            session=tx.session,
        )
        for user_id in {entry.user_id for entry in entries if entry.version <= 1}:
            tx.db.users.update_one(
                {"_id": user_id, "has_data": False},
                {"$set": {"has_data": True}},
                session=tx.session,
            )

    def delete(self, tx: MongoTx, user_id: str, film_id: str) -> None:
        tx.db.movies.delete_one({"_id": _key(user_id, film_id)}, session=tx.session)

    def of_user(self, tx: MongoTx, user_id: str) -> Iterator[Entry]:
        found = tx.db.movies.find(
            # The character after the slash ends the keys that begin with this user.
            {"_id": {"$gt": _key(user_id, ""), "$lt": f"{user_id}0"}, "user_id": user_id},
            _FIELDS,
            sort=[("_id", 1)],
            session=tx.session,
        )
        return map(_entry, found)

    def images_of(self, tx: MongoTx, user_id: str) -> Iterator[Image]:
        return (entry.image for entry in self.of_user(tx, user_id))

    def users_with(self, tx: MongoTx, film_id: str, after_user_id: str, limit: int) -> list[str]:
        found = tx.db.movies.find(
            {"film_id": film_id, "user_id": {"$gt": after_user_id}},
            {"_id": 0, "user_id": 1},
            sort=[("user_id", 1)],
            limit=limit,
            session=tx.session,
        )
        return [document["user_id"] for document in found]


def _key(user_id: str, film_id: str) -> str:
    return f"{user_id}/{film_id}"


def _document(entry: Entry) -> dict[str, Any]:
    facts = entry.facts
    return {
        "_id": _key(entry.user_id, entry.film_id),
        **{name: getattr(entry, name) for name in _KEPT},
        "facts": msgspec.to_builtins(facts),
        "tags": list(entry.tags),
        "watches": [_watch_document(watch) for watch in entry.watches],
        "title": facts.title,
        "year": facts.year,
        "runtime": facts.runtime,
        "watch_count": len(entry.watches),
        "last_watched": entry.last_watched,
        "sort_title": facts.title.translate(_FOLD),
        "directors": [person.id for person in facts.directors[:_DIRECTORS]],
        "actors": [person.id for person in facts.cast[:_ACTORS]],
    }


def _watch_document(watch: Watch) -> dict[str, Any]:
    known_day = len(watch.date) == len("2024-05-17")
    return {
        "watch_id": watch.watch_id,
        "date": watch.date,
        "rewatch": watch.rewatch,
        "context": watch.context,
        "source": watch.source,
        "weekday": date.fromisoformat(watch.date).isoweekday() if known_day else None,
    }


def _entry(document: dict[str, Any]) -> Entry:
    return Entry(
        **{name: document[name] for name in _KEPT},
        facts=msgspec.convert(document["facts"], FilmFacts),
        tags=tuple(document["tags"]),
        watches=tuple(
            Watch(w["watch_id"], w["date"], w["rewatch"], w["context"], w["source"])
            for w in document["watches"]
        ),
    )
