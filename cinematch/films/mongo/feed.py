"""Notes of changed films, for an index outside the store."""

from collections.abc import Collection, Mapping
from typing import Final

from pymongo import ReplaceOne

from cinematch.films.core.film import Film
from cinematch.films.mongo.bulk import chunks, write
from cinematch.films.mongo.documents import FILM_FIELDS, to_film
from cinematch.films.mongo.search import seen
from cinematch.films.ports import Changes
from cinematch.infra.mongo import MongoTx
from cinematch.kit.ids import new_id

_NAME: Final = "films_to_index"


def note(tx: MongoTx, film_ids: Collection[str]) -> None:
    """Note that these films have changed, or are gone."""
    mark = new_id()
    write(
        tx,
        _NAME,
        [ReplaceOne({"_id": film_id}, {"note": mark}, upsert=True) for film_id in film_ids],
    )


class MongoFilmFeed:
    """Implements `films.ports.FilmFeed`."""

    def changes(self, tx: MongoTx, limit: int) -> Changes:
        found = tx.db[_NAME].find({}, session=tx.session).limit(limit)
        notes = {one["_id"]: one["note"] for one in found}
        films = {
            document["_id"]: to_film(document)
            for chunk in chunks(notes)
            for document in tx.db["movies_catalog"].find(
                {"_id": {"$in": chunk}}, FILM_FIELDS, session=tx.session
            )
        }
        return Changes(notes, films)

    def settle(self, tx: MongoTx, notes: Mapping[str, str]) -> None:
        by_note: dict[str, list[str]] = {}
        for film_id, mark in notes.items():
            by_note.setdefault(mark, []).append(film_id)
        for mark, film_ids in by_note.items():
            for chunk in chunks(film_ids):
                tx.db[_NAME].delete_many({"_id": {"$in": chunk}, "note": mark}, session=tx.session)

    def waiting(self, tx: MongoTx) -> int:
        return tx.db[_NAME].count_documents({}, session=tx.session)

    def following(self, tx: MongoTx, film_id: str, limit: int) -> list[Film]:
        found = tx.db["movies_catalog"].find(
            {"_id": {"$gt": film_id}}, FILM_FIELDS, session=tx.session
        )
        return [to_film(document) for document in found.sort("_id", 1).limit(limit)]

    def seen(self, tx: MongoTx, user_id: str | None) -> list[str]:
        return seen(tx, user_id)
