"""Our own export: one JSON document that restores everything.

Its shape, which the writer and the reader below share:

    {"format": "cinematch", "version": 1, "exported_at": …, "username": …, "settings": {…},
     "films":      [film of one's own that is in no entry, …],
     "entries":    [{film, rating, liked, …, watches: [{watch_id, date, …}]}, …],
     "lists":      [{list, name, description, created_at}, …],
     "list_items": [{list, film, note}, …],
     "suggestions": [{film_id, title, at, predicted, …}, …]}

`rating` is in stars; a film of one's own carries its facts as `own`. What was suggested is there to
be read: nothing of it is brought back.
"""

from collections.abc import Callable, Iterator
from typing import Any, NoReturn, TypeGuard, TypeVar

import msgspec

from cinematch.diary.core import CONTEXTS, LONGEST_REVIEW, Entry, clean_tags
from cinematch.films.core.film import Film
from cinematch.kit.errors import Invalid
from cinematch.lists.core import FilmList
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
    Play,
    Reading,
    Rejection,
    Settings,
)

FORMAT, VERSION = "cinematch", 1
T = TypeVar("T")
_OWN = (
    "title", "title_en", "title_it", "aliases", "year", "runtime", "genres", "directors", "cast",
    "countries", "languages",
)  # fmt: skip


class FilmRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a film is named in our export."""

    film_id: str
    title: str
    year: int | None = None
    imdb_id: str | None = None
    tmdb_id: int | None = None
    own: dict[str, Any] | None = None


class WatchRecord(msgspec.Struct, frozen=True, omit_defaults=True):
    """One viewing."""

    watch_id: str = ""
    date: str = ""
    rewatch: bool = False
    context: str | None = None
    source: str | None = None


class EntryRecord(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One user's film; `rating` in stars."""

    film: FilmRecord
    rating: float | None = None
    liked: bool = False
    watchlist: bool = False
    watchlist_added_at: str | None = None
    tags: list[str] = []
    review: str | None = None
    watches: list[WatchRecord] = []
    added_at: str | None = None
    rated_at: str | None = None


def film_record(film: Film) -> FilmRecord:
    """Name a film for the export; one of a person's own takes its facts along."""
    own = msgspec.to_builtins(film) if film.owner_user_id else None
    kept = {name: own[name] for name in _OWN if own.get(name)} if own else None
    return FilmRecord(film.film_id, film.title, film.year, film.imdb_id, film.tmdb_id, kept)


def entry_record(entry: Entry, film: Film) -> EntryRecord:
    """Write one entry for the export, without what the store counts for itself."""
    return EntryRecord(
        film=film_record(film),
        rating=None if entry.rating is None else entry.rating / 2,
        liked=entry.liked,
        watchlist=entry.watchlist,
        watchlist_added_at=entry.watchlist_added_at,
        tags=list(entry.tags),
        review=entry.review,
        watches=[
            WatchRecord(w.watch_id, w.date, w.rewatch, w.context, w.source) for w in entry.watches
        ],
        added_at=entry.added_at or None,
        rated_at=entry.rated_at,
    )


def list_record(number: int, film_list: FilmList) -> dict[str, Any]:
    """Write what a list says of itself; its films are `list_items` with its number."""
    return {
        "list": number,
        "name": film_list.name,
        "description": film_list.description,
        "created_at": film_list.created_at,
    }


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield everything of an export of ours.

    Raises:
        BadFile: it is of a later version, or not whole.
    """
    for name in documents.names:
        numbers: dict[str, int] = {}
        for section, record in records(documents.chunks(name)):
            numbers[section] = numbers.get(section, 0) + 1
            found = _record(section, record, name, numbers[section], reading)
            if found is not None:
                yield found


def _record(section: str, record: Any, name: str, number: int, reading: Reading) -> Found | None:
    if section == "version" and record != VERSION:
        raise BadFile(
            f"This export is of version {str(record)[:20]}; this release reads version {VERSION}.",
            "Update CineMatch, then import it again.",
        )
    if section == "settings" and isinstance(record, dict):
        return Settings(record)
    readers: dict[str, Callable[[Any, str, int, Reading], Found]] = {
        "entries": _entry,
        "films": _film_alone,
        "lists": _list,
        "list_items": _item,
    }
    if section not in readers:
        return None
    file = f"{name}#{section}"
    try:
        return readers[section](record, file, number, reading)
    except BadValue as bad:
        return Rejection(file, number, _title_in(record), None, bad.mend)


def _title_in(record: Any) -> str:
    film = record.get("film", record) if isinstance(record, dict) else None
    title = film.get("title") if isinstance(film, dict) else None
    return title[:200] if isinstance(title, str) else ""


def _typed(record: Any, shape: type[T]) -> T:
    try:
        return msgspec.convert(record, shape)
    except msgspec.ValidationError as error:
        _refuse("record", str(error))


def _refuse(field: str, message: str) -> NoReturn:
    raise BadValue(field, message, "import the export as it was written")


def _entry(record: Any, file: str, number: int, reading: Reading) -> Mention:
    entry: EntryRecord = _typed(record, EntryRecord)
    try:
        tags = clean_tags(entry.tags)
    except Invalid as refusal:
        _refuse("tags", refusal.detail)
    if entry.review and len(entry.review) > LONGEST_REVIEW:
        _refuse("review", "is too long")
    return Mention(
        ref=_ref(entry.film, reading),
        kind="entry",
        file=file,
        line=number,
        plays=tuple(_play(watch, reading) for watch in entry.watches),
        rating=None if entry.rating is None else _rating(entry.rating),
        rated_at=_instant(entry.rated_at),
        logged_at=_instant(entry.added_at),
        liked=entry.liked,
        watchlist=entry.watchlist,
        watchlist_at=_instant(entry.watchlist_added_at),
        tags=tags,
        review=entry.review,
    )


def _instant(text: str | None) -> str | None:
    return values.instant(text) if text else None


def _rating(stars: float) -> int:
    rating = values.half_stars(str(stars), 5, strict=True)
    if rating is None:
        _refuse("rating", "cannot be 0")
    return rating


def _play(watch: WatchRecord, reading: Reading) -> Play:
    if watch.context is not None and watch.context not in CONTEXTS:
        _refuse("context", f"“{watch.context[:40]}” is not a known place")
    if len(watch.watch_id) > 64 or len(watch.source or "") > 200:
        _refuse("watch_id", "is too long")
    date = values.viewing_date(watch.date, reading.today)
    return Play(date, watch.rewatch, watch.context, watch.source, watch.watch_id or None)


def _ref(film: FilmRecord, reading: Reading) -> FilmRef:
    title = values.title_of(film.title)
    year = values.release_year(str(film.year or ""), reading.today)
    if not film.film_id or len(film.film_id) > 64:
        _refuse("film_id", "is missing or too long")
    return FilmRef(
        f"film:{film.film_id}",
        title,
        year,
        values.imdb_id(film.imdb_id),
        values.tmdb_id(film.tmdb_id),
        film_id=film.film_id,
        own=film.own,
    )


def _film_alone(record: Any, file: str, number: int, reading: Reading) -> Mention:
    film: FilmRecord = _typed(record, FilmRecord)
    return Mention(ref=_ref(film, reading), kind="entry", file=file, line=number)


def _is_number(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and 0 <= value < 2**31


def _list(record: Any, file: str, _number: int, _reading: Reading) -> ListHeader:
    about = record if isinstance(record, dict) else {}
    list_no, name, description = about.get("list"), about.get("name"), about.get("description")
    if not _is_number(list_no) or not isinstance(name, str) or not name.strip():
        _refuse("list", "has no number or no name")
    return ListHeader(
        list_no,
        file,
        name[:200],
        description if isinstance(description, str) else "",
        values.instant(about.get("created_at")),
    )


def _item(record: Any, file: str, number: int, reading: Reading) -> Mention:
    about = record if isinstance(record, dict) else {}
    list_no, note = about.get("list"), about.get("note")
    if not _is_number(list_no):
        _refuse("list", "has no number")
    film: FilmRecord = _typed(about.get("film"), FilmRecord)
    return Mention(
        ref=_ref(film, reading),
        kind="list",
        file=file,
        line=number,
        list_no=list_no,
        position=number,
        note=note[:2000] if isinstance(note, str) else "",
    )
