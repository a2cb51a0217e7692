"""Finding films: by words (the last one unfinished, misspelt ones mended) and by filters.

`film_index` is narrow, so that a walk over every film of a common word stays in the cache; only
the rows of the page are then read from the catalogue.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace

from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.core.finding import LATE, NEVER
from cinematch.films.core.searching import (
    END,
    Reading,
    initials,
    likeliest,
    readings,
    slips_allowed,
    slips_of,
    start_of,
    telling_words,
)
from cinematch.films.core.words import expression
from cinematch.films.sqlite.rows import CARD_COLUMNS, CARD_JOINS, to_card
from cinematch.kit.paging import Page, decode_cursor, encode_cursor

# The index film_index_by_popularity has this order: films of one's own after everybody's, and of
# those that are known alike, or not at all, the newest first.
_KNOWN = (
    ("i.popularity", "DESC"),
    ("i.owner_user_id IS NOT NULL", "ASC"),
    ("coalesce(i.year, -1)", "DESC"),
)
_ORDERS = {
    "relevance": (("tier", "DESC"), *_KNOWN),
    "popularity": _KNOWN,
    "year": ((f"coalesce(i.year, {LATE})", "ASC"), *_KNOWN[:2]),
    "-year": (("coalesce(i.year, -1)", "DESC"), *_KNOWN[:2]),
    "title": (("i.sort_title", "ASC"),),
    "runtime": ((f"coalesce(i.runtime, {NEVER})", "ASC"), *_KNOWN),
}


def search(tx: sqlite3.Connection, query: FilmQuery, user_id: str | None) -> Page[FilmCard]:
    """See `films.ports.FilmsRepository.search`."""
    for reading in readings(query.q, lambda word, last: mended_word(tx, word, last=last)):
        asked = replace(query, year=query.year or reading.year)
        where, values = _filters(asked, user_id, reading)
        source = _source(reading)
        (total,) = tx.execute(f"SELECT count(*) FROM {source} WHERE {where}", values).fetchone()
        if total:
            return _page(tx, asked, reading, total, user_id)
    return Page([], 0, None)


def _page(
    tx: sqlite3.Connection, query: FilmQuery, reading: Reading, total: int, user_id: str | None
) -> Page[FilmCard]:
    order = _order(query, reading)
    where, values = _filters(query, user_id, reading)
    keys = [*(name for name, _ in order), "i.film_id"]
    tier, tier_values = _tier(reading) if "tier" in keys else ("0", [])
    directions = [*(direction for _, direction in order), "ASC"]
    inner = (
        f"SELECT {', '.join(f'{key} AS k{n}' for n, key in enumerate(_named(keys, tier)))}"
        f" FROM {_source(reading)} WHERE {where}"
    )
    after, after_values = _after(decode_cursor(query.cursor, len(keys)), directions)
    by = ", ".join(f"k{n} {direction}" for n, direction in enumerate(directions))
    last = len(keys) - 1
    outer = ", ".join(f"p.k{n}" for n in range(len(keys)))
    # The outer cross join keeps SQLite from walking the catalogue instead of the page.
    rows = tx.execute(
        f"SELECT {CARD_COLUMNS}, {outer} FROM (SELECT * FROM ({inner}){after}"
        f" ORDER BY {by} LIMIT ?) p CROSS JOIN movies_catalog c ON c.film_id = p.k{last}"
        f"{CARD_JOINS} ORDER BY {', '.join(f'p.k{n} {d}' for n, d in enumerate(directions))}",
        (*tier_values, *values, *after_values, query.limit + 1, user_id),
    ).fetchall()
    cards = [to_card(row[: -len(keys)]) for row in rows[: query.limit]]
    more = encode_cursor(rows[query.limit - 1][-len(keys) :]) if len(rows) > query.limit else None
    return Page(cards, total, more)


def _named(keys: list[str], tier: str) -> Iterator[str]:
    return (tier if key == "tier" else key for key in keys)


def _order(query: FilmQuery, reading: Reading) -> tuple[tuple[str, str], ...]:
    sort = query.sort
    if sort == "relevance" and not reading.words:
        sort = "popularity"
    return _ORDERS[sort]


def _source(reading: Reading) -> str:
    if not reading.words:
        return "film_index i"
    return "film_search f CROSS JOIN film_index i ON i.film_no = f.rowid"


def _tier(reading: Reading) -> tuple[str, list[object]]:
    """Rank films whose very title was asked for first, then those whose title starts so."""
    same = "i.film_id IN (SELECT film_id FROM film_title_keys WHERE title_key = ?)"
    if not reading.ranks_by_start:
        return f"({same})", [reading.key]
    starts = (
        "i.film_id IN (SELECT film_id FROM film_title_keys WHERE title_key >= ? AND title_key < ?)"
    )
    return (
        f"(2 * ({same}) + ({starts}))",
        [reading.key, reading.key, reading.key + END],
    )


def _after(key: list[object] | None, directions: list[str]) -> tuple[str, list[object]]:
    """Return the condition for rows past `key`, part by part, since directions are mixed."""
    if key is None:
        return "", []
    alternatives, values = [], []
    for depth, direction in enumerate(directions):
        same = [f"k{n} = ?" for n in range(depth)]
        past = f"k{depth} {'>' if direction == 'ASC' else '<'} ?"
        alternatives.append(f"({' AND '.join([*same, past])})")
        values += key[: depth + 1]
    return f" WHERE {' OR '.join(alternatives)}", values


def _filters(query: FilmQuery, user_id: str | None, reading: Reading) -> tuple[str, list[object]]:
    parts = ["(i.owner_user_id IS NULL OR i.owner_user_id = ?)"]
    values: list[object] = [user_id]
    if reading.words:
        parts.append("film_search MATCH ?")
        values.append(expression(reading.words))
    ranges = (
        ("i.year = ?", query.year),
        ("i.year >= ?", query.year_from),
        ("i.year <= ?", query.year_to),
        ("i.runtime <= ?", query.runtime_max),
    )
    for condition, value in ranges:
        if value is not None:
            parts.append(condition)
            values.append(value)
    decade = None if query.decade is None else str(query.decade)
    links = (("genre", query.genre), ("country", query.country), ("language", query.language))
    for kind, key in (*links, ("decade", decade)):
        if key is not None:
            parts.append("i.film_id IN (SELECT film_id FROM film_links WHERE kind = ? AND key = ?)")
            values += [kind, key]
    if query.person is not None:
        parts.append(
            "i.film_id IN (SELECT film_id FROM film_links"
            " WHERE kind IN ('director', 'actor') AND key = ?)"
        )
        values.append(query.person)
    if query.seen is not None:
        kept = "IN" if query.seen else "NOT IN"
        parts.append(
            f"i.film_id {kept} (SELECT film_id FROM movies WHERE user_id = ? AND watch_count > 0)"
        )
        values.append(user_id)
    return " AND ".join(parts), values


def mended_word(tx: sqlite3.Connection, word: str, *, last: bool) -> list[str]:
    """Return the words of the catalogue that may be meant; just this one if it is known."""
    start = tx.execute("SELECT term FROM film_words WHERE term >= ? LIMIT 1", (word,)).fetchone()
    if start and (start[0] == word or (last and start[0].startswith(word))):
        return [word]
    if not slips_allowed(word):
        return []
    known: dict[str, int] = {}
    for initial in initials(word):
        known |= tx.execute(
            "SELECT term, doc FROM film_words WHERE term >= ? AND term < ?",
            (initial, initial + END),
        ).fetchall()
    return likeliest(slips_of(word, known), known)


def alike_ids(
    tx: sqlite3.Connection, title: str, user_id: str | None, most: int
) -> dict[str, list[str]]:
    """Return film id -> title keys for a bounded set of films worth comparing with `title`."""
    found: dict[str, list[str]] = {}
    visible = (
        "SELECT k.film_id, k.title_key FROM film_title_keys k JOIN film_index i"
        " ON i.film_id = k.film_id WHERE (i.owner_user_id IS NULL OR i.owner_user_id = ?)"
    )
    starts = start_of(title)
    rows = tx.execute(
        f"{visible} AND k.title_key >= ? AND k.title_key < ? LIMIT ?",
        (user_id, starts, starts + END, most),
    ).fetchall()
    mended = [
        choice for word in telling_words(title) for choice in mended_word(tx, word, last=False)
    ]
    if mended:
        rows += tx.execute(
            f"{visible} AND i.film_no IN (SELECT rowid FROM film_search WHERE film_search MATCH ?"
            " LIMIT ?)",
            (user_id, "titles : (" + " OR ".join(f'"{word}"' for word in mended) + ")", most),
        ).fetchall()
    for film_id, title_key in rows:
        found.setdefault(film_id, []).append(title_key)
    return found
