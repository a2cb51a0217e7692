"""IMDb's CSV files: your ratings, your watchlist, any list. Facts: `formats.md` 1.3."""

from collections.abc import Callable, Iterator, Sequence

from cinematch.transfer.core import values
from cinematch.transfer.core.items import (
    BadValue,
    Documents,
    FilmRef,
    Found,
    ListHeader,
    Mention,
    Reading,
    Rejection,
)
from cinematch.transfer.core.tables import Table, fold, read_table

# A "TV special" is a concert or an hour of stand-up: a film to most who rate one.
_FILMS = frozenset(
    {"movie", "tvmovie", "short", "tvshort", "video", "documentary", "tvspecial", "featurefilm", ""}
)
_NOT_FILMS = {
    "tvseries": "a series, not a film",
    "tvminiseries": "a series, not a film",
    "tvepisode": "an episode of a series, not a film",
    "videogame": "a video game, not a film",
    "musicvideo": "a music video, not a film",
    "podcastseries": "a podcast, not a film",
    "podcastepisode": "a podcast, not a film",
}


def is_table(columns: Sequence[str]) -> bool:
    """Whether a CSV header is one of IMDb's."""
    names = {fold(column) for column in columns}
    return "const" in names and bool(names & {"titletype", "yourrating", "youratedit", "title"})


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield ratings, or the watchlist, or the items of a list."""
    for list_no, name in enumerate(documents.names, 1):
        table = read_table(documents.lines(name))
        if not is_table(table.columns):
            continue
        kind = _kind(table, name, reading)
        if kind == "list":
            title = name.rsplit("/", 1)[-1].rsplit(".", 1)[0]
            yield ListHeader(list_no, name, title[:200] or "IMDb")
        make = _maker(kind, name, table, reading, list_no)
        for line, row in table.rows():
            if isinstance(row, BadValue):
                yield Rejection(name, line, "", None, row.mend)
            else:
                yield make(line, row)


def _kind(table: Table, name: str, reading: Reading) -> str:
    """A list has positions. IMDb's watchlist is a list too: its usual name or a person tells it."""
    said = reading.mapping.get("rows_are", "")
    if said:
        return {"seen": "rating", "liked": "like"}.get(said, said)
    if table.column("Position") < 0 and table.column("Created") < 0:
        return "rating"
    plain = fold(name)
    return "list" if "list" in plain and "watchlist" not in plain else "watchlist"


def _maker(
    kind: str, name: str, table: Table, reading: Reading, list_no: int
) -> Callable[[int, list[str]], Found]:
    cell = _cells(table)

    def make(line: int, row: list[str]) -> Found:
        title, shown_year = cell(row, "Title", "Name"), None
        try:
            shown_year = values.release_year(cell(row, "Year"), reading.today, "Year")
            _only_films(cell(row, "Title Type", "TitleType"))
            ref = _film(row, cell, title, shown_year)
            rating = values.half_stars(
                cell(row, "Your Rating", "You rated it"), 10, strict=True, field="Your Rating"
            )
        except BadValue as bad:
            return Rejection(name, line, title[:200], shown_year, bad.mend)
        return Mention(
            ref=ref,
            kind=kind if rating is None or kind != "watchlist" else "rating",  # type: ignore[arg-type]
            file=name,
            line=line,
            rating=rating,
            rated_at=values.instant(cell(row, "Date Rated")) if rating else None,
            logged_at=values.instant(cell(row, "Created", "Date Rated")),
            watchlist=kind == "watchlist",
            liked=kind == "like",
            list_no=list_no if kind == "list" else None,
            position=line,
            note=cell(row, "Description").strip()[:2000] if kind == "list" else "",
        )

    return make


def _cells(table: Table) -> Callable[..., str]:
    places: dict[tuple[str, ...], int] = {}

    def cell(row: list[str], *names: str) -> str:
        if names not in places:
            places[names] = table.column(*names)
        place = places[names]
        return row[place] if place >= 0 else ""

    return cell


def _only_films(title_type: str) -> None:
    plain = fold(title_type)
    reason = _NOT_FILMS.get(plain, "" if plain in _FILMS else "of a kind that is no film")
    if reason:
        raise BadValue(
            "Title Type", f"{reason} ({title_type})", "nothing to do: only films count here"
        )


def _film(row: list[str], cell: Callable[..., str], title: str, year: int | None) -> FilmRef:
    imdb_id = values.imdb_id(cell(row, "Const")) or values.imdb_id(cell(row, "URL"))
    if imdb_id is None:
        raise BadValue(
            "Const", f"“{cell(row, 'Const')[:40]}” is not an IMDb id", "such as tt0050083"
        )
    original = cell(row, "Original Title")
    directors = tuple(d.strip() for d in cell(row, "Directors", "Director").split(",") if d.strip())
    return FilmRef(
        f"imdb:{imdb_id}",
        values.title_of(title or original, "Title"),
        year,
        imdb_id=imdb_id,
        directors=directors[:5],
    )
