"""Listings of a user's films and viewings: keys of one page, by index."""

import sqlite3

from cinematch.diary.ports import DiaryFilter, LibraryFilter, WatchFilter
from cinematch.films.core.title import normalize_title
from cinematch.films.core.words import expression
from cinematch.kit.paging import Page, decode_cursor, encode_cursor

_SORTS = {
    "watched": "last_watched",
    "added": "added_at",
    "rating": "rating",
    "title": "title",
    "year": "year",
    "runtime": "runtime",
}
_NOCASE = {"title"}
# SQLite knows 0 Sunday .. 6 Saturday.
_WEEKDAY = "(CAST(strftime('%w', w.date) AS INTEGER) + 6) % 7 + 1"

Condition = tuple[str, tuple[object, ...]]


class SqliteLibrary:
    """Implements `diary.ports.LibraryRepository`."""

    def film_ids(self, tx: sqlite3.Connection, user_id: str, asked: LibraryFilter) -> Page[str]:
        conditions = [("m.user_id = ?", (user_id,)), *_conditions(user_id, asked)]
        where = " AND ".join(text for text, _ in conditions)
        values = [value for _, some in conditions for value in some]
        (total,) = tx.execute(f"SELECT count(*) FROM movies m WHERE {where}", values).fetchone()
        key, descending = _SORTS[asked.sort.lstrip("-")], asked.sort.startswith("-")
        column = f"m.{key}" + (" COLLATE NOCASE" if key in _NOCASE else "")
        after = decode_cursor(asked.cursor, 2)
        if after is not None:
            past, some = _past(column, after, descending=descending)
            where, values = f"{where} AND {past}", [*values, *some]
        # Unknown values stand last either way; going down, that is where SQLite has them.
        order = f"{column} DESC" if descending else f"{column} IS NULL, {column}"
        rows = tx.execute(
            f"SELECT m.film_id, m.{key} FROM movies m WHERE {where}"
            f" ORDER BY {order}, m.film_id LIMIT ?",
            (*values, asked.limit + 1),
        ).fetchall()
        shown = rows[: asked.limit]
        more = encode_cursor([shown[-1][1], shown[-1][0]]) if len(rows) > asked.limit else None
        return Page([row[0] for row in shown], total, more)

    def watch_ids(
        self, tx: sqlite3.Connection, user_id: str, asked: DiaryFilter
    ) -> Page[tuple[str, str]]:
        conditions: list[Condition] = [("w.user_id = ?", (user_id,))]
        conditions += _watch_conditions(WatchFilter(year=asked.year, month=asked.month))
        if asked.film_id is not None:
            conditions.append(("w.film_id = ?", (asked.film_id,)))
        where = " AND ".join(text for text, _ in conditions)
        values = [value for _, some in conditions for value in some]
        (total,) = tx.execute(f"SELECT count(*) FROM watches w WHERE {where}", values).fetchone()
        after = decode_cursor(asked.cursor, 3)
        if after is not None:
            past, some = _past_watch(after, descending=asked.sort == "-date")
            where, values = f"{where} AND {past}", [*values, *some]
        rows = tx.execute(
            f"SELECT w.date, w.film_id, w.watch_id FROM watches w WHERE {where}"
            f" ORDER BY {_WATCH_ORDER[asked.sort]} LIMIT ?",
            (*values, asked.limit + 1),
        ).fetchall()
        shown = rows[: asked.limit]
        more = encode_cursor(list(shown[-1])) if len(rows) > asked.limit else None
        return Page([(row[1], row[2]) for row in shown], total, more)

    def tags(self, tx: sqlite3.Connection, user_id: str) -> list[tuple[str, int]]:
        rows = tx.execute(
            "SELECT tag, count(*) FROM entry_tags WHERE user_id = ?"
            " GROUP BY tag ORDER BY count(*) DESC, tag",
            (user_id,),
        )
        return [(row[0], row[1]) for row in rows]


_WATCH_ORDER = {
    "-date": "w.date DESC, w.film_id, w.watch_id",
    "date": "w.date = '', w.date, w.film_id, w.watch_id",
}


def _past_watch(after: list[object], *, descending: bool) -> Condition:
    """Return the condition for viewings after (date, film id, watch id), undated last."""
    date, film_id, watch_id = after
    same = "(w.date = ? AND (w.film_id, w.watch_id) > (?, ?))"
    if descending:
        return f"(w.date < ? OR {same})", (date, date, film_id, watch_id)
    if date == "":
        return same, (date, film_id, watch_id)
    return f"(w.date > ? OR w.date = '' OR {same})", (date, date, film_id, watch_id)


def _past(column: str, after: list[object], *, descending: bool) -> tuple[str, tuple[object, ...]]:
    """Return the condition for rows after (value, film id), unknown values last."""
    value, film_id = after
    if value is None:
        return f"{column} IS NULL AND m.film_id > ?", (film_id,)
    sign = "<" if descending else ">"
    return (
        f"({column} {sign} ? OR ({column} = ? AND m.film_id > ?) OR {column} IS NULL)",
        (value, value, film_id),
    )


def _conditions(user_id: str, asked: LibraryFilter) -> list[Condition]:
    conditions = [*_flags(asked), *_facts(asked)]
    if asked.tag is not None:
        conditions.append(
            (
                "m.film_id IN (SELECT film_id FROM entry_tags WHERE user_id = ? AND tag = ?)",
                (user_id, asked.tag),
            )
        )
    if asked.rewatched is not None:
        text = (
            "(m.watch_count > 1 OR m.film_id IN"
            " (SELECT film_id FROM watches WHERE user_id = ? AND rewatch = 1))"
        )
        conditions.append((text if asked.rewatched else f"NOT {text}", (user_id,)))
    if asked.watches.narrows:
        watched = _watch_conditions(asked.watches)
        text = " AND ".join(condition for condition, _ in watched)
        conditions.append(
            (
                f"m.film_id IN (SELECT w.film_id FROM watches w WHERE w.user_id = ? AND {text})",
                (user_id, *(value for _, some in watched for value in some)),
            )
        )
    if words := normalize_title(asked.q).split():
        conditions.append((_FOUND, (expression([[word] for word in words]),)))
    return conditions


def _flags(asked: LibraryFilter) -> list[Condition]:
    flags = (
        (asked.seen, "m.watch_count > 0"),
        (asked.rated, "m.rating IS NOT NULL"),
        # What was seen has left the watchlist: the figures count it so, too.
        (asked.watchlist, "(m.watchlist = 1 AND m.watch_count = 0)"),
        (asked.liked, "m.liked = 1"),
        (asked.has_review, "m.review IS NOT NULL"),
    )
    return [
        (text if wanted else f"NOT ({text})", ()) for wanted, text in flags if wanted is not None
    ]


def _facts(asked: LibraryFilter) -> list[Condition]:
    conditions: list[Condition] = []
    for text, value in (
        ("m.rating = ?", asked.rating),
        ("m.rating >= ?", asked.rating_min),
        ("m.rating <= ?", asked.rating_max),
        ("m.year = ?", asked.year),
        ("m.import_id = ?", asked.import_id),
    ):
        if value is not None:
            conditions.append((text, (value,)))
    if asked.decade is not None:
        conditions.append(("m.year BETWEEN ? AND ?", (asked.decade, asked.decade + 9)))
    for kind, key in (
        ("genre", asked.genre),
        ("country", asked.country),
        ("language", asked.language),
    ):
        if key is not None:
            conditions.append((_LINKED, (kind, key)))
    for kind, key, path, counted in (
        ("director", asked.director, "$.directors", 2),
        ("actor", asked.actor, "$.cast", 5),
    ):
        if key is not None:
            conditions.append((_LINKED, (kind, key)))
            # Only those count who count in the figures (stats.core.delta).
            conditions.append((_CREDITED, (path, counted, key)))
    return conditions


_FOUND = (
    "m.film_id IN (SELECT i.film_id FROM film_search f"
    " CROSS JOIN film_index i ON i.film_no = f.rowid WHERE film_search MATCH ?)"
)
_LINKED = "m.film_id IN (SELECT film_id FROM film_links WHERE kind = ? AND key = ?)"
_CREDITED = (
    "EXISTS (SELECT 1 FROM json_each(m.facts, ?) p"
    " WHERE p.key < ? AND json_extract(p.value, '$[0]') = ?)"
)


def _watch_conditions(asked: WatchFilter) -> list[Condition]:
    conditions: list[Condition] = []
    if asked.year == "unknown":
        conditions.append(("w.date = ''", ()))
    elif asked.year is not None:
        conditions.append(("w.date >= ? AND w.date < ?", (asked.year, asked.year + "~")))
    if asked.month is not None:
        conditions.append(("substr(w.date, 6, 2) = ?", (f"{asked.month:02}",)))
    if asked.date_from is not None:
        conditions.append(("length(w.date) = 10 AND w.date >= ?", (asked.date_from,)))
    if asked.date_to is not None:
        conditions.append(("length(w.date) = 10 AND w.date <= ?", (asked.date_to,)))
    if asked.weekday is not None:
        conditions.append((f"length(w.date) = 10 AND {_WEEKDAY} = ?", (asked.weekday,)))
    if asked.context is not None:
        conditions.append(("w.context = ?", (asked.context,)))
    return conditions
