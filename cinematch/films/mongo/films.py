"""The films themselves and their people."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pymongo import InsertOne, ReplaceOne, UpdateOne

from cinematch.events.core import FilmFacts
from cinematch.films.core.catalogue import Facet, FilmCard, FilmQuery, PersonFigures
from cinematch.films.core.film import Film
from cinematch.films.core.matching import Namesake
from cinematch.films.core.searching import likest
from cinematch.films.mongo.bulk import Write, chunks, write
from cinematch.films.mongo.cards import cards_of
from cinematch.films.mongo.corrections import Corrections, forget_corrections
from cinematch.films.mongo.documents import (
    FACTS_FIELDS,
    FILM_FIELDS,
    NAMESAKE_FIELDS,
    derived,
    to_document,
    to_facts,
    to_film,
    to_namesake,
)
from cinematch.films.mongo.feed import note
from cinematch.films.mongo.search import alike_ids, search, visible
from cinematch.films.mongo.words import forget, learn
from cinematch.infra.mongo import MongoTx
from cinematch.infra.mongo.owners import hold_owner
from cinematch.kit.paging import Page

_COMPARED = 400
_BATCH = 500
_STARTER = "starter"
_FACET_KINDS = (
    ("genres", "genre"),
    ("decades", "decade"),
    ("countries", "country"),
    ("languages", "language"),
)


class MongoFilms(Corrections):
    """Implements `films.ports.FilmsRepository`."""

    def __init__(self, *, noting: bool = False) -> None:
        """Make it; `noting` has every changed film noted for an index outside."""
        self._noting = noting

    def save(self, tx: MongoTx, films: Iterable[Film]) -> None:
        unique = {film.film_id: film for film in films}
        for owner in sorted({film.owner_user_id or "" for film in unique.values()} - {""}):
            hold_owner(tx, owner)
        words = {
            document["_id"]: set(document["words"])
            for document in _documents(tx, "_id", unique, {"words": 1})
        }
        writes: list[Write] = []
        new: set[str] = set()
        old: set[str] = set()
        for film_id, film in unique.items():
            document = to_document(film)
            before, after = words.get(film_id), set(document["words"])
            writes.append(
                InsertOne(document) if before is None else ReplaceOne({"_id": film_id}, document)
            )
            new |= after - (before or set())
            old |= (before or set()) - after
        write(tx, "movies_catalog", writes)
        learn(tx, new)
        forget(tx, old - new)
        self._note(tx, unique)

    def get(self, tx: MongoTx, film_id: str) -> Film | None:
        return self.get_many(tx, [film_id]).get(film_id)

    def get_many(self, tx: MongoTx, film_ids: Collection[str]) -> dict[str, Film]:
        return {film.film_id: film for film in _films_by(tx, "_id", film_ids)}

    def by_tmdb_ids(self, tx: MongoTx, ids: Collection[int]) -> dict[int, Film]:
        films = _films_by(tx, "refs", [f"tmdb:{tmdb_id}" for tmdb_id in ids])
        return {film.tmdb_id: film for film in films if film.tmdb_id}

    def by_imdb_ids(self, tx: MongoTx, ids: Collection[str]) -> dict[str, Film]:
        films = _films_by(tx, "refs", [f"imdb:{imdb_id}" for imdb_id in ids])
        return {film.imdb_id: film for film in films if film.imdb_id}

    def by_title_keys(
        self, tx: MongoTx, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Film]]:
        found: dict[str, list[Film]] = {}
        for document, titled in _titled(tx, keys, user_id, {**FILM_FIELDS, "title_keys": 1}):
            film = to_film(document)
            for key in titled:
                found.setdefault(key, []).append(film)
        return found

    def namesakes(
        self, tx: MongoTx, keys: Collection[str], user_id: str | None
    ) -> dict[str, list[Namesake]]:
        found: dict[str, list[Namesake]] = {}
        for document, titled in _titled(tx, keys, user_id, NAMESAKE_FIELDS):
            film = to_namesake(document)
            for key in titled:
                found.setdefault(key, []).append(film)
        return found

    def facts_of(self, tx: MongoTx, film_ids: Collection[str]) -> dict[str, FilmFacts]:
        found = _documents(tx, "_id", film_ids, FACTS_FIELDS)
        return {document["_id"]: to_facts(document) for document in found}

    def alike(self, tx: MongoTx, title: str, user_id: str | None, limit: int = 12) -> list[Film]:
        best = likest(title, alike_ids(tx, title, user_id, _COMPARED), limit)
        films = self.get_many(tx, best)
        return [films[film_id] for film_id in best]

    def search(self, tx: MongoTx, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
        return search(tx, query, user_id)

    def cards(
        self, tx: MongoTx, film_ids: Sequence[str], user_id: str | None
    ) -> dict[str, FilmCard]:
        found = list(_documents(tx, "_id", film_ids, FILM_FIELDS, visible(user_id)))
        return cards_of(tx, found, user_id)

    def facets(self, tx: MongoTx, user_id: str | None) -> dict[str, list[Facet]]:
        rows = tx.db["movies_catalog"].aggregate(
            [
                {"$match": visible(user_id)},
                {"$project": {"links": 1}},
                {"$unwind": "$links"},
                {"$group": {"_id": "$links", "films": {"$sum": 1}}},
                {"$sort": {"films": -1, "_id": 1}},
            ],
            session=tx.session,
        )
        split = [(*row["_id"].split(":", 1), row["films"]) for row in rows]
        return {
            name: [Facet(key, films) for kind, key, films in split if kind == wanted]
            for name, wanted in _FACET_KINDS
        }

    def person(self, tx: MongoTx, person_id: str, user_id: str | None) -> PersonFigures | None:
        films = tx.db["movies_catalog"]
        directed, acted = f"director:{person_id}", f"actor:{person_id}"
        latest = films.find_one(
            {"refs": {"$in": [directed, acted]}, **visible(user_id)},
            {"directors": 1, "cast": 1},
            sort=[("updated_at", -1), ("_id", 1)],
            session=tx.session,
        )
        if latest is None:
            return None
        people = [*latest["directors"], *latest["cast"]]
        name = next(one["name"] for one in people if one["id"] == person_id)
        counts = [
            films.count_documents({"refs": ref, **visible(user_id)}, session=tx.session)
            for ref in (directed, acted)
        ]
        return PersonFigures(person_id, name, *counts)

    def with_entries(self, tx: MongoTx, film_ids: Collection[str]) -> set[str]:
        return {
            film_id
            for chunk in chunks(film_ids)
            for film_id in tx.db["movies"].distinct(
                "film_id", {"film_id": {"$in": chunk}}, session=tx.session
            )
        }

    def forget_owner(self, tx: MongoTx, user_id: str) -> None:
        found = tx.db["movies_catalog"].find(
            {"owner_user_id": user_id}, {"_id": 1}, session=tx.session
        )
        own = [document["_id"] for document in found]
        forget_corrections(tx, own)
        _remove(tx, own)
        self._note(tx, own)

    def replace_by(self, tx: MongoTx, film_id: str, into: str) -> None:
        found = tx.db["lists"].find({"items.film_id": film_id}, {"items": 1}, session=tx.session)
        write(
            tx,
            "lists",
            [
                UpdateOne(
                    {"_id": one["_id"]},
                    {"$set": {"items": _joined(one["items"], film_id, into)}},
                )
                for one in found
            ],
        )
        for name in ("import_choices", "taste_marks", "suggestions_shown"):
            tx.db[name].delete_many({"film_id": film_id}, session=tx.session)
        _remove(tx, [film_id])
        self._note(tx, [film_id])

    def owned(self, tx: MongoTx, user_id: str) -> list[Film]:
        found = tx.db["movies_catalog"].find(
            {"owner_user_id": user_id}, FILM_FIELDS, session=tx.session
        )
        return sorted(map(to_film, found), key=lambda film: film.film_id)

    def remove_unused(self, tx: MongoTx, film_ids: Collection[str]) -> None:
        fields = {"owner_user_id": 1}
        own = {
            document["_id"]: document["owner_user_id"]
            for document in _documents(tx, "_id", film_ids, fields)
            if document["owner_user_id"] is not None
        }
        # Whoever adds one of them to an entry or a list holds the owner, too.
        for owner in sorted(set(own.values())):
            hold_owner(tx, owner)
        held = self.with_entries(tx, own)
        for film_id in own:
            listed = {"items.film_id": film_id}
            if film_id not in held and not tx.db["lists"].find_one(listed, session=tx.session):
                self.replace_by(tx, film_id, film_id)

    def stamp(self, tx: MongoTx) -> str | None:
        found = tx.db["film_stamps"].find_one({"_id": _STARTER}, session=tx.session)
        return str(found["stamp"]) if found else None

    def save_stamp(self, tx: MongoTx, stamp: str) -> None:
        tx.db["film_stamps"].replace_one(
            {"_id": _STARTER}, {"stamp": stamp}, upsert=True, session=tx.session
        )

    def count(self, tx: MongoTx) -> int:
        return tx.db["movies_catalog"].count_documents({"owner_user_id": None}, session=tx.session)

    def rebuild_search(self, tx: MongoTx) -> None:
        words: set[str] = set()
        for documents in _batches(tx):
            writes: list[Write] = []
            for document in documents:
                anew = derived(to_film(document))
                words.update(anew["words"])
                if any(document.get(name) != value for name, value in anew.items()):
                    writes.append(UpdateOne({"_id": document["_id"]}, {"$set": anew}))
            write(tx, "movies_catalog", writes)
        known = {one["_id"] for one in tx.db["film_words"].find({}, session=tx.session)}
        learn(tx, words - known)
        forget(tx, known - words)

    def _note(self, tx: MongoTx, film_ids: Collection[str]) -> None:
        if self._noting:
            note(tx, film_ids)


def _batches(tx: MongoTx) -> Iterator[list[dict[str, Any]]]:
    last = ""
    while found := list(
        tx.db["movies_catalog"]
        .find({"_id": {"$gt": last}}, session=tx.session)
        .sort("_id", 1)
        .limit(_BATCH)
    ):
        yield found
        last = found[-1]["_id"]


def _films_by(tx: MongoTx, field: str, values: Collection[str]) -> Iterator[Film]:
    return map(to_film, _documents(tx, field, values, FILM_FIELDS))


def _documents(
    tx: MongoTx,
    field: str,
    values: Collection[str],
    fields: Mapping[str, int],
    also: Mapping[str, Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield the films of which `field` is, or has, one of the values."""
    for chunk in chunks(values):
        yield from tx.db["movies_catalog"].find(
            {field: {"$in": chunk}, **(also or {})}, fields, session=tx.session
        )


def _titled(
    tx: MongoTx, keys: Collection[str], user_id: str | None, fields: Mapping[str, int]
) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Yield the films visible to the user with those of the title keys that they have."""
    wanted = set(keys)
    found = {
        document["_id"]: document
        for document in _documents(tx, "title_keys", keys, fields, visible(user_id))
    }
    for _, document in sorted(found.items()):
        yield document, [key for key in document["title_keys"] if key in wanted]


def _joined(items: Sequence[dict[str, Any]], film_id: str, into: str) -> list[dict[str, Any]]:
    """Return the items of a list without `film_id`: `into` takes its place if it has none."""
    if any(item["film_id"] == into for item in items):
        return [item for item in items if item["film_id"] != film_id]
    return [{**item, "film_id": into} if item["film_id"] == film_id else item for item in items]


def _remove(tx: MongoTx, film_ids: Collection[str]) -> None:
    words = {
        word
        for document in _documents(tx, "_id", film_ids, {"words": 1})
        for word in document["words"]
    }
    for chunk in chunks(film_ids):
        tx.db["movies_catalog"].delete_many({"_id": {"$in": chunk}}, session=tx.session)
    forget(tx, words)
