"""Collections with a document of sums per key: adding to many of them, or replacing them all.

A sum that falls is read before, in the same transaction: what comes to zero is deleted in its
place, and what is below zero says so. All else is added to unread.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Any, Final, NamedTuple

from pymongo.operations import DeleteMany, DeleteOne, InsertOne, UpdateOne

from cinematch.infra.mongo import MongoTx
from cinematch.stats.mongo.bulk import Write, write

_CHUNK: Final = 1_000
"""Documents in one answer: the driver's own measure would be asked for ten times as often."""


class Row(NamedTuple):
    """What is added to one document.

    Attributes:
        id: the `_id`.
        amounts: what comes to each sum.
        identity: fields that say which document it is, written with a new one.
        shown: fields that are written anew each time.
    """

    id: str
    amounts: Sequence[int]
    identity: Mapping[str, Any]
    shown: Mapping[str, Any]


@dataclass(frozen=True)
class Sums:
    """A collection whose documents hold the sums named."""

    collection: str
    fields: tuple[str, ...]

    def add(
        self,
        tx: MongoTx,
        rows: Sequence[Row],
        suspects: Iterable[str] = (),
        also: Sequence[Write] = (),
    ) -> set[str]:
        """Add the rows and return the ids of documents below zero afterwards.

        Args:
            tx: the caller's transaction.
            rows: one for each document.
            suspects: documents that were below zero.
            also: writes to other documents of the collection, done in the same call.
        """
        careful = {row.id for row in rows if min(row.amounts) < 0}.union(suspects)
        known = self._read(tx, careful)
        below = {key for key, sums in known.items() if min(sums) < 0}
        writes: list[Write] = list(also)
        for row in rows:
            if row.id in careful:
                writes.append(self._changed(row, known.get(row.id), below))
            else:
                writes.append(UpdateOne({"_id": row.id}, self._increments(row), upsert=True))
        write(tx, self.collection, writes)
        return below

    def replace(self, tx: MongoTx, of: Mapping[str, Any], rows: Iterable[Row]) -> None:
        """Make the documents that match `of` these; write only those that differ."""
        gone, writes = dict(self._documents(tx, of)), list[Write]()
        for row in rows:
            wanted = self._document(row)
            known = gone.pop(row.id, None)
            if known is None:
                writes.append(InsertOne({"_id": row.id, **wanted}))
            elif known != wanted:
                writes.append(UpdateOne({"_id": row.id}, {"$set": wanted, **_unflag(wanted)}))
        keys = list(gone)
        for start in range(0, len(keys), _CHUNK):
            writes.append(DeleteMany({"_id": {"$in": keys[start : start + _CHUNK]}}))
        write(tx, self.collection, writes)

    def below_zero(self, tx: MongoTx, **of: object) -> list[dict[str, Any]]:
        """Return the documents with a sum below zero, by their keys."""
        found = tx.db[self.collection].find({**of, "below_zero": True}, session=tx.session)
        return sorted(found, key=lambda document: str(document["_id"]))

    def _read(self, tx: MongoTx, keys: Collection[str]) -> dict[str, list[int]]:
        wanted = list(keys)
        found: dict[str, list[int]] = {}
        for start in range(0, len(wanted), _CHUNK):
            documents = tx.db[self.collection].find(
                {"_id": {"$in": wanted[start : start + _CHUNK]}},
                dict.fromkeys(self.fields, 1),
                batch_size=_CHUNK,
                session=tx.session,
            )
            for document in documents:
                found[document["_id"]] = [document[name] for name in self.fields]
        return found

    def _documents(
        self, tx: MongoTx, of: Mapping[str, Any]
    ) -> Iterator[tuple[str, dict[str, Any]]]:
        found = tx.db[self.collection].find(of, batch_size=_CHUNK, session=tx.session)
        for document in found:
            yield document.pop("_id"), document

    def _document(self, row: Row) -> dict[str, Any]:
        sums = dict(zip(self.fields, row.amounts, strict=True))
        flag = {"below_zero": True} if min(row.amounts) < 0 else {}
        return {**row.identity, **row.shown, **sums, **flag}

    def _increments(self, row: Row) -> dict[str, Any]:
        """Return the update; a new document has all its sums."""
        moved, still = {}, dict(row.identity)
        for name, amount in zip(self.fields, row.amounts, strict=True):
            if amount:
                moved[name] = amount
            else:
                still[name] = 0
        update: dict[str, Any] = {"$inc": moved, "$setOnInsert": still}
        if row.shown:
            update["$set"] = row.shown
        return update

    def _changed(self, row: Row, known: list[int] | None, below: set[str]) -> Write:
        """Return what becomes of a document that was read, and keep `below` right."""
        sums = list(row.amounts) if known is None else list(map(add, known, row.amounts))
        below.discard(row.id)
        if not any(sums):
            return DeleteOne({"_id": row.id})
        update = self._increments(row)
        if min(sums) < 0:
            below.add(row.id)
            update["$set"] = {**row.shown, "below_zero": True}
        elif known is not None and min(known) < 0:
            update["$unset"] = {"below_zero": ""}
        return UpdateOne({"_id": row.id}, update, upsert=True)


def _unflag(wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {} if "below_zero" in wanted else {"$unset": {"below_zero": ""}}
