"""From what is asked of the catalogue to the engine's own language.

Each order is that of the stores, with the same keys, so that a cursor of one is good for the other.
"""

from collections.abc import Collection, Iterator, Sequence

from cinematch.films.core.catalogue import FilmQuery
from cinematch.films.core.searching import Reading
from cinematch.films.elastic.mapping import STEM
from cinematch.films.elastic.wire import Json
from cinematch.kit.paging import decode_cursor

RANK = ("_score", "desc")
_KNOWN = (("popularity", "desc"), ("own", "asc"), ("latest", "desc"))
_ORDERS = {
    "popularity": _KNOWN,
    "year": (("order_year", "asc"), *_KNOWN[:2]),
    "-year": (("latest", "desc"), *_KNOWN[:2]),
    "title": (("order_title", "asc"),),
    "runtime": (("order_runtime", "asc"), *_KNOWN),
}
_LAST = ("film_id", "asc")


def order_of(query: FilmQuery, reading: Reading) -> tuple[tuple[str, str], ...]:
    """Return by what the films are sorted, and in which direction."""
    if query.sort != "relevance":
        return (*_ORDERS[query.sort], _LAST)
    return (*((RANK,) if reading.words else ()), *_KNOWN, _LAST)


def question(
    query: FilmQuery,
    reading: Reading,
    order: Sequence[tuple[str, str]],
    user_id: str | None,
    seen: Collection[str],
) -> Json:
    """Return the search for one page.

    Raises:
        Invalid: the cursor is not one of this order.
    """
    conditions = [*_conditions(query, user_id), *_wording(reading)]
    chosen: Json = {"filter": conditions, "should": _ranks(reading) if RANK in order else []}
    if query.seen is not None:
        among = {"terms": {"film_id": sorted(seen)}}
        chosen["filter" if query.seen else "must_not"] = (
            [*conditions, among] if query.seen else [among]
        )
    body = {
        "query": {"bool": chosen},
        "sort": [{name: direction} for name, direction in order],
        "size": query.limit + 1,
        "track_total_hits": True,
    }
    after = decode_cursor(query.cursor, len(order))
    return body if after is None else {**body, "search_after": after}


def _ranks(reading: Reading) -> list[Json]:
    """Score films of this very title 3, or 1 where beginnings do not rank; those that start so 1.

    Other films score 0.
    """
    ranks: list[Json] = [{"filter": {"term": {"title_keys": reading.key}}, "boost": 1}]
    if reading.ranks_by_start:
        ranks = [
            {"filter": {"term": {"title_keys": reading.key}}, "boost": 2},
            {"filter": starting("title_keys", reading.key), "boost": 1},
        ]
    return [{"constant_score": rank} for rank in ranks]


def _conditions(query: FilmQuery, user_id: str | None) -> Iterator[Json]:
    visible: list[Json] = [{"term": {"own": 0}}]
    if user_id is not None:
        visible.append({"term": {"owner_user_id": user_id}})
    yield _any(visible)
    ranges = (
        ("year", "gte", query.year),
        ("year", "lte", query.year),
        ("year", "gte", query.year_from),
        ("year", "lte", query.year_to),
        ("runtime", "lte", query.runtime_max),
    )
    yield from ({"range": {name: {sign: n}}} for name, sign, n in ranges if n is not None)
    links = (
        ("genre", query.genre),
        ("country", query.country),
        ("language", query.language),
        ("decade", query.decade),
    )
    yield from ({"term": {"links": f"{kind}:{key}"}} for kind, key in links if key is not None)
    if query.person is not None:
        yield {"term": {"people": query.person}}


def _wording(reading: Reading) -> Iterator[Json]:
    *whole, unfinished = reading.words or ((),)
    yield from (_any([match("words", choice) for choice in choices]) for choices in whole)
    if unfinished:
        yield _any([starting("words", choice) for choice in unfinished])


def starting(field: str, text: str) -> Json:
    """Return the condition for films of which one value starts with the text."""
    return {"prefix": {field: text}} if len(text) > STEM else match(f"{field}.stem", text)


def match(field: str, text: str) -> Json:
    """Return the condition for films of which one value is the text."""
    return {"match": {field: {"query": text}}}


def _any(conditions: Sequence[Json]) -> Json:
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}
