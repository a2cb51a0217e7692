"""Many writes in one call, and ids in portions."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any, TypeVar

from pymongo import InsertOne, ReplaceOne, UpdateOne
from pymongo.errors import BulkWriteError, DuplicateKeyError, OperationFailure

from cinematch.infra.mongo import MongoTx

T = TypeVar("T")
Write = InsertOne[dict[str, Any]] | ReplaceOne[dict[str, Any]] | UpdateOne

_CHUNK = 100
_TAKEN, _OVERTAKEN = 11000, 112


def chunks(ids: Collection[T]) -> Iterator[list[T]]:
    """Yield the ids, each once, in portions for `$in`."""
    known = list(dict.fromkeys(ids))
    for start in range(0, len(known), _CHUNK):
        yield known[start : start + _CHUNK]


def insert(tx: MongoTx, collection: str, documents: Sequence[dict[str, Any]]) -> None:
    """Insert all documents in one call; see `write`."""
    write(tx, collection, [InsertOne(document) for document in documents])


def write(tx: MongoTx, collection: str, writes: Sequence[Write]) -> None:
    """Do all the writes in one call, in their order.

    Raises:
        DuplicateKeyError: somebody took a unique key after our look; the store runs the
            transaction again.
        OperationFailure: somebody wrote one of the documents after our look; likewise.
    """
    if not writes:
        return
    try:
        tx.db[collection].bulk_write(writes, session=tx.session)
    except BulkWriteError as error:
        # In order: there is one error, and nothing was tried after it.
        wrong = (error.details["writeErrors"] or [{}])[0]
        if wrong.get("code") == _TAKEN:
            raise DuplicateKeyError(wrong["errmsg"], _TAKEN, wrong) from error
        if wrong.get("code") == _OVERTAKEN:
            labels = {**wrong, "errorLabels": ["TransientTransactionError"]}
            raise OperationFailure(wrong["errmsg"], _OVERTAKEN, labels) from error
        raise
