"""The described system's collections and indexes are there, under their names (T67 to T114)."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from cinematch.accounts import mongo as accounts
from cinematch.diary import mongo as diary
from cinematch.films import mongo as films
from cinematch.infra.mongo import MongoStore
from cinematch.stats import mongo as stats
from tests.support.mongo import MongoServer, fresh_store

ROOMS = (accounts, films, diary, stats)
SEARCHED = [
    ("movies", [("user_id", 1)]),
    ("movies", [("user_id", 1), ("rating", -1)]),
    ("movies", [("user_id", 1), ("last_watched", -1)]),
    ("movies_catalog", [("title_keys", 1)]),
    ("user_affinities", [("user_id", 1), ("type", 1), ("count", -1)]),
]
"""What is looked for by an index that begins with it."""


@pytest.fixture(scope="module")
def store(mongo_server: MongoServer) -> Iterator[MongoStore]:
    with prepared(mongo_server) as made:
        yield made


@contextmanager
def prepared(server: MongoServer) -> Iterator[MongoStore]:
    with fresh_store(server, [one for room in ROOMS for one in room.COLLECTIONS]) as made:
        yield made


def indexes(store: MongoStore, name: str) -> list[Mapping[str, Any]]:
    return list(store.db[name].index_information().values())


@pytest.mark.parametrize(("name", "keys"), SEARCHED)
def test_an_index_begins_with_what_is_looked_for(
    store: MongoStore, name: str, keys: list[tuple[str, int]]
) -> None:
    found = [list(index["key"])[: len(keys)] for index in indexes(store, name)]
    assert keys in found


@pytest.mark.parametrize(
    ("name", "field"), [("users", "username_key"), ("user_stats", "user_id"), ("movies", "_id")]
)
def test_what_is_there_once_is_unique(store: MongoStore, name: str, field: str) -> None:
    """`username_key` is the name without case; a film of a user has the key `user/film`."""
    unique = [
        list(index["key"])
        for index in indexes(store, name)
        if index.get("unique") or list(index["key"]) == [("_id", 1)]
    ]
    assert [(field, 1)] in unique


def test_collections_have_the_described_names(store: MongoStore) -> None:
    described = {
        "users", "movies", "movies_catalog", "user_stats", "user_affinities", "global_stats",
    }  # fmt: skip
    assert described <= set(store.db.list_collection_names())


def test_an_account_says_whether_it_has_films(store: MongoStore) -> None:
    options = next(store.db.list_collections(filter={"name": "users"}))["options"]
    schema = options["validator"]["$jsonSchema"]
    assert "has_data" in schema["required"]
    assert schema["properties"]["has_data"] == {"bsonType": "bool"}
