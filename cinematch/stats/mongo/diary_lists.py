"""Short lists of a user's films, read from the diary by index: `stats.ports.DiaryLists`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from typing import Any, Final

import msgspec

from cinematch.infra.mongo import MongoTx
from cinematch.stats.core.versus import Opinion
from cinematch.stats.core.views import EntryRow, NamedPerson

_FILM: Final = (
    "film_id", "title", "year", "rating", "runtime", "last_watched", "watch_count",
)  # fmt: skip
_CATALOGUE: Final = ("title_en", "title_it", "genres", "directors")
_RATED: Final = {"rating": {"$gte": 1}}
_CHUNK: Final = 500
_BATCH: Final = 2_000  # documents in one answer, when all of somebody's films are looked at

_Film = Mapping[str, Any]
_EXTREMES: Final[dict[str, tuple[Callable[[_Film], bool], Callable[[_Film], int]]]] = {
    "longest": (lambda film: film["runtime"] is not None, lambda film: -film["runtime"]),
    "shortest": (lambda film: film["runtime"] is not None, lambda film: film["runtime"]),
    "oldest": (lambda film: film["year"] is not None, lambda film: film["year"]),
    "most_rewatched": (lambda film: film["watch_count"] > 1, lambda film: -film["watch_count"]),
}


class MongoDiaryLists:
    """Joins users' films with the catalogue, for titles and names as they are now."""

    def top_rated(self, tx: MongoTx, user_id: str, limit: int) -> list[EntryRow]:
        order = [("rating", -1), ("last_watched", -1), ("film_id", 1)]
        return _first(tx, {"user_id": user_id, **_RATED}, order, limit)

    def recent(self, tx: MongoTx, user_id: str, limit: int) -> list[EntryRow]:
        dated = {"user_id": user_id, "last_watched": {"$gte": "0"}}  # '' is undated
        return _first(tx, dated, [("last_watched", -1), ("film_id", 1)], limit)

    def extremes(self, tx: MongoTx, user_id: str, limit: int) -> dict[str, list[EntryRow]]:
        """Read what the four lists sort by, of all films once, and then the films in them."""
        seen = list(_films(tx, {"user_id": user_id, "watch_count": {"$gt": 0}}))
        firsts = {
            name: nsmallest(
                limit,
                filter(has, seen),
                key=lambda film, by=by: (by(film), film["title"], film["film_id"]),  # type: ignore[misc]
            )
            for name, (has, by) in _EXTREMES.items()
        }
        known = _catalogue(tx, {film["film_id"] for films in firsts.values() for film in films})
        return {name: _rows(films, known) for name, films in firsts.items()}

    def rows(self, tx: MongoTx, user_id: str, film_ids: Sequence[str]) -> dict[str, EntryRow]:
        films = [
            film
            for chunk in _chunks([f"{user_id}/{film_id}" for film_id in film_ids])
            for film in _films(tx, {"_id": {"$in": chunk}})
        ]
        known = _catalogue(tx, (film["film_id"] for film in films))
        return {row.film_id: row for row in _rows(films, known)}

    def films_between(self, tx: MongoTx, user_id: str, first: str, last: str) -> list[str]:
        dated = {"$elemMatch": {"date": {"$gte": first, "$lte": last}}}
        found = tx.db["movies"].find(
            {"user_id": user_id, "watches": dated}, {"film_id": 1}, session=tx.session
        )
        return [film["film_id"] for film in found]

    def opinions(self, tx: MongoTx, user_id: str) -> list[Opinion]:
        rated = tx.db["movies"].find(
            {"user_id": user_id, **_RATED},
            {"film_id": 1, "rating": 1},
            batch_size=_BATCH,
            session=tx.session,
        )
        mine = {film["film_id"]: film["rating"] for film in rated}
        means = _by_id(tx, "movies_catalog", ("mean_rating",), mine)
        stats = _by_id(tx, "film_stats", ("rated", "sum_half_stars"), mine)
        nobody = {"rated": 0, "sum_half_stars": 0}
        return [
            Opinion(
                film_id, rating, sums["rated"], sums["sum_half_stars"],
                means[film_id].get("mean_rating"),
            )
            for film_id, rating in mine.items()
            if film_id in means
            for sums in (stats.get(film_id, nobody),)
        ]  # fmt: skip


def _first(
    tx: MongoTx, query: Mapping[str, Any], order: Sequence[tuple[str, int]], limit: int
) -> list[EntryRow]:
    films = list(_films(tx, query, sort=list(order), limit=limit))
    return _rows(films, _catalogue(tx, (film["film_id"] for film in films)))


def _films(
    tx: MongoTx,
    query: Mapping[str, Any],
    **how: Any,
) -> Iterator[_Film]:
    return tx.db["movies"].find(
        query, dict.fromkeys(_FILM, 1), batch_size=_BATCH, session=tx.session, **how
    )


def _catalogue(tx: MongoTx, film_ids: Iterable[str]) -> dict[str, _Film]:
    return _by_id(tx, "movies_catalog", _CATALOGUE, film_ids)


def _by_id(
    tx: MongoTx, collection: str, fields: Sequence[str], keys: Iterable[str]
) -> dict[str, _Film]:
    return {
        one["_id"]: one
        for chunk in _chunks(list(keys))
        for one in tx.db[collection].find(
            {"_id": {"$in": chunk}},
            dict.fromkeys(fields, 1),
            batch_size=_CHUNK,
            session=tx.session,
        )
    }


def _chunks(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _CHUNK):
        yield list(keys[start : start + _CHUNK])


def _rows(films: Iterable[_Film], known: Mapping[str, _Film]) -> list[EntryRow]:
    return [_row(film, known[film["film_id"]]) for film in films if film["film_id"] in known]


def _row(film: _Film, known: _Film) -> EntryRow:
    return EntryRow(
        film_id=film["film_id"],
        title=film["title"],
        title_en=known.get("title_en"),
        title_it=known.get("title_it"),
        year=film["year"],
        rating=None if film["rating"] is None else film["rating"] / 2,
        runtime=film["runtime"],
        last_watched=film["last_watched"],
        watch_count=film["watch_count"],
        genres=msgspec.Raw(msgspec.json.encode(known["genres"])),
        directors=[NamedPerson(person["id"], person["name"]) for person in known["directors"]],
    )
