"""Everything that is in MongoDB, as records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from bson.errors import InvalidDocument
from pymongo.errors import BulkWriteError, DocumentTooLarge, DuplicateKeyError

from cinematch.diary.ports import EntriesRepository
from cinematch.films.ports import FilmsRepository
from cinematch.infra.mongo import MongoStore, MongoTx, refusals
from cinematch.kit.errors import Conflict
from cinematch.ops.core.shelves import MARK, SHELVES, Record, Shelf, entry_of, film_of
from cinematch.ops.mongo.forms import FORMS, Document, Form, plain_document, plain_record

_CHUNK = 500
_BESIDE = ("film_words", "film_stamps")
_STAMP = "films.starter"
"""Which starter catalogue was loaded: a setting in SQLite, a collection of its own here."""
_REFUSED = (BulkWriteError, DocumentTooLarge, DuplicateKeyError, InvalidDocument)


class MongoShelves:
    """Implements `ops.ports.Shelves`. Films and entries are saved as their rooms save them.

    Args:
        store: the database, its collections prepared.
        films, entries: the repositories of these rooms in MongoDB.
        forms: by table, where a room keeps a record in a form of its own (beside `forms.FORMS`).
        place: gives every event its place before the store is read.
    """

    def __init__(
        self,
        store: MongoStore,
        films: FilmsRepository,
        entries: EntriesRepository,
        forms: Mapping[str, Form],
        place: Callable[[], None],
    ) -> None:
        self._store = store
        self._films = films
        self._entries = entries
        self._forms = {**FORMS, **forms}
        self._place = place

    @property
    def title(self) -> str:
        """The database's name; the address may hold a password."""
        return f"the MongoDB database {self._store.db.name}"

    def settle(self) -> None:
        """Give every event its place."""
        self._place()

    def counts(self) -> dict[str, int]:
        """Return how many records each shelf holds."""
        return {
            shelf.table: self._store.snapshot(lambda tx, one=shelf: self._count(tx, one))  # type: ignore[misc]
            for shelf in SHELVES
        }

    def records(self, shelf: Shelf) -> Iterator[list[Record]]:
        """Yield a shelf's records some at a time, as the server comes upon them."""
        with refusals():
            found = iter(self._store.db[shelf.collection].find({}, batch_size=_CHUNK))
            while some := list(islice(found, _CHUNK)):
                records = [self._record(shelf, one) for one in some]
                yield [one for one in records if not _is_mark(shelf, one)]
        if shelf.table != "settings":
            return
        if (stamp := self._store.snapshot(self._films.stamp)) is not None:
            yield [{"name": _STAMP, "value": stamp}]

    def write(self, shelf: Shelf, records: Sequence[Record]) -> None:
        """Insert records in one transaction."""
        if not records:
            return
        try:
            self._store.transact(lambda tx: self._write(tx, shelf, records))
        except _REFUSED as error:
            raise Conflict(f"MongoDB does not take a record of {shelf.table}: {error}.") from error

    def clear(self) -> None:
        """Remove everything but the mark."""
        names = [shelf.collection for shelf in reversed(SHELVES) if shelf.table != "settings"]
        for name in (*names, *_BESIDE):
            # Not one transaction: a collection may be too large for it, and the mark stays.
            while self._store.transact(lambda tx, one=name: _remove_some(tx, one)):  # type: ignore[misc]
                pass
        self._store.transact(
            lambda tx: tx.db["settings"].delete_many({"_id": {"$ne": MARK}}, session=tx.session)
        )

    def marked(self) -> bool:
        """Whether the mark is set."""
        return self._store.snapshot(
            lambda tx: tx.db["settings"].find_one({"_id": MARK}, session=tx.session) is not None
        )

    def mark(self, *, being_filled: bool) -> None:
        """Set or remove the mark."""

        def work(tx: MongoTx) -> None:
            if being_filled:
                tx.db["settings"].replace_one(
                    {"_id": MARK}, {"name": MARK, "value": True}, upsert=True, session=tx.session
                )
            else:
                tx.db["settings"].delete_one({"_id": MARK}, session=tx.session)

        self._store.transact(work)

    def _record(self, shelf: Shelf, document: Document) -> Record:
        form = self._forms.get(shelf.table)
        record = plain_record(shelf, document)
        return form.to_record(record, document) if form else record

    def _document(self, shelf: Shelf, record: Record) -> Document:
        form = self._forms.get(shelf.table)
        document = plain_document(shelf, record)
        return form.to_document(document, record) if form else document

    def _write(self, tx: MongoTx, shelf: Shelf, records: Sequence[Record]) -> None:
        if shelf.table == "movies_catalog":
            self._films.save(tx, [film_of(record) for record in records])
            return
        if shelf.table == "movies":
            self._entries.save(tx, *[entry_of(record) for record in records])
            _note_data(tx, {record["user_id"] for record in records})
            return
        if shelf.table == "settings":
            records = self._without_stamp(tx, records)
        documents = [self._document(shelf, record) for record in records]
        if documents:
            tx.db[shelf.collection].insert_many(documents, session=tx.session)

    def _without_stamp(self, tx: MongoTx, records: Sequence[Record]) -> list[Record]:
        """Write the stamp where it is kept here, and return the other settings."""
        for record in records:
            if record["name"] == _STAMP:
                self._films.save_stamp(tx, record["value"])
        return [record for record in records if record["name"] != _STAMP]

    def _count(self, tx: MongoTx, shelf: Shelf) -> int:
        query = {"_id": {"$ne": MARK}} if shelf.table == "settings" else {}
        count = tx.db[shelf.collection].count_documents(query, session=tx.session)
        if shelf.table == "settings":
            return count + (self._films.stamp(tx) is not None)
        return count


def _is_mark(shelf: Shelf, record: Record) -> bool:
    return shelf.table == "settings" and record["name"] == MARK


def _note_data(tx: MongoTx, user_ids: set[str]) -> None:
    tx.db["users"].update_many(
        {"_id": {"$in": sorted(user_ids)}, "has_data": False},
        {"$set": {"has_data": True}},
        session=tx.session,
    )


def _remove_some(tx: MongoTx, name: str) -> int:
    found = tx.db[name].find({}, {"_id": 1}, session=tx.session).limit(_CHUNK)
    ids = [one["_id"] for one in found]
    if ids:
        tx.db[name].delete_many({"_id": {"$in": ids}}, session=tx.session)
    return len(ids)
