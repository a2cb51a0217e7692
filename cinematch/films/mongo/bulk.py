"""Many writes in one call, and ids in portions."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from pymongo import InsertOne, ReplaceOne, UpdateOne

from cinematch.infra.mongo import MongoTx

T = TypeVar("T")
Write = InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]] | UpdateOne

_CHUNK = 100


def chunks(ids: Collection[T]) -> Iterator[list[T]]:
    """Yield the ids, each once, in portions for `$in`."""
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), _CHUNK):
        yield known[start : start + _CHUNK]


def write(tx: MongoTx, collection: str, writes: Sequence[Write]) -> None:
    """Do all the writes in one call, in their order."""
    if writes:
        tx.db[collection].bulk_write(writes, session=tx.session)
