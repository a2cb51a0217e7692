"""Finding films: by words (the last one unfinished, misspelt ones mended) and by filters."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.core.searching import END, Reading, readings, start_of, telling_words
from cinematch.films.mongo.cards import cards_of
from cinematch.films.mongo.documents import FILM_FIELDS
from cinematch.films.mongo.words import mended
from cinematch.infra.mongo import MongoTx
from cinematch.kit.errors import Invalid
from cinematch.kit.paging import Page, decode_cursor, encode_cursor

Condition = Mapping[str, Any]

# Films of one's own after everybody's, and of those that are known alike, or not at all, the
# newest first. Each order is an index.
_KNOWN = (("popularity", -1), ("order.own", 1), ("order.latest", -1))
_ORDERS = {
    "popularity": _KNOWN,
    "year": (("order.year", 1), *_KNOWN[:2]),
    "-year": (("order.latest", -1), *_KNOWN[:2]),
    "title": (("order.title", 1),),
    "runtime": (("order.runtime", 1), *_KNOWN),
}


def visible(user_id: str | None) -> Condition:
    """Return the condition for films that this user may see."""
    return {"owner_user_id": None if user_id is None else {"$in": [None, user_id]}}


def search(tx: MongoTx, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
    """See `films.ports.FilmsRepository.search`."""
    for reading in readings(query.q, lambda word, last: mended(tx, word, last=last)):
        asked = replace(query, year=query.year or reading.year)
        where = list(_filters(tx, asked, user_id, reading))
        total = tx.db["movies_catalog"].count_documents({"$and": where}, session=tx.session)
        if total:
            return _page(tx, asked, reading, where, total, user_id)
    return Page([], 0, None)


def _page(
    tx: MongoTx,
    query: FilmQuery,
    reading: Reading,
    where: Sequence[Condition],
    total: int,
    user_id: str | None,
) -> Page[FilmCard]:
    ranked = query.sort == "relevance" and bool(reading.words)
    order = (*_ORDERS["popularity" if query.sort == "relevance" else query.sort], ("_id", 1))
    rows: list[tuple[list[Any], dict[str, Any]]] = []
    for tier, narrowed in _tiers(reading, query.cursor, order) if ranked else _whole(query, order):
        found = tx.db["movies_catalog"].find(
            {"$and": [*where, *narrowed]}, {**FILM_FIELDS, "order": 1}, session=tx.session
        )
        left = query.limit + 1 - len(rows)
        rows += [
            ([*tier, *(_value(document, name) for name, _ in order)], document)
            for document in found.sort(list(order)).limit(left)
        ]
        if len(rows) > query.limit:
            break
    cards = cards_of(tx, [document for _, document in rows[: query.limit]], user_id)
    more = encode_cursor(rows[query.limit - 1][0]) if len(rows) > query.limit else None
    return Page(list(cards.values()), total, more)


def _whole(
    query: FilmQuery, order: Sequence[tuple[str, int]]
) -> Iterator[tuple[list[int], list[Condition]]]:
    yield [], _after(decode_cursor(query.cursor, len(order)), order)


def _tiers(
    reading: Reading, cursor: str | None, order: Sequence[tuple[str, int]]
) -> Iterator[tuple[list[int], list[Condition]]]:
    """Yield the ranks from the cursor on: the very title, then titles that start so, then others.

    Each rank is a query of its own that an index serves; one query would have to compute the rank
    of every film found, and sort.
    """
    key = decode_cursor(cursor, len(order) + 1)
    if key is not None and isinstance(key[0], str | None):
        raise Invalid.field("cursor", "belongs to another listing", "start again without it")
    same = {"title_keys": reading.key}
    starts = starting(reading.key)
    other: Condition = {"title_keys": {"$ne": reading.key}}
    tiers: list[tuple[int, list[Condition]]] = [(1, [same]), (0, [other])]
    if reading.ranks_by_start:
        tiers = [
            (3, [same]),
            (1, [other, {"title_keys": starts}]),
            (0, [{"title_keys": {"$not": starts}}]),
        ]
    for tier, narrowed in tiers:
        if key is None or tier < key[0]:
            yield [tier], narrowed
        elif tier == key[0]:
            yield [tier], [*narrowed, *_after(key[1:], order)]


def _after(key: Sequence[Any] | None, order: Sequence[tuple[str, int]]) -> list[Condition]:
    """Return the condition for films past `key`, part by part, since directions are mixed."""
    if key is None:
        return []
    alternatives = []
    for depth, (name, direction) in enumerate(order):
        same = {order[n][0]: key[n] for n in range(depth)}
        alternatives.append({**same, name: {"$gt" if direction > 0 else "$lt": key[depth]}})
    return [{"$or": alternatives}]


def _value(document: Mapping[str, Any], name: str) -> Any:
    first, _, second = name.partition(".")
    return document[first][second] if second else document[first]


def _filters(
    tx: MongoTx, query: FilmQuery, user_id: str | None, reading: Reading
) -> Iterator[Condition]:
    yield visible(user_id)
    *whole, unfinished = reading.words or ((),)
    yield from ({"words": {"$in": list(choices)}} for choices in whole)
    if unfinished:
        yield {"$or": [{"words": starting(choice)} for choice in unfinished]}
    ranges = (
        ("year", "$eq", query.year),
        ("year", "$gte", query.year_from),
        ("year", "$lte", query.year_to),
        ("runtime", "$lte", query.runtime_max),
    )
    yield from ({name: {sign: value}} for name, sign, value in ranges if value is not None)
    links = (
        ("genre", query.genre),
        ("country", query.country),
        ("language", query.language),
        ("decade", query.decade),
    )
    yield from ({"links": f"{kind}:{key}"} for kind, key in links if key is not None)
    if query.person is not None:
        yield {"refs": {"$in": [f"director:{query.person}", f"actor:{query.person}"]}}
    if query.seen is not None:
        yield {"_id": {"$in" if query.seen else "$nin": seen(tx, user_id)}}


def starting(text: str) -> Condition:
    """Return the condition for an array of which one element starts with the text."""
    return {"$elemMatch": {"$gte": text, "$lt": text + END}}


def seen(tx: MongoTx, user_id: str | None) -> list[str]:
    """Return the ids of the films that the user has seen."""
    if user_id is None:
        return []
    found = tx.db["movies"].find(
        {"user_id": user_id, "watch_count": {"$gt": 0}}, {"film_id": 1}, session=tx.session
    )
    return [one["film_id"] for one in found]


def alike_ids(tx: MongoTx, title: str, user_id: str | None, most: int) -> dict[str, list[str]]:
    """Return film id -> title keys for a bounded set of films worth comparing with `title`."""
    conditions: list[Condition] = [{"title_keys": starting(start_of(title))}]
    choices = [choice for word in telling_words(title) for choice in mended(tx, word, last=False)]
    if choices:
        # The words of titles have no index of their own: those of titles and people narrow enough.
        conditions.append({"words": {"$in": choices}, "title_words": {"$in": choices}})
    return {
        document["_id"]: document["title_keys"]
        for condition in conditions
        for document in tx.db["movies_catalog"]
        .find({**visible(user_id), **condition}, {"title_keys": 1}, session=tx.session)
        .limit(most)
    }
