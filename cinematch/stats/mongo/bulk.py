"""Many writes in one call, in the caller's transaction."""

from collections.abc import Sequence
from typing import Any

from pymongo.errors import OperationFailure
from pymongo.operations import DeleteMany, DeleteOne, InsertOne, ReplaceOne, UpdateOne
from pymongo.results import BulkWriteResult

from cinematch.infra.mongo import MongoTx

Write = InsertOne[dict[str, Any]] | UpdateOne | ReplaceOne[dict[str, Any]] | DeleteOne | DeleteMany

_WRITE_CONFLICT = 112


def write(tx: MongoTx, collection: str, writes: Sequence[Write]) -> BulkWriteResult | None:
    """Do all the writes, in whatever order is best; None when there are none.

    A document that somebody inserted after our look, or changed, has the store run the whole
    transaction again.
    """
    if not writes:
        return None
    return tx.db[collection].bulk_write(writes, ordered=False, session=tx.session)


def overtaken(words: str) -> OperationFailure:
    """Return the error upon which the store runs the transaction again."""
    return OperationFailure(words, _WRITE_CONFLICT, {"errorLabels": ["TransientTransactionError"]})
