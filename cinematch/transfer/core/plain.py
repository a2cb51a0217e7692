"""Any other CSV: a person (or the header's names, in English or Italian) says what is what."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from cinematch.transfer.core import values
from cinematch.transfer.core.items import (
    BadValue,
    Documents,
    FilmRef,
    Found,
    Kind,
    Mend,
    Mention,
    NeedsMapping,
    Notice,
    Play,
    Reading,
    Rejection,
)
from cinematch.transfer.core.letterboxd import film_ref
from cinematch.transfer.core.tables import Table, fold, read_table

FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "name", "film", "movie", "titolo", "nome", "film title", "movie title"),
    "original_title": ("original title", "titolo originale"),
    "year": ("year", "release year", "anno", "anno di uscita", "release date", "data di uscita"),
    "imdb_id": ("imdb id", "imdb", "imdbid", "const", "tconst", "id imdb"),
    "tmdb_id": ("tmdb id", "tmdb", "tmdbid", "id tmdb", "themoviedb"),
    "directors": ("directors", "director", "regista", "registi", "regia"),
    "rating": (
        "rating", "your rating", "my rating", "user rating", "score", "stars", "voto", "voti",
        "valutazione", "il mio voto", "stelle", "punteggio", "giudizio", "rating10",
    ),
    "date": (
        "watched date", "date watched", "watched at", "watched on", "viewing date", "date seen",
        "seen on", "data visione", "data di visione", "visto il", "visto", "date", "data",
        "watched",
    ),
    "rated_at": ("date rated", "rated at", "rating date", "data voto", "votato il"),
    "rewatch": ("rewatch", "rewatched", "revisione", "rivisto", "già visto"),
    "liked": ("liked", "like", "favourite", "favorite", "loved", "preferito", "mi piace"),
    "watchlist": ("watchlist", "to watch", "want to watch", "da vedere"),
    "tags": ("tags", "tag", "labels", "etichette", "parole chiave"),
    "review": ("review", "comment", "notes", "recensione", "commento", "note"),
}  # fmt: skip
OPTIONS = {
    "rating_scale": ("5", "10", "100"),
    "date_order": ("ymd", "dmy", "mdy"),
    "rows_are": ("seen", "watchlist", "liked"),
    "user_id": (),
}
_SAMPLE = 500


@dataclass(frozen=True)
class _How:
    """How the cells are to be read. `repeats`: two lines alike are two viewings of a day."""

    scale: int
    order: str
    rows_are: str
    repeats: bool


def suggest(table: Table, rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return what header and sample speak for: our field to their column, and options."""
    folded = {fold(column): column for column in reversed(table.columns)}
    suggested: dict[str, str] = {}
    for field, names in FIELDS.items():
        column = next((folded[fold(name)] for name in names if fold(name) in folded), None)
        if column is not None and column not in suggested.values():
            suggested[field] = column
    if "rating" in suggested:
        suggested["rating_scale"] = _scale(table, suggested["rating"], rows)
    if "date" in suggested:
        order = _order(table, suggested["date"], rows)
        if order:
            suggested["date_order"] = order
    return suggested


def _scale(table: Table, column: str, rows: Sequence[Sequence[str]]) -> str:
    if fold(column) == "rating10":
        return "10"
    place, highest = table.column(column), 0.0
    for row in rows:
        try:
            highest = max(highest, float(row[place].replace(",", ".") or 0))
        except ValueError:
            continue
    return "5" if highest <= 5 else "10" if highest <= 10 else "100"


def _order(table: Table, column: str, rows: Sequence[Sequence[str]]) -> str:
    """Return the order that all sampled dates allow, "" when they are ISO or none is clear."""
    place = table.column(column)
    texts = [row[place].strip() for row in rows if row[place].strip()]
    numbers = [
        text.replace(".", "/").replace("-", "/").replace(" ", "/").split("/") for text in texts
    ]
    slashed = [parts for parts in numbers if len(parts) == 3 and all(p.isdecimal() for p in parts)]
    if not slashed or all(len(parts[0]) == 4 for parts in slashed):
        return ""
    if any(int(parts[0]) > 12 for parts in slashed):
        return "dmy"
    return "mdy" if any(int(parts[1]) > 12 for parts in slashed) else "?"


def is_clear(suggested: Mapping[str, str]) -> bool:
    """Whether nobody needs to be asked."""
    names_a_film = any(field in suggested for field in ("title", "imdb_id", "tmdb_id"))
    says_something = len([f for f in suggested if f in FIELDS]) > 1
    return names_a_film and says_something and suggested.get("date_order") != "?"


def check_mapping(mapping: Mapping[str, str]) -> None:
    """Refuse a mapping that cannot be.

    Raises:
        BadValue: an unknown field, or an option with an unknown value.
    """
    for field, value in mapping.items():
        if field not in FIELDS and field not in OPTIONS:
            raise BadValue(
                field, "is not a field of ours", f"one of: {', '.join([*FIELDS, *OPTIONS])}"
            )
        allowed = OPTIONS.get(field, ())
        if allowed and value and value not in allowed:
            raise BadValue(field, f"cannot be “{value[:40]}”", f"one of: {', '.join(allowed)}")


def read(documents: Documents, reading: Reading) -> Iterator[Found]:
    """Yield what the mapped columns say.

    Raises:
        NeedsMapping: header and sample leave something open, and nobody said it.
        BadValue: the mapping names a column that is not there.
    """
    for name in documents.names:
        table = read_table(documents.lines(name))
        rows = table.rows()
        sample = list(islice(rows, _SAMPLE))
        plain_rows = [row for _, row in sample if isinstance(row, list)]
        mapping = dict(reading.mapping)
        if not any(field in FIELDS for field in mapping):
            suggested = suggest(table, plain_rows)
            if not is_clear(suggested | {k: v for k, v in mapping.items() if v}):
                shown = {k: v for k, v in suggested.items() if v != "?"}
                raise NeedsMapping(table.columns, plain_rows[:5], shown)
            mapping = suggested | mapping
            yield Notice(name, _explained(mapping))
        if _for_letterboxd(table) and name.casefold().endswith("watchlist.csv"):
            mapping.setdefault("rows_are", "watchlist")
        make = _maker(name, table, mapping, reading)
        for line, row in chain(sample, rows):
            if isinstance(row, BadValue):
                yield Rejection(name, line, "", None, row.mend)
            elif any(row):
                yield make(line, row)


def _for_letterboxd(table: Table) -> bool:
    """Whether this is the format that Letterboxd imports, and our export writes."""
    return (
        table.column("tmdbID") >= 0 and table.column("imdbID") >= 0 and table.column("Title") >= 0
    )


def _explained(mapping: Mapping[str, str]) -> str:
    said = ", ".join(f"{field} = {value}" for field, value in mapping.items())
    return f"columns read as: {said}"


def _maker(
    name: str, table: Table, mapping: Mapping[str, str], reading: Reading
) -> Callable[[int, list[str]], Mention | Rejection]:
    places = {field: _place(table, field, column) for field, column in mapping.items() if column}
    if not places.keys() & {"title", "imdb_id", "tmdb_id"}:
        raise BadValue("title", "no column names the film", "map title, imdb_id or tmdb_id")
    scale = int(
        mapping.get("rating_scale") or (10 if "rating10" in map(fold, mapping.values()) else 5)
    )
    how = _How(
        scale,
        mapping.get("date_order", ""),
        mapping.get("rows_are", ""),
        repeats=_for_letterboxd(table),
    )

    def make(line: int, row: list[str]) -> Mention | Rejection:
        cell = {field: row[place] for field, place in places.items() if place >= 0}
        try:
            return _mention(name, line, cell, how, reading)
        except BadValue as bad:
            return Rejection(name, line, cell.get("title", "")[:200], None, bad.mend)

    return make


def _place(table: Table, field: str, column: str) -> int:
    if field in OPTIONS:
        return -1
    place = table.column(column)
    if place < 0:
        raise BadValue(
            field, f"there is no column “{column[:60]}”", f"one of: {', '.join(table.columns)}"
        )
    return place


def _mention(name: str, line: int, cell: dict[str, str], how: _How, reading: Reading) -> Mention:
    day = values.viewing_date(cell.get("date", ""), reading.today, how.order)
    watchlist = how.rows_are == "watchlist" or values.yes(cell.get("watchlist", ""))
    liked = how.rows_are == "liked" or values.yes(cell.get("liked", ""))
    problem: Mend | None = None
    rating: int | None = None
    tags: tuple[str, ...] = ()
    try:
        rating = values.half_stars(cell.get("rating", ""), how.scale)
        tags = values.tags_of(cell.get("tags", ""))
    except BadValue as bad:
        problem = bad.mend
    review = cell.get("review", "").strip() or None
    only_marked = (watchlist or liked) and not (day or rating or review)
    kind: Kind = "play" if day else "watchlist" if only_marked else "seen"
    return Mention(
        ref=_film(cell, reading),
        kind=kind,
        file=name,
        line=line,
        plays=(Play(day, values.yes(cell.get("rewatch", ""))),) if day else (),
        identity="\x1f".join(cell.values()) if day and not how.repeats else None,
        rating=rating,
        rated_at=values.instant(cell.get("rated_at", "")) if rating else None,
        liked=liked,
        watchlist=watchlist,
        tags=tags,
        review=review,
        problem=problem,
    )


def _film(cell: dict[str, str], reading: Reading) -> FilmRef:
    imdb_id, tmdb_id = (
        values.imdb_id(cell.get("imdb_id", "")),
        values.tmdb_id(cell.get("tmdb_id", "")),
    )
    year_text = cell.get("year", "").strip()
    # A whole release date begins with its year.
    year = values.release_year(year_text[:4] if year_text[4:5] == "-" else year_text, reading.today)
    text = cell.get("title", "") or cell.get("original_title", "")
    title = values.title_of(text or imdb_id or (f"TMDB {tmdb_id}" if tmdb_id else ""))
    directors = tuple(d.strip() for d in cell.get("directors", "").split(",") if d.strip())[:5]
    key = (
        f"imdb:{imdb_id}"
        if imdb_id
        else f"tmdb:{tmdb_id}"
        if tmdb_id
        else film_ref(title, year).key
    )
    return FilmRef(key, title, year, imdb_id, tmdb_id, directors)
