"""Listings of a user's films and viewings: keys of one page, by indexes led by the user."""

from collections.abc import Sequence
from typing import Any, Final

from cinematch.diary.mongo.filters import (
    Condition,
    conditions,
    every,
    watch_conditions,
    word_conditions,
)
from cinematch.diary.ports import DiaryFilter, LibraryFilter, WatchFilter
from cinematch.infra.mongo import MongoTx
from cinematch.kit.paging import Page, decode_cursor, encode_cursor

_SORTS: Final = {
    "watched": "last_watched",
    "added": "added_at",
    "rating": "rating",
    "title": "sort_title",
    "year": "year",
    "runtime": "runtime",
}
_CHUNK = 100
_FEW = 500


class MongoLibrary:
    """Implements `diary.ports.LibraryRepository`."""

    def film_ids(self, tx: MongoTx, user_id: str, asked: LibraryFilter) -> Page[str]:
        key, descending = _SORTS[asked.sort.lstrip("-")], asked.sort.startswith("-")
        after = decode_cursor(asked.cursor, 2)
        mine: Condition = {"user_id": user_id}
        wanted = conditions(asked)
        if words := word_conditions(asked.q):
            film_ids = _with_words(tx, every(mine, *wanted), words)
            mine = {"_id": {"$in": [f"{user_id}/{film_id}" for film_id in film_ids]}}
        wanted.insert(0, mine)
        total = tx.db.movies.count_documents(every(*wanted), session=tx.session)
        found: list[dict[str, Any]] = []
        for part in _parts(key, after, descending=descending):
            if (left := asked.limit + 1 - len(found)) > 0:
                found += tx.db.movies.find(
                    every(*wanted, *part),
                    {"_id": 0, "film_id": 1, key: 1},
                    sort=[(key, -1 if descending else 1), ("film_id", 1)],
                    limit=left,
                    session=tx.session,
                )
        shown = found[: asked.limit]
        more = len(found) > asked.limit
        cursor = encode_cursor([shown[-1][key], shown[-1]["film_id"]]) if more else None
        return Page([document["film_id"] for document in shown], total, cursor)

    def watch_ids(self, tx: MongoTx, user_id: str, asked: DiaryFilter) -> Page[tuple[str, str]]:
        after = decode_cursor(asked.cursor, 3)
        past = _past(after, descending=asked.sort == "-date") if after else {}
        stages = [
            *_each_watch(user_id, asked),
            {
                "$facet": {
                    "counted": [{"$count": "total"}],
                    "found": [
                        {"$match": past},
                        {"$sort": _WATCH_ORDER[asked.sort]},
                        {"$limit": asked.limit + 1},
                    ],
                }
            },
        ]
        (answer,) = tx.db.movies.aggregate(stages, session=tx.session)
        found = [(one["date"], one["film_id"], one["watch_id"]) for one in answer["found"]]
        total = answer["counted"][0]["total"] if answer["counted"] else 0
        shown = found[: asked.limit]
        more = encode_cursor(shown[-1]) if len(found) > asked.limit else None
        return Page([(film_id, watch_id) for _, film_id, watch_id in shown], total, more)

    def tags(self, tx: MongoTx, user_id: str) -> list[tuple[str, int]]:
        counted = tx.db.movies.aggregate(
            [
                {"$match": {"user_id": user_id}},
                {"$unwind": "$tags"},
                {"$group": {"_id": "$tags", "films": {"$sum": 1}}},
                {"$sort": {"films": -1, "_id": 1}},
            ],
            session=tx.session,
        )
        return [(document["_id"], document["films"]) for document in counted]


def _parts(key: str, after: list[Any] | None, *, descending: bool) -> list[list[Condition]]:
    """Return the conditions of the parts of a listing past (value, film id), in their order.

    Unknown values stand last either way. Going down that is where MongoDB has them; going up it
    has them first, so they are a part of their own.
    """
    unknown: Condition = {key: None}
    if after is None:
        return [[]] if descending else [[{key: {"$ne": None}}], [unknown]]
    value, film_id = after
    if value is None:
        return [[unknown, {"film_id": {"$gt": film_id}}]]
    sign = "$lt" if descending else "$gt"
    beyond = [{key: {sign: value}}, {key: value, "film_id": {"$gt": film_id}}]
    # The first says nothing new, but where in an index the page begins.
    return [[{key: {sign + "e": value}}, {"$or": beyond}], [unknown]]


_WATCH_ORDER: Final = {
    "-date": {"date": -1, "film_id": 1, "watch_id": 1},
    "date": {"undated": 1, "date": 1, "film_id": 1, "watch_id": 1},
}


def _each_watch(user_id: str, asked: DiaryFilter) -> list[dict[str, Any]]:
    """Return the stages that yield the viewings: {film_id, watch_id, date, undated}."""
    films: list[Condition] = [{"user_id": user_id}]
    if asked.film_id is not None:
        films.append({"film_id": asked.film_id})
    dated = every(*watch_conditions(WatchFilter(year=asked.year, month=asked.month)))
    if dated:
        films.append({"watches": {"$elemMatch": dated}})
    watch = {
        "watch_id": "$watches.watch_id",
        "date": "$watches.date",
        "undated": {"$eq": ["$watches.date", ""]},
    }
    return [
        {"$match": every(*films)},
        {"$project": {"film_id": 1, "watches.watch_id": 1, "watches.date": 1}},
        {"$unwind": "$watches"},
        {"$project": {"_id": 0, "film_id": 1, **watch}},
        {"$match": dated},
    ]


def _past(after: list[Any], *, descending: bool) -> Condition:
    """Return the condition for viewings after (date, film id, watch id), undated last."""
    date, film_id, watch_id = after
    later: list[Condition] = [
        {"date": date, "film_id": {"$gt": film_id}},
        {"date": date, "film_id": film_id, "watch_id": {"$gt": watch_id}},
    ]
    if descending:
        later.append({"date": {"$lt": date}})
    elif date != "":
        later += [{"date": {"$gt": date}}, {"date": ""}]
    return {"$or": later}


def _with_words(tx: MongoTx, wanted: Condition, words: Sequence[Condition]) -> list[str]:
    """Return films of which the catalogue knows all the words asked for.

    An entry carries one title of a film; the catalogue has those of other languages, too. Words of
    few films lead to those, be they wanted or not; with common ones it begins at those wanted.
    """
    films, session = tx.db.movies_catalog, tx.session
    rare = films.find(every(*words), {"_id": 1}, limit=_FEW + 1, session=session)
    found = [document["_id"] for document in rare]
    if len(found) <= _FEW:
        return found
    mine = tx.db.movies.find(wanted, {"_id": 0, "film_id": 1}, session=session)
    film_ids = [document["film_id"] for document in mine]
    found = []
    for start in range(0, len(film_ids), _CHUNK):
        chunk = {"_id": {"$in": film_ids[start : start + _CHUNK]}}
        named = films.find(every(chunk, *words), {"_id": 1}, session=session)
        found += [document["_id"] for document in named]
    return found
