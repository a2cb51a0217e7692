"""The collections of this room: their fields and indexes."""

from cinematch.infra.mongo import Collection, Index

_STRING, _STRING_OR_NULL = {"bsonType": "string"}, {"bsonType": ["string", "null"]}
_INT, _INT_OR_NULL = {"bsonType": ["int", "long"]}, {"bsonType": ["int", "long", "null"]}
_STRINGS = {"bsonType": "array", "items": _STRING}
_PEOPLE = {
    "bsonType": "array",
    "items": {
        "bsonType": "object",
        "required": ["id", "name"],
        "properties": {"id": _STRING, "name": _STRING},
    },
}
_FACTS = {
    "tmdb_id": _INT_OR_NULL,
    "imdb_id": _STRING_OR_NULL,
    "title": _STRING,
    "title_en": _STRING_OR_NULL,
    "title_it": _STRING_OR_NULL,
    "aliases": _STRINGS,
    "year": _INT_OR_NULL,
    "runtime": _INT_OR_NULL,
    "genres": _STRINGS,
    "directors": _PEOPLE,
    "cast": _PEOPLE,
    "countries": _STRINGS,
    "languages": _STRINGS,
    "poster_path": _STRING_OR_NULL,
    "votes": _INT,
    "mean_rating": {"bsonType": ["double", "int", "long", "null"]},
    "popularity": {"bsonType": ["double", "int", "long"]},
    "sources": {"bsonType": "object"},
    "owner_user_id": _STRING_OR_NULL,
    "version": _INT,
    "updated_at": _STRING,
}
# Made by documents.derived: `links` are genre, decade, country and language, `refs` the people and
# the ids at outside sources, both as "kind:key"; `order` is what the listings sort by.
_DERIVED = {
    "title_keys": _STRINGS,
    "words": _STRINGS,
    "title_words": _STRINGS,
    "links": _STRINGS,
    "refs": _STRINGS,
    "order": {"bsonType": "object", "required": ["title", "year", "latest", "runtime", "own"]},
}

COLLECTIONS: tuple[Collection, ...] = (
    Collection(
        "movies_catalog",
        (
            Index([("tmdb_id", 1)], unique=True, where={"tmdb_id": {"$gt": 0}}),
            Index([("imdb_id", 1)], unique=True, where={"imdb_id": {"$gt": ""}}),
            Index([("owner_user_id", 1)]),
            Index([("title_keys", 1)]),
            Index([("words", 1)]),
            Index([("links", 1)]),
            Index([("refs", 1)]),
            Index([("popularity", -1), ("order.own", 1), ("order.latest", -1), ("_id", 1)]),
            Index([("order.year", 1), ("popularity", -1), ("order.own", 1), ("_id", 1)]),
            Index([("order.latest", -1), ("popularity", -1), ("order.own", 1), ("_id", 1)]),
            Index([("order.title", 1), ("_id", 1)]),
            Index(
                [
                    ("order.runtime", 1),
                    ("popularity", -1),
                    ("order.own", 1),
                    ("order.latest", -1),
                    ("_id", 1),
                ]
            ),
        ),
        {"required": [*_FACTS, *_DERIVED], "properties": {**_FACTS, **_DERIVED}},
    ),
    Collection(
        "film_words",
        (Index([("initial", 1), ("size", 1)]),),
        {"required": ["initial", "size"], "properties": {"initial": _STRING, "size": _INT}},
    ),
    Collection(
        "corrections",
        (
            Index([("film_id", 1), ("_id", -1)]),
            Index([("spread", 1), ("_id", 1)], where={"spread": False}),
        ),
        {
            "required": ["film_id", "changed_by", "changed_at", "before", "after", "spread"],
            "properties": {
                "_id": _INT,
                "film_id": _STRING,
                "changed_by": _STRING,
                "changed_at": _STRING,
                "before": {"bsonType": "object"},
                "after": {"bsonType": "object"},
                "spread": {"bsonType": "bool"},
            },
        },
    ),
    Collection("film_stamps", (), {"required": ["stamp"], "properties": {"stamp": _STRING}}),
    Collection("films_to_index", (), {"required": ["note"], "properties": {"note": _STRING}}),
)
