"""The data sets of MovieLens as background communities: 100K, 1M, 10M, 20M and what came after.

Ratings are read in pieces into arrays: a row takes 17 bytes, and twice that while they are sorted.
"""

import csv
import re
from collections.abc import Callable, Iterator
from io import BytesIO, StringIO
from itertools import zip_longest
from pathlib import Path
from typing import BinaryIO, NamedTuple, NoReturn

import numpy as np

from cinematch.films.core.title import split_title
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Invalid
from cinematch.recommender.communities.files import Files, opened, text_of
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.background import Background, SourceFilm, numbered
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP

Report = Callable[[str, int, int], None]
"""(what, done, of how many). It may raise to leave off."""

_WHOSE = "MovieLens data (GroupLens, University of Minnesota)."
_TERMS_UNKNOWN = "GroupLens terms, not for redistribution."
_MOST_WORDS = 1_500

_PIECE = 4 * 2**20  # bytes
_LONGEST_LINE = 10_000
_FIELDS = ("userId", "movieId", "rating", "timestamp")
_DAY = 86_400
_MOST_ROWS = 50_000_000
"""The largest of these data sets has 32 million; memory is to last for what is read."""
_COLUMNS = {
    "ratings.csv": _FIELDS,
    "movies.csv": ("movieId", "title"),
    "links.csv": ("movieId", "imdbId", "tmdbId"),
}
_TERMS = re.compile(
    r"(?:The )?data ?set may be used.*?(?=The executable|In no event|$)", re.DOTALL | re.IGNORECASE
)
_READMES = ("readme.txt", "readme", "readme.html", "readme.md", "license", "license.txt")


class Form(NamedTuple):
    """How one generation of the data sets is written."""

    ratings: str
    films: str
    between: bytes
    of_films: str
    """What is between the fields of a film; a comma: CSV, with a line of names before it."""


_FORMS = (
    Form("ratings.csv", "movies.csv", b",", ","),
    Form("ratings.dat", "movies.dat", b"::", "::"),
    Form("u.data", "u.item", b"\t", "|"),
)


def load_movielens(path: Path, report: Report, name: str | None = None) -> Background:
    """Read a data set of MovieLens: its folder, or the zip as it was downloaded.

    Args:
        path: where it is.
        report: hears how far it is.
        name: what it is to be called; like the folder or the zip when not given.

    Raises:
        Invalid: it is none, or a row cannot be: names the file, the row, the field and the mend.
    """
    called = name or _name(path)
    if called == synthetic.NAME:
        message = f"“{called}” is the invented community's"
        raise Invalid.field("name", message, "give another name: these ratings are real")
    with opened(path) as files:
        form = next((one for one in _FORMS if files.has(one.ratings)), None)
        if form is None:
            raise Invalid.field(
                path.name,
                "has no ratings.csv, ratings.dat or u.data",
                "give the folder or the zip of a MovieLens data set",
            )
        films = _films(files, form)
        table = _ratings(files, form, report)
        licence = _licence(files)
    report("sorting", 0, 0)
    stars = table.half_stars.astype(np.float32) * np.float32(STEP)
    ratings = numbered(table.user, table.film, stars, table.at)
    unknown = SourceFilm(())
    told = tuple(films.get(int(movie), unknown) for movie in ratings.film_ids)
    return Background(called, licence, ratings, told)


class _Rows(NamedTuple):
    user: np.ndarray[tuple[int], np.dtype[np.int32]]
    film: np.ndarray[tuple[int], np.dtype[np.int32]]
    half_stars: np.ndarray[tuple[int], np.dtype[np.int8]]
    at: np.ndarray[tuple[int], np.dtype[np.int64]]


def _ratings(files: Files, form: Form, report: Report) -> _Rows:
    parts: list[_Rows] = []
    with files.open(form.ratings) as (file, size):
        line, done, rows = 1, 0, 0
        if form.of_films == ",":
            header = file.readline(_LONGEST_LINE)
            _check_header(header.decode("utf-8-sig", "replace").strip().split(","), form.ratings)
            line, done = 2, len(header)
        for piece in _pieces(file, form.ratings):
            values = _values(piece, form, line)
            parts.append(
                _Rows(
                    values[:, 0].astype(np.int32),
                    values[:, 1].astype(np.int32),
                    np.round(values[:, 2] / STEP).astype(np.int8),
                    values[:, 3].astype(np.int64),
                )
            )
            line += piece.count(b"\n")
            rows += len(values)
            if rows > _MOST_ROWS:
                what = f"has more than {_MOST_ROWS:,} rows"
                raise Invalid.field(form.ratings, what, "is it the right file?")
            done += len(piece)
            report(form.ratings, done, size)
    if not parts:
        raise Invalid.field(form.ratings, "has no ratings", "download the data set again")
    return _Rows(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _pieces(file: BinaryIO, name: str) -> Iterator[bytes]:
    """Yield whole lines, many at once."""
    rest = b""
    while read := file.read(_PIECE):
        whole, cut, rest = (rest + read).rpartition(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise Invalid.field(name, "has a line without end", "is it the right file?")
        if whole.strip():
            yield whole + cut
    if rest.strip():
        yield rest


def _values(piece: bytes, form: Form, line: int) -> Floats:
    """Return (rows, 4) of a piece that begins in that line."""
    plain = piece if form.between == b"," else piece.replace(form.between, b",")
    try:
        values: Floats = np.loadtxt(
            BytesIO(plain), delimiter=",", comments=None, ndmin=2, encoding="latin-1"
        )
    except ValueError:
        _refuse(piece, form, line)
    if values.shape[1] != len(_FIELDS) or not all(map(_good, values.T, range(len(_FIELDS)))):
        _refuse(piece, form, line)
    return values


def _good(values: Floats, field: int) -> bool:
    if field == 2:
        halves = values / STEP
        whole = bool((halves == np.floor(halves)).all())
        return whole and bool(((values >= LOWEST) & (values <= HIGHEST)).all())
    # Nobody has rated tomorrow; a day more, for whoever's clock is ahead.
    most = system_clock().timestamp() + _DAY if field == 3 else 2**31 - 1
    return bool(((values >= 0) & (values < most) & (values == np.floor(values))).all())


_MENDS = (
    "a user's number",
    "a film's number",
    "stars from 0.5 to 5 in halves",
    "seconds from 1970 until today",
)


def _refuse(piece: bytes, form: Form, line: int) -> NoReturn:
    """Name the first row that cannot be."""
    for number, text in enumerate(piece.decode("latin-1").split("\n"), line):
        cells = text.strip().split(form.between.decode())
        if not text.strip():
            continue
        if len(cells) != len(_FIELDS):
            what = f"has {len(cells)} fields instead of {len(_FIELDS)}"
            raise Invalid.field(form.ratings, what, "download the data set again", number)
        for place, cell in enumerate(cells):
            if not _good(np.array([_number(cell)]), place):
                message = f"“{cell[:40]}” is none in {form.ratings}"
                raise Invalid.field(_FIELDS[place], message, f"give {_MENDS[place]}", number)
    raise Invalid.field(form.ratings, "cannot be read", "download the data set again", line)


def _number(cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def _check_header(columns: list[str], name: str) -> None:
    for column, given in zip_longest(_COLUMNS[name], columns[: len(_COLUMNS[name])]):
        if column != given:
            what = f"has {given or 'nothing'} where {column} should be"
            raise Invalid.field(name, what, "is it the right file?", 1)


def _films(files: Files, form: Form) -> dict[int, SourceFilm]:
    """Return what is told of the films, by their numbers."""
    links = dict(_links(files)) if files.has("links.csv") else {}
    films: dict[int, SourceFilm] = {}
    for line, cells in _rows(files, form.films, form.of_films):
        if len(cells) < 2 or not cells[1]:
            raise Invalid.field(form.films, "has no title", "download the data set again", line)
        movie = _whole(cells[0], form.films, "movieId", line)
        title, year, others = split_title(cells[1])
        films[movie] = SourceFilm((title, *others), year, *links.pop(movie, (None, None)))
    return films | {movie: SourceFilm((), None, *ids) for movie, ids in links.items()}


def _links(files: Files) -> Iterator[tuple[int, tuple[str | None, int | None]]]:
    name = "links.csv"
    for line, cells in _rows(files, name, ","):
        movie, imdb, tmdb = [*cells, "", ""][:3]
        imdb_id = f"tt{_whole(imdb, name, 'imdbId', line):07}" if imdb else None
        tmdb_id = _whole(tmdb, name, "tmdbId", line) if tmdb else None
        yield _whole(movie, name, "movieId", line), (imdb_id, tmdb_id)


def _rows(files: Files, name: str, between: str) -> Iterator[tuple[int, list[str]]]:
    if not files.has(name):
        raise Invalid.field("folder", f"has no {name}", "give the whole data set")
    text = text_of(files, name)
    if between == ",":
        reader = csv.reader(StringIO(text, newline=""))
        _check_header(next(reader, []), name)
        try:
            yield from ((reader.line_num, [cell.strip() for cell in row]) for row in reader if row)
        except csv.Error as error:
            what = f"cannot be read ({error})"
            raise Invalid.field(
                name, what, "download the data set again", reader.line_num
            ) from error
        return
    for line, row in enumerate(text.split("\n"), 1):
        if row.strip():
            yield line, [cell.strip() for cell in row.split(between)]


def _whole(cell: str, file: str, field: str, line: int) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell) < 2**31):
        raise Invalid.field(field, f"“{cell[:40]}” is none in {file}", "give a number", line)
    return int(cell)


def _licence(files: Files) -> str:
    """Return the terms as the data set's own text has them."""
    for name in _READMES:
        if files.has(name):
            text = re.sub(r"<[^>]+>", " ", text_of(files, name))
            if match := _TERMS.search(text):
                words = " ".join(re.sub(r"\n\s*\*", "\n", match[0]).split())
                return f"{_WHOSE} {words[:_MOST_WORDS]}"
    return f"{_WHOSE} {_TERMS_UNKNOWN}"


def _name(path: Path) -> str:
    stem = path.resolve().stem if path.is_file() else path.resolve().name
    return re.sub(r"[^a-z0-9._-]+", "-", stem.casefold()).strip(".-_")[:60] or "movielens"
