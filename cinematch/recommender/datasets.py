"""Public data sets as their makers hand them out, for evaluation. Nothing of them is kept.

MovieLens 100k (also as RecBole carries it), 1M, 10M, 20M and later, latest-small; MovieTweetings.
"""

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import numpy as np

from cinematch.films.core.film import GENRE_ALIASES, GENRES, Film
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.background import numbered
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, Ratings

_DAY = 86_400
_COLUMNS = ("user", "film", "stars", "time")
_YEAR = re.compile(r"^(?P<title>.*?)\s*\((?P<year>\d{4})\)\s*$")
_GENRES_OF_100K = (
    *("unknown", "Action", "Adventure", "Animation", "Children's", "Comedy", "Crime"),
    *("Documentary", "Drama", "Fantasy", "Film-Noir", "Horror", "Musical", "Mystery"),
    *("Romance", "Sci-Fi", "Thriller", "War", "Western"),
)


@dataclass(frozen=True)
class _Layout:
    """How a data set is laid out in a folder.

    Attributes:
        ratings, films: names of the files.
        delimiter: of both.
        header: lines to skip in both.
        encoding: of the films' file.
        film: makes a film of a row of it.
        per_star: what is one star of ours in the data set's own numbers.
    """

    ratings: str
    films: str
    delimiter: str
    header: int
    encoding: str
    film: Callable[[Sequence[str]], Film]
    per_star: float = 1.0


def _film(film_id: str, told: str, genres: Sequence[str], year: str = "") -> Film:
    found = _YEAR.match(told)
    known = [GENRE_ALIASES.get(genre.lower(), genre) for genre in genres]
    when = found["year"] if found else year
    return Film(
        film_id=str(int(film_id)),
        title=found["title"] if found else told,
        year=int(when) if when.isdigit() else None,
        genres=tuple(genre for genre in dict.fromkeys(known) if genre in GENRES),
    )


def _of_bars(row: Sequence[str]) -> Film:
    """A title with its year, and genres between bars."""
    return _film(row[0], row[1], row[2].split("|") if len(row) > 2 else [])


def _of_100k(row: Sequence[str]) -> Film:
    """Nineteen columns at the end say which genres there are."""
    flags = row[-len(_GENRES_OF_100K) :]
    genres = [name for name, flag in zip(_GENRES_OF_100K, flags, strict=True) if flag == "1"]
    return _film(row[0], row[1], genres)


def _of_recbole(row: Sequence[str]) -> Film:
    return _film(row[0], row[1], row[3].split(" "), row[2])


_CSV = _Layout("ratings.csv", "movies.csv", ",", 1, "utf-8", _of_bars)
_DAT = _Layout("ratings.dat", "movies.dat", "::", 0, "utf-8", _of_bars)

_LAYOUTS: dict[str, tuple[_Layout, ...]] = {
    "latest-small": (_CSV,),
    "movietweetings": (
        _Layout("ratings.dat", "movies.dat", "::", 0, "utf-8", _of_bars, per_star=2.0),
    ),
    "ml-100k": (
        _Layout("u.data", "u.item", "\t", 0, "latin-1", _of_100k),
        _Layout("ml-100k.inter", "ml-100k.item", "\t", 1, "utf-8", _of_recbole),
    ),
    "ml-1m": (_Layout("ratings.dat", "movies.dat", "::", 0, "latin-1", _of_bars),),
    "ml-10m": (_DAT,),
    "ml-20m": (_CSV,),
}
NAMES = tuple(_LAYOUTS)
"""What can be read."""


def read_dataset(folder: Path, name: str) -> DataSet:
    """Read a data set.

    Args:
        folder: where its files are.
        name: one of `NAMES`.

    Raises:
        Invalid: no such data set, a file is missing, or a row does not read; names row and field.
    """
    if name not in _LAYOUTS:
        raise Invalid(f"{name} is no data set that can be read; there are: {', '.join(NAMES)}.")
    for layout in _LAYOUTS[name]:
        if (folder / layout.ratings).is_file():
            break
    else:
        wanted = " or ".join(layout.ratings for layout in _LAYOUTS[name])
        raise Invalid(f"{folder} has no {wanted}: is it the folder of {name}?")
    ratings = _ratings(_numbers(folder / layout.ratings, layout), layout)
    known = {film.film_id: film for film in _films(folder / layout.films, layout)}
    films = tuple(
        known.get(film_id) or Film(film_id=film_id, title=film_id) for film_id in ratings.film_ids
    )
    low, high = (float(bound(ratings.stars)) for bound in (np.min, np.max))
    scale = f"{low:g} to {high:g} stars"
    if layout.per_star != 1.0:
        scale += f", its own numbers divided by {layout.per_star:g}"
    return DataSet(name, scale, ratings, films)


def _numbers(file: Path, layout: _Layout) -> Floats:
    """Return (rows, 4) user, film, stars, time."""
    # What is no text is no number either: its row is named.
    text = file.read_text(encoding="utf-8", errors="replace")
    if len(layout.delimiter) > 1:
        text = text.replace(layout.delimiter, ",")
    delimiter = layout.delimiter if len(layout.delimiter) == 1 else ","
    if text.count("\n") <= layout.header:
        raise Invalid(f"{file.name} has no rows.")
    try:
        rows = np.loadtxt(
            StringIO(text), delimiter=delimiter, skiprows=layout.header, usecols=range(4), ndmin=2
        )
    except ValueError:
        raise Invalid(f"{file.name}, {_first_fault(text, delimiter, layout.header)}") from None
    return np.asarray(rows)


def _first_fault(text: str, delimiter: str, header: int) -> str:
    for number, line in enumerate(text.splitlines(), start=1):
        if number <= header or not line:
            continue
        fields = line.split(delimiter)
        if len(fields) < len(_COLUMNS):
            return f"row {number}: {len(fields)} fields, where there should be four."
        for name, value in zip(_COLUMNS, fields, strict=False):
            try:
                float(value)
            except ValueError:
                return f"row {number}, {name}: {value!r} is no number."
    return "a row does not read."


def _ratings(rows: Floats, layout: _Layout) -> Ratings:
    """Put rows in order; of a pair that comes twice the latest row counts."""
    latest = system_clock().timestamp() + _DAY
    user, film, own, at = rows.T
    for name, column, most in (("user", user, 2**53), ("film", film, 2**53), ("time", at, latest)):
        _check(name, column, most, layout)
    stars = np.maximum(own / layout.per_star, LOWEST) if layout.per_star != 1.0 else own
    wrong = np.flatnonzero(~((stars >= LOWEST) & (stars <= HIGHEST)))
    if len(wrong):
        number = int(wrong[0]) + layout.header + 1
        raise Invalid(f"{layout.ratings}, row {number}, stars: {own[wrong[0]]:g} is no rating.")
    return numbered(user.astype(np.int64), film.astype(np.int64), stars, at)


def _check(name: str, values: Floats, most: float, layout: _Layout) -> None:
    """Refuse numbers that nobody, no film and no moment until today can have."""
    wrong = np.flatnonzero(~((values >= 0) & (values < most)))
    if len(wrong):
        row, value = int(wrong[0]) + layout.header + 1, values[wrong[0]]
        raise Invalid(f"{layout.ratings}, row {row}, {name}: {value:.12g} cannot be.")


def _films(file: Path, layout: _Layout) -> Iterator[Film]:
    if not file.is_file():
        return
    text = _text(file, layout.encoding)
    if layout is not _CSV:
        bar = "|" if layout.films == "u.item" else layout.delimiter
        rows: Iterator[Sequence[str]] = (line.split(bar) for line in text.splitlines())
    else:
        rows = csv.reader(StringIO(text))
    number = 0
    try:
        for number, row in enumerate(rows, start=1):
            if number > layout.header and row:
                yield layout.film(row)
    except csv.Error as error:
        raise Invalid(f"{file.name}, row {number + 1} does not read: {error}.") from None
    except (ValueError, IndexError):
        raise Invalid(f"{file.name}, row {number} does not read as a film.") from None


def _text(file: Path, encoding: str) -> str:
    held = file.read_bytes()
    try:
        return held.decode(encoding)
    except UnicodeDecodeError as error:
        row = held.count(b"\n", 0, error.start) + 1
        raise Invalid(f"{file.name}, row {row} is not written in {encoding}.") from None
