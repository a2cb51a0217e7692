"""The starter catalogue, written by us. Pure.

The films are CSV with lists split by `|`. Which of them are best known is a list of IMDb ids,
the best-known first, each with its title for whoever reads the file.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from msgspec.structs import replace

from cinematch.films.core.film import GENRES, Film, person_named, popularity_of
from cinematch.films.core.merging import first_told
from cinematch.films.core.title import normalize_title
from cinematch.kit.errors import Invalid
from cinematch.kit.ids import stable_id

COLUMNS = (
    "imdb_id",
    "tmdb_id",
    "original_title",
    "title_en",
    "title_it",
    "year",
    "runtime",
    "genres",
    "directors",
    "cast",
    "countries",
    "languages",
)
SOURCE = "starter"

# What the first and the last of the best known would have at IMDb, about: our order is an
# estimate on the scale of its votes, so that a catalogue with both kinds still has one order.
_MOST_VOTES, _LEAST_VOTES = 2_000_000, 30_000

_IMDB_ID = re.compile(r"tt\d{7,8}", re.ASCII)
_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)
_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)


@dataclass(frozen=True)
class Starter:
    """The texts of the starter catalogue: (name, CSV) of each file of films, and the best known."""

    films: tuple[tuple[str, str], ...]
    best_known: str = ""


def film_id_of(title: str, year: int | None, imdb_id: str | None, tmdb_id: int | None) -> str:
    """Return the id that a film of the catalogue has in every installation.

    >>> film_id_of("M", 1931, "tt0022100", None) == film_id_of("M – the film", 1932, "tt0022100", 1)
    True
    """
    if imdb_id:
        return stable_id(f"imdb:{imdb_id}")
    if tmdb_id:
        return stable_id(f"tmdb:{tmdb_id}")
    return stable_id(f"title:{normalize_title(title)}:{year or ''}")


def starter_films(starter: Starter) -> list[Film]:
    """Return all films; the best known have a popularity.

    Raises:
        Invalid: it names the line and the mend.
    """
    known = parse_best_known(starter.best_known)
    return [
        replace(film, popularity=known.get(film.imdb_id or "", 0.0))
        for _, text in starter.films
        for film in parse_starter(text)
    ]


def parse_best_known(text: str) -> dict[str, float]:
    """Return IMDb id -> popularity, falling evenly from the first line to the last.

    Lines that are empty or start with `#` are passed over.

    Raises:
        Invalid: a line has no id, or one that was there before.
    """
    ids: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), 1):
        imdb_id = line.partition(" ")[0]
        if not imdb_id or imdb_id.startswith("#"):
            continue
        if not _IMDB_ID.fullmatch(imdb_id) or imdb_id in ids:
            raise Invalid.field(
                "imdb_id", f"“{imdb_id}” is none or there twice", "one film a line", number
            )
        ids[imdb_id] = None
    most, least = popularity_of(_MOST_VOTES), popularity_of(_LEAST_VOTES)
    return {imdb_id: most - (most - least) * rank / len(ids) for rank, imdb_id in enumerate(ids)}


def parse_starter(text: str) -> Iterator[Film]:
    """Yield the films of one starter file.

    Raises:
        Invalid: it names the line, the column and the mend.
    """
    reader = csv.DictReader(io.StringIO(text), strict=True)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise Invalid.field("header", "is not that of a starter file", ",".join(COLUMNS), 1)
    for row in reader:
        yield first_told(_film(row, reader.line_num), SOURCE)


def _film(row: dict[str, str], line: int) -> Film:
    title = row["original_title"].strip()
    if not title:
        raise Invalid.field("original_title", "is empty", "give the film its title", line)
    year = _number(row, "year", line, 1888, 2100)
    runtime = _number(row, "runtime", line, 1, 1000)
    tmdb_id = _number(row, "tmdb_id", line, 1, 2**31) if row["tmdb_id"] else None
    imdb_id = row["imdb_id"].strip() or None
    if imdb_id and not _IMDB_ID.fullmatch(imdb_id):
        raise Invalid.field(
            "imdb_id", f"“{imdb_id}” is not one", "tt and seven or eight digits", line
        )
    genres = _list(row["genres"])
    if unknown := [genre for genre in genres if genre not in GENRES]:
        raise Invalid.field("genres", f"has {unknown[0]}", f"one of {', '.join(GENRES)}", line)
    return Film(
        film_id=film_id_of(title, year, imdb_id, tmdb_id),
        tmdb_id=tmdb_id,
        imdb_id=imdb_id,
        title=title,
        title_en=row["title_en"].strip() or None,
        title_it=row["title_it"].strip() or None,
        year=year,
        runtime=runtime,
        genres=genres,
        directors=tuple(map(person_named, _list(row["directors"]))),
        cast=tuple(map(person_named, _list(row["cast"]))),
        countries=_codes(row, "countries", line, _COUNTRY),
        languages=_codes(row, "languages", line, _LANGUAGE),
    )


def _list(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))


def _codes(row: dict[str, str], column: str, line: int, form: re.Pattern[str]) -> tuple[str, ...]:
    codes = _list(row[column])
    for code in codes:
        if not form.fullmatch(code):
            raise Invalid.field(column, f"has “{code}”", "ISO codes, split by |", line)
    return codes


def _number(row: dict[str, str], column: str, line: int, least: int, most: int) -> int:
    text = row[column].strip()
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise Invalid.field(column, f"“{text}” is not it", f"a number {least}–{most}", line)
    return int(text)
