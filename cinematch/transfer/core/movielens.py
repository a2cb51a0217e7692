"""MovieLens: its data sets' ratings of one user, and what movielens.org lets you download.

Facts: `formats.md` 1.5. A time stamp is that of the rating, not of a viewing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NoReturn

from cinematch.transfer.core import values
from cinematch.transfer.core.items import (
    BadValue,
    Documents,
    FilmRef,
    Found,
    Mention,
    NeedsMapping,
    Notice,
    Reading,
    Rejection,
)
from cinematch.transfer.core.tables import Table, fold, read_table

_TITLE = re.compile(r"(?P<title>.+?)\s*\((?P<year>\d{4})(?:[-–]\d{0,4})?\)\s*$")
_MOST_USERS = 200

Facts = tuple[str, int | None, str | None, int | None]


def role_of(columns: Sequence[str]) -> str:
    """Tell `ratings`, `site`, `movies`, `links`, `tags`, `wishlist` or "" from a CSV header."""
    names = {fold(column) for column in columns}
    for role, needed in (
        ("ratings", {"userid", "movieid", "rating"}),
        ("site", {"movieid", "imdbid", "tmdbid", "rating"}),
        ("tags", {"userid", "movieid", "tag"}),
        ("links", {"movieid", "imdbid", "tmdbid"}),
        ("movies", {"movieid", "title", "genres"}),
    ):
        if needed <= names:
            return "wishlist" if role == "links" and "title" in names else role
    return ""


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield one person's ratings (and tags).

    Raises:
        NeedsMapping: the file holds several people's ratings, and nobody said whose are meant.
    """
    roles: dict[str, str] = {}
    for name in documents.names:
        role = role_of(read_table(documents.lines(name)).columns)
        if role:
            roles[role] = name
        elif name.casefold().endswith(".csv"):
            yield Notice(name, "this file is not imported")
    for role, kind in (("site", "rating"), ("wishlist", "watchlist")):
        if role in roles:
            table = read_table(documents.lines(roles[role]))
            yield from _site(roles[role], table, reading, kind)
    if "ratings" in roles:
        user = _user(documents, roles["ratings"], reading)
        wanted = _wanted(documents, [roles[r] for r in ("ratings", "tags") if r in roles], user)
        facts = _facts(documents, roles, wanted)
        for role in ("ratings", "tags"):
            if role in roles:
                yield from _data_set(documents, roles[role], role, user, facts)


def _user(documents: Documents, name: str, reading: Reading) -> str:
    table = read_table(documents.lines(name))
    user_at = table.need("userId")
    said = reading.mapping.get("user_id", "")
    users: dict[str, None] = {}
    for _, row in table.rows():
        if isinstance(row, list):
            users.setdefault(row[user_at])
            if said in users or len(users) > _MOST_USERS:
                break
    if said in users or len(users) <= 1:
        return said or next(iter(users), "")
    sample = [[user] for user in list(users)[:5]]
    raise NeedsMapping(["userId"], sample, {"user_id": next(iter(users))})


def _wanted(documents: Documents, names: Sequence[str], user: str) -> set[str]:
    wanted: set[str] = set()
    for name in names:
        table = read_table(documents.lines(name))
        user_at, film_at = table.need("userId"), table.need("movieId")
        wanted |= {
            row[film_at]
            for _, row in table.rows()
            if isinstance(row, list) and row[user_at] == user
        }
    return wanted


def _facts(documents: Documents, roles: dict[str, str], wanted: set[str]) -> dict[str, Facts]:
    facts: dict[str, Facts] = {}
    for role in ("movies", "links"):
        if role not in roles:
            continue
        table = read_table(documents.lines(roles[role]))
        key_at = table.need("movieId")
        title_at = table.column("title")
        imdb_at, tmdb_at = table.column("imdbId"), table.column("tmdbId")
        for _, row in table.rows():
            if not isinstance(row, list) or row[key_at] not in wanted:
                continue
            title, year, imdb, tmdb = facts.get(row[key_at], ("", None, None, None))
            if role == "movies":
                title, year = split_title(row[title_at])
            else:
                imdb, tmdb = values.imdb_id(row[imdb_at]), values.tmdb_id(row[tmdb_at])
            facts[row[key_at]] = (title, year, imdb, tmdb)
    return facts


def split_title(text: str) -> tuple[str, int | None]:
    """Part a title from the year in brackets behind it.

    >>> split_title("Matrix, The (1999)"), split_title("Babylon 5")
    (('Matrix, The', 1999), ('Babylon 5', None))
    """
    match = _TITLE.match(text.strip())
    return (match["title"], int(match["year"])) if match else (text.strip(), None)


def _data_set(
    documents: Documents, name: str, role: str, user: str, facts: dict[str, Facts]
) -> Iterator[Found]:
    table = read_table(documents.lines(name))
    user_at, film_at = table.need("userId"), table.need("movieId")
    value_at, time_at = (
        table.need("rating" if role == "ratings" else "tag"),
        table.column("timestamp"),
    )
    for line, row in table.rows():
        if isinstance(row, BadValue):
            yield Rejection(name, line, "", None, row.mend)
        elif row[user_at] == user:
            when = values.from_epoch(row[time_at]) if time_at >= 0 else None
            said = partial(_value, role, row[value_at], when)
            yield _row(name, line, row[film_at], facts, said)


def _value(role: str, text: str, when: str | None) -> dict[str, Any]:
    if role == "tags":
        return {"kind": "tag", "tags": values.tags_of(text.replace(",", " "), "tag")}
    if role == "watchlist":
        return {"kind": role, "watchlist": True}
    rating = values.half_stars(text, 5, strict=True)
    return {"kind": "rating", "rating": rating, "rated_at": when, "logged_at": when}


def _row(
    name: str,
    line: int,
    movie_id: str,
    facts: dict[str, Facts],
    value: Callable[[], dict[str, Any]],
) -> Mention | Rejection:
    title, year, imdb_id, tmdb_id = facts.get(movie_id, ("", None, None, None))
    try:
        if not (title or imdb_id or tmdb_id):
            _refuse_nameless(movie_id)
        ref = FilmRef(
            f"movielens:{movie_id}", title or f"MovieLens {movie_id}", year, imdb_id, tmdb_id
        )
        return Mention(ref=ref, file=name, line=line, **value())
    except BadValue as bad:
        return Rejection(name, line, title[:200], year, bad.mend)


def _site(name: str, table: Table, reading: Reading, kind: str) -> Iterator[Found]:
    key_at, title_at = table.need("movie_id", "movieId"), table.column("title")
    imdb_at, tmdb_at, rating_at = (table.column(c) for c in ("imdb_id", "tmdb_id", "rating"))
    for line, row in table.rows():
        if isinstance(row, BadValue):
            yield Rejection(name, line, "", None, row.mend)
            continue
        title, year = split_title(row[title_at]) if title_at >= 0 else ("", None)
        facts: dict[str, Facts] = {
            row[key_at]: (
                title,
                year if year and 1870 <= year <= reading.today.year + 10 else None,
                values.imdb_id(row[imdb_at]) if imdb_at >= 0 else None,
                values.tmdb_id(row[tmdb_at]) if tmdb_at >= 0 else None,
            )
        }
        said = partial(_value, kind, row[rating_at] if rating_at >= 0 else "", None)
        yield _row(name, line, row[key_at], facts, said)


def _refuse_nameless(movie_id: str) -> NoReturn:
    raise BadValue(
        "movieId",
        f"film {movie_id[:20]} has no title here",
        "put ratings.csv, movies.csv and links.csv into one zip and import that",
    )
