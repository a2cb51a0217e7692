"""Letterboxd's export: the zip of Settings → Data, and its single files.

Facts of the format: shared specification `formats.md` 1.1. `Date` is the day of logging or rating;
only `Watched Date` says when a film was seen. There are no outside ids.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cinematch.films.core.title import normalize_title
from cinematch.transfer.core import values
from cinematch.transfer.core.items import (
    BadValue,
    Documents,
    FilmRef,
    Found,
    ListHeader,
    Mend,
    Mention,
    NeedsMapping,
    Notice,
    Play,
    Reading,
    Rejection,
)
from cinematch.transfer.core.tables import Table, cells, delimiter_of, fold, read_table

LIST_MARK = "letterboxd list export"
_SKIPPED = {
    "profile.csv": "your profile is not imported",
    "comments.csv": "comments are not imported",
}
_NAME, _YEAR, _URI = ("Name", "Title", "Film"), ("Year",), ("Letterboxd URI", "URL", "URI")


def is_table(columns: Sequence[str]) -> bool:
    """Whether a CSV header is one of Letterboxd's."""
    names = {fold(column) for column in columns}
    return {"date", "name", "year", "letterboxduri"} <= names


def kind_of(columns: Sequence[str], name: str) -> str:
    """Tell `diary`, `reviews`, `ratings`, `watched`, `watchlist`, `likes` or "" (cannot be told).

    The last three have one header; in the zip their path tells them apart.
    """
    names = {fold(column) for column in columns}
    if "review" in names:
        return "reviews"
    if "watcheddate" in names:
        return "diary"
    if "rating" in names:
        return "ratings"
    parts = name.casefold().split("/")
    stem = parts[-1].removesuffix(".csv")
    if "likes" in parts[:-1] or "like" in stem:
        return "likes" if stem in {"films", "likes"} or "like" in stem else ""
    return next((kind for kind in ("watchlist", "watched") if kind in stem), "")


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield everything that the zip or the single file says.

    Raises:
        NeedsMapping: a single file whose header does not say what its rows are.
    """
    alone = len(documents.names) == 1
    list_no = 0
    for name in documents.names:
        passed_over = _passed_over(name)
        if passed_over == "not a table":
            continue
        if passed_over and not alone:
            yield Notice(name, passed_over)
            continue
        lines = documents.lines(name)
        first = next(lines, "")
        if first.strip().strip('\ufeff"').casefold().startswith(LIST_MARK):
            list_no += 1
            yield from _list(name, lines, list_no, reading)
        else:
            yield from _file(name, read_table(_again(first, lines)), reading, alone)


def _passed_over(name: str) -> str:
    parts = name.casefold().split("/")
    if not parts[-1].endswith(".csv"):
        return "not a table"
    if "deleted" in parts[:-1]:
        return "what you deleted at Letterboxd stays deleted"
    if "orphaned" in parts[:-1]:
        return "entries of films that Letterboxd has no longer are not imported"
    if "likes" in parts[:-1] and parts[-1] != "films.csv":
        return "likes of other people's items are not imported"
    return _SKIPPED.get(parts[-1], "")


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _file(name: str, table: Table, reading: Reading, alone: bool) -> Iterator[Found]:
    kind = reading.mapping.get("rows_are", "") if alone else ""
    kind = {"liked": "likes", "seen": "watched"}.get(kind, kind) or kind_of(table.columns, name)
    if not kind:
        if alone and is_table(table.columns):
            sample = [row for _, row in table.rows() if isinstance(row, list)][:5]
            suggested = {"title": "Name", "year": "Year", "rows_are": ""}
            raise NeedsMapping(table.columns, sample, suggested)
        yield Notice(name, "this file is not imported")
        return
    try:
        make = _maker(kind, name, table, reading)
    except BadValue as bad:
        yield Rejection(name, 1, "", None, bad.mend)
        return
    for line, row in table.rows():
        if isinstance(row, BadValue):
            yield Rejection(name, line, "", None, row.mend)
            continue
        try:
            yield make(line, row)
        except BadValue as bad:
            yield Rejection(name, line, *_shown(row, table, reading), bad.mend)


def _shown(row: list[str], table: Table, reading: Reading) -> tuple[str, int | None]:
    title, year = table.column(*_NAME), table.column(*_YEAR)
    try:
        shown_year = values.release_year(row[year], reading.today) if year >= 0 else None
    except BadValue:
        shown_year = None
    return row[title][:200] if title >= 0 else "", shown_year


Maker = Callable[[int, list[str]], Mention]


def _maker(kind: str, name: str, table: Table, reading: Reading) -> Maker:
    film = _film_reader(table, reading)
    date_at, uri_at = table.column("Date"), table.column(*_URI)

    def plain(
        line: int, row: list[str], mention_kind: str, *, liked: bool = False, wished: bool = False
    ) -> Mention:
        return Mention(
            ref=film(row),
            kind=mention_kind,  # type: ignore[arg-type]
            file=name,
            line=line,
            logged_at=values.instant(row[date_at]) if date_at >= 0 else None,
            liked=liked,
            watchlist=wished,
        )

    if kind == "watched":
        return partial(plain, mention_kind="seen")
    if kind == "watchlist":
        return partial(plain, mention_kind="watchlist", wished=True)
    if kind == "likes":
        return partial(plain, mention_kind="like", liked=True)
    if kind == "ratings":
        return _rating_maker(name, film, table)
    return _diary_maker(kind, name, film, table, reading, uri_at)


def _rating_maker(name: str, film: Callable[[list[str]], FilmRef], table: Table) -> Maker:
    date_at, rating_at = table.column("Date"), table.need("Rating")

    def make(line: int, row: list[str]) -> Mention:
        when = values.instant(row[date_at]) if date_at >= 0 else None
        return Mention(
            ref=film(row),
            kind="rating",
            file=name,
            line=line,
            rating=values.half_stars(row[rating_at], 5, strict=True, field="Rating"),
            rated_at=when,
            logged_at=when,
        )

    return make


def _diary_maker(
    kind: str,
    name: str,
    film: Callable[[list[str]], FilmRef],
    table: Table,
    reading: Reading,
    uri_at: int,
) -> Maker:
    date_at, rating_at = table.column("Date"), table.column("Rating")
    watched_at = table.need("Watched Date", "WatchedDate")
    rewatch_at, tags_at = table.column("Rewatch"), table.column("Tags")
    review_at = table.column("Review")
    mention_kind = "review" if kind == "reviews" else "play"

    def make(line: int, row: list[str]) -> Mention:
        day = values.viewing_date(row[watched_at], reading.today, field="Watched Date")
        rewatch = rewatch_at >= 0 and values.yes(row[rewatch_at])
        dated = bool(day) or mention_kind == "play"
        rating, problem = _lenient_rating(row[rating_at] if rating_at >= 0 else "")
        tags, tags_problem = _lenient_tags(row[tags_at] if tags_at >= 0 else "")
        return Mention(
            ref=film(row),
            kind=mention_kind,  # type: ignore[arg-type]
            file=name,
            line=line,
            plays=(Play(day, rewatch),) if dated else (),
            identity=(row[uri_at] or None) if uri_at >= 0 else None,
            rating=rating,
            logged_at=values.instant(row[date_at]) if date_at >= 0 else None,
            tags=tags,
            review=(row[review_at].strip() or None) if review_at >= 0 else None,
            problem=problem or tags_problem,
        )

    return make


def _lenient_rating(text: str) -> tuple[int | None, Mend | None]:
    # A viewing is worth keeping although its rating cannot be read.
    try:
        return values.half_stars(text, 5, strict=True, field="Rating"), None
    except BadValue as bad:
        return None, bad.mend


def _lenient_tags(text: str) -> tuple[tuple[str, ...], Mend | None]:
    try:
        return values.tags_of(text, "Tags"), None
    except BadValue as bad:
        return (), bad.mend


def _film_reader(table: Table, reading: Reading) -> Callable[[list[str]], FilmRef]:
    title_at, year_at = table.need(*_NAME), table.column(*_YEAR)

    def film(row: list[str]) -> FilmRef:
        title = values.title_of(row[title_at], "Name")
        year = values.release_year(row[year_at], reading.today, "Year") if year_at >= 0 else None
        return film_ref(title, year)

    return film


def film_ref(title: str, year: int | None) -> FilmRef:
    """Name a film known by title and year alone."""
    return FilmRef(f"{normalize_title(title)}|{year or ''}", title, year)


def _list(name: str, lines: Iterator[str], list_no: int, reading: Reading) -> Iterator[Found]:
    """Read `lists/NAME.csv`; its first line is already taken."""
    head = next(lines, "")
    # The list's own line may run over several, when its description does.
    table_rows = cells(_again(head, lines), delimiter_of(head))
    columns = [fold(cell) for cell in next(table_rows, (0, None))[1] or []]
    about = dict(zip(columns, next(table_rows, (0, None))[1] or [], strict=False))
    yield ListHeader(
        list_no,
        name,
        (about.get("name") or name.rsplit("/", 1)[-1].removesuffix(".csv"))[:200],
        about.get("description") or "",
        values.instant(about.get("date")),
    )
    header: list[str] | None = None
    for line, row in table_rows:
        if header is None:
            header = [fold(cell) for cell in row] if row else None
        elif row:
            yield _list_item(name, line + 1, dict(zip(header, row, strict=False)), list_no, reading)


def _list_item(
    name: str, line: int, row: dict[str, str], list_no: int, reading: Reading
) -> Mention | Rejection:
    try:
        title = values.title_of(row.get("name", ""), "Name")
        year = values.release_year(row.get("year", ""), reading.today, "Year")
    except BadValue as bad:
        return Rejection(name, line, row.get("name", "")[:200], None, bad.mend)
    place = row.get("position", "").strip()
    return Mention(
        ref=film_ref(title, year),
        kind="list",
        file=name,
        line=line,
        list_no=list_no,
        position=int(place) if place.isascii() and place.isdigit() and len(place) < 7 else line,
        note=row.get("description", "").strip()[:2000],
    )
