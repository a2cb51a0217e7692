"""Trakt's export zip, and its single JSON files. Facts: `formats.md` 1.4.

Ids are exact, times are UTC, and each play has an id of its own, which becomes the viewing's
identity here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cinematch.transfer.core import values
from cinematch.transfer.core.documents import records
from cinematch.transfer.core.items import (
    BadFile,
    BadValue,
    Documents,
    FilmRef,
    Found,
    ListHeader,
    Mention,
    Notice,
    Play,
    Reading,
    Rejection,
)

_NUMBER = re.compile(r"(\d+)")
_KINDS = (
    ("watched-history", "history"),
    ("ratings-movies", "ratings"),
    ("lists-watchlist", "watchlist"),
    ("lists-favorites", "favorites"),
    ("lists-lists", "lists"),
    ("lists-list-", "list"),
)


def is_record(record: Any) -> bool:
    """Whether a record of a JSON list is one of Trakt's about a film or an episode."""
    return isinstance(record, dict) and (
        isinstance(record.get("movie"), dict) or isinstance(record.get("show"), dict)
    )


def kind_of(name: str) -> str:
    """Tell what a member of the zip holds, by its name; "" for what is not imported."""
    stem = name.casefold().rsplit("/", 1)[-1]
    if not stem.endswith(".json"):
        return ""
    return next((kind for start, kind in _KINDS if stem.startswith(start)), "")


def kind_of_record(record: dict[str, Any]) -> str:
    """Tell what a single file holds, by its first record."""
    if "watched_at" in record:
        return "history"
    if "rating" in record or "rated_at" in record:
        return "ratings"
    return "watchlist" if "listed_at" in record else ""


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield plays, ratings, the watchlist, favourites (as likes) and lists."""
    alone = len(documents.names) == 1
    lists: dict[str, dict[str, Any]] = {}
    names = sorted(documents.names, key=_by_number)
    for name in [name for name in names if kind_of(name) == "lists"]:
        lists |= {str(_list_id(about)): about for _, about in records(documents.chunks(name))}
    for list_no, name in enumerate(names, 1):
        kind = kind_of(name)
        if kind == "lists":
            continue
        if not kind and not alone:
            yield from _not_imported(name)
        elif kind == "list":
            yield _list_header(name, list_no, lists)
            yield from _file(documents, name, kind, reading, list_no)
        else:
            yield from _file(documents, name, kind, reading, list_no)


def _by_number(name: str) -> list[tuple[int, str]]:
    # watched-history-10 comes after watched-history-9.
    return [
        (int(part), "") if part.isdecimal() else (0, part) for part in _NUMBER.split(name) if part
    ]


def _not_imported(name: str) -> Iterator[Notice]:
    if name.casefold().endswith(".json"):
        yield Notice(name, "not about single films, or not kept here: not imported")


def _list_id(about: Any) -> Any:
    ids = about.get("ids") if isinstance(about, dict) else None
    return ids.get("trakt") if isinstance(ids, dict) else None


def _list_header(name: str, list_no: int, lists: dict[str, dict[str, Any]]) -> ListHeader:
    stem = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    _, _, rest = stem.partition("lists-list-")
    number, _, slug = rest.partition("-")
    about = lists.get(number, {})
    title = about.get("name") or slug.replace("-", " ") or stem
    description = about.get("description")
    return ListHeader(
        list_no,
        name,
        str(title)[:200],
        description if isinstance(description, str) else "",
        values.instant(about.get("created_at")),
    )


def _file(
    documents: Documents, name: str, kind: str, reading: Reading, list_no: int
) -> Iterator[Found]:
    series, count = 0, 0
    try:
        for _, record in records(documents.chunks(name)):
            count += 1
            if not isinstance(record, dict) or not isinstance(record.get("movie"), dict):
                series += 1
                continue
            kind = kind or kind_of_record(record)
            yield _record(record, _Place(kind, name, count, list_no), reading)
    except BadFile as bad:
        yield Rejection(name, count + 1, "", None, BadValue("file", bad.message, bad.mend).mend)
    if series:
        yield Notice(name, f"{series} records of series and episodes passed over: only films count")


@dataclass(frozen=True)
class _Place:
    """Where a record stands."""

    kind: str
    file: str
    number: int
    list_no: int


def _record(record: dict[str, Any], place: _Place, reading: Reading) -> Mention | Rejection:
    movie = record["movie"]
    try:
        ref = _film(movie, reading)
        return _mention(record, place, ref, reading)
    except BadValue as bad:
        title = movie.get("title")
        year = movie.get("year")
        return Rejection(
            place.file,
            place.number,
            title[:200] if isinstance(title, str) else "",
            year if isinstance(year, int) and abs(year) < 10_000 else None,
            bad.mend,
        )


def _film(movie: dict[str, Any], reading: Reading) -> FilmRef:
    ids = movie.get("ids")
    ids = ids if isinstance(ids, dict) else {}
    title = movie.get("title")
    year = movie.get("year")
    imdb_id, tmdb_id = values.imdb_id(ids.get("imdb")), values.tmdb_id(ids.get("tmdb"))
    known_title = values.title_of(title if isinstance(title, str) else "")
    known_year = values.release_year(str(year) if isinstance(year, int) else "", reading.today)
    trakt = ids.get("trakt")
    key = (
        f"trakt:{trakt}"
        if isinstance(trakt, int)
        else imdb_id or f"{known_title}|{known_year or ''}"
    )
    return FilmRef(key, known_title, known_year, imdb_id=imdb_id, tmdb_id=tmdb_id)


def _mention(record: dict[str, Any], place: _Place, ref: FilmRef, reading: Reading) -> Mention:
    kind, name, number = place.kind, place.file, place.number
    if kind == "history":
        play = _play(record, reading)
        return Mention(
            ref=ref, kind="play", file=name, line=number, plays=(play,), identity=play.source
        )
    if kind == "ratings":
        when = values.instant(record.get("rated_at"))
        rating = values.half_stars(str(record.get("rating") or ""), 10, strict=True)
        return Mention(
            ref=ref,
            kind="rating",
            file=name,
            line=number,
            rating=rating,
            rated_at=when,
            logged_at=when,
        )
    note = record.get("notes")
    return Mention(
        ref=ref,
        kind={"list": "list", "favorites": "like"}.get(kind, "watchlist"),  # type: ignore[arg-type]
        file=name,
        line=number,
        logged_at=values.instant(record.get("listed_at")),
        liked=kind == "favorites",
        watchlist=kind == "watchlist",
        list_no=place.list_no if kind == "list" else None,
        position=number,
        note=note[:2000] if isinstance(note, str) and kind == "list" else "",
    )


def _play(record: dict[str, Any], reading: Reading) -> Play:
    seen, identity = record.get("watched_at"), record.get("id")
    day = ""
    if isinstance(seen, str) and not values.is_unknown_instant(seen):
        day = values.viewing_date(seen, reading.today, field="watched_at")
    source = f"trakt:{identity}" if isinstance(identity, int) and identity > 0 else None
    return Play(day, source=source, utc=bool(day))
