"""The IMDb data files, five tables sorted by the same key and read side by side.

Columns as IMDb documents them for its non-commercial data sets: `title.basics`, `title.ratings`,
`title.akas`, `title.principals`, `name.basics`. They know no countries and no spoken languages;
what the catalogue knows of those stays.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from cinematch.events.core import Person
from cinematch.films.core.film import Film, canonical_genre, popularity_of
from cinematch.films.core.starter import film_id_of
from cinematch.films.core.title import normalize_title
from cinematch.films.loaders.reading import (
    Lockstep,
    Malformed,
    Order,
    Report,
    Table,
    Unsorted,
    by_number,
    by_text,
    find_file,
)
from cinematch.films.loaders.sqlite import Staged, Staging
from cinematch.films.service import FilmsService

SOURCE = "imdb"

_BASICS = (
    "tconst",
    "titleType",
    "primaryTitle",
    "originalTitle",
    "isAdult",
    "startYear",
    "runtimeMinutes",
    "genres",
)
_RATINGS = ("tconst", "averageRating", "numVotes")
_AKAS = ("titleId", "title", "region", "language", "types", "attributes")
_PRINCIPALS = ("tconst", "nconst", "category")
_NAMES = ("nconst", "primaryName")
_FILES = ("title.basics.tsv", "title.ratings.tsv", "title.akas.tsv", "title.principals.tsv")
_CHUNK = 1_000
_ALIASES, _CAST = 8, 10
_MATCHED_REGIONS = {"US", "GB", "IT", "FR", "DE", "ES", "XWW"}
_FIRST_YEAR, _LONGEST = 1870, 6_000


@dataclass(frozen=True)
class ImdbOptions:
    """Which titles are films enough."""

    min_votes: int = 1_000
    """Votes at IMDb, at least."""
    shorts: bool = False
    """Whether short films are taken, too."""


@dataclass
class Loaded:
    """What a load came to."""

    read: int = 0
    changed: int = 0
    malformed: Malformed = field(default_factory=Malformed)


@dataclass(frozen=True)
class _Sources:
    """The files beside `title.basics`, read in step with it."""

    ratings: Lockstep
    akas: Lockstep
    principals: Lockstep


def load_imdb(
    folder: Path, staging_file: Path, options: ImdbOptions, films: FilmsService, report: Report
) -> Loaded:
    """Load the films of a folder of IMDb files, packed or not.

    Three passes: titles into the staging file, names of the people they need, then all of it into
    the catalogue. Each notes how far it came; stopped at any moment, the next run goes on there.

    Raises:
        Invalid: a file is missing, damaged or another one; it says which.
        Unsorted: a file's lines are in no order.
    """
    paths = [find_file(folder, name) for name in (*_FILES, "name.basics.tsv")]
    loaded = Loaded()
    staging = Staging(staging_file)
    try:
        staging.begin(_fingerprint(paths, options))
        for order in (by_text, by_number):
            try:
                _read_titles(paths, options, staging, order, loaded, report)
                _read_names(paths[-1], staging, order, loaded, report)
                break
            except Unsorted:
                if order is by_number:
                    raise
                for state in ("read", "named"):
                    staging.note(state, "")
                loaded.malformed = Malformed()
        loaded.read = staging.count()
        _save(staging, films, loaded, report)
    except BaseException:
        staging.close()
        raise
    staging.discard()
    return loaded


def _fingerprint(paths: list[Path], options: ImdbOptions) -> str:
    stats = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr((stats, options)).encode()).hexdigest()


def _read_titles(
    paths: list[Path],
    options: ImdbOptions,
    staging: Staging,
    order: Order,
    loaded: Loaded,
    report: Report,
) -> None:
    position = staging.state("read")
    if position == "all":
        return
    tables = [
        Table(path, columns, loaded.malformed, report)
        for path, columns in zip(paths, (_BASICS, _RATINGS, _AKAS, _PRINCIPALS), strict=False)
    ]
    others = _Sources(*(Lockstep(table, order) for table in tables[1:]))
    found = _titles(tables[0], others, options, order, position)
    while chunk := list(islice(found, _CHUNK)):
        staging.add(chunk, chunk[-1].imdb_id)
    staging.note("read", "all")


def _titles(
    basics: Table, others: _Sources, options: ImdbOptions, order: Order, position: str
) -> Iterator[Staged]:
    kinds = {"movie", "tvMovie"} | ({"short", "tvShort"} if options.shorts else set())
    last = ""
    for row in basics.rows():
        tconst, kind, adult = row[0], row[1], row[4]
        if order(tconst) < order(last):
            raise Unsorted(
                f"{basics.path.name}: {tconst} comes after {last}. Sort the lines after the "
                "header by the first column (LC_ALL=C sort), then load again."
            )
        last = tconst
        if kind not in kinds or adult == "1" or (position and order(tconst) <= order(position)):
            continue
        votes, mean = _votes(others.ratings.take(tconst))
        if votes >= options.min_votes:
            yield _staged(
                row, others.akas.take(tconst), others.principals.take(tconst), votes, mean
            )


def _votes(rows: list[list[str]]) -> tuple[int, float]:
    for _, mean, votes in rows:
        if votes.isdigit() and mean.replace(".", "", 1).isdigit():
            return int(votes), min(float(mean), 10.0)
    return 0, 0.0


def _staged(
    row: list[str],
    akas: list[list[str]],
    principals: list[list[str]],
    votes: int,
    mean: float,
) -> Staged:
    tconst, kind, primary, original, _, year, runtime, genres = row
    title = original or primary or tconst
    named = [canonical_genre(genre) for genre in genres.split(",")]
    if kind in {"short", "tvShort"}:
        named.append("Short")
    return Staged(
        imdb_id=tconst,
        title=title,
        title_en=_title_in(akas, ("US", "GB"), "en") or primary or None,
        title_it=_title_in(akas, ("IT",), "it"),
        aliases=_aliases(akas, primary, title),
        year=_number(year, _FIRST_YEAR, 2100),
        runtime=_number(runtime, 1, _LONGEST),
        genres=tuple(dict.fromkeys(genre for genre in named if genre)),
        directors=_people(principals, {"director"}),
        cast=_people(principals, {"actor", "actress"})[:_CAST],
        votes=votes,
        mean_rating=mean,
    )


def _title_in(akas: list[list[str]], regions: tuple[str, ...], language: str) -> str | None:
    """Return the title shown in a region; working titles and the like only if there is no other."""
    best: tuple[int, int, str] | None = None
    for _, title, region, spoken, types, attributes in akas:
        if not title or (region not in regions and spoken != language):
            continue
        place = regions.index(region) if region in regions else len(regions)
        plain = 0 if "imdbDisplay" in types else 1 if not attributes else 2
        if best is None or (plain, place) < best[:2]:
            best = (plain, place, title)
    return best[2] if best else None


def _aliases(akas: list[list[str]], primary: str, title: str) -> tuple[str, ...]:
    known = {normalize_title(title)}
    aliases = []
    for other in (primary, *(aka[1] for aka in akas if aka[2] in _MATCHED_REGIONS)):
        key = normalize_title(other)
        if other and key not in known:
            known.add(key)
            aliases.append(other)
    return tuple(aliases[:_ALIASES])


def _people(principals: list[list[str]], categories: set[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[1] for row in principals if row[2] in categories and row[1]))


def _number(text: str, least: int, most: int) -> int | None:
    return int(text) if text.isdigit() and least <= int(text) <= most else None


def _read_names(path: Path, staging: Staging, order: Order, loaded: Loaded, report: Report) -> None:
    position = staging.state("named")
    names = Lockstep(Table(path, _NAMES, loaded.malformed, report), order)
    while people := staging.people_after(position, _CHUNK, by_length=order is by_number):
        known = [(person, names.take(person)) for person in people]
        position = people[-1]
        staging.name(((p, rows[0][1]) for p, rows in known if rows and rows[0][1]), position)


def _save(staging: Staging, films: FilmsService, loaded: Loaded, report: Report) -> None:
    total, done = loaded.read, 0
    position = staging.state("saved")
    while chunk := staging.films_after(position, _CHUNK):
        people = sorted({p for film in chunk for p in (*film.directors, *film.cast)})
        names = staging.names_of(people)
        loaded.changed += films.load((_film(film, names) for film in chunk), SOURCE)
        position = chunk[-1].imdb_id
        staging.note("saved", position)
        done += len(chunk)
        report("catalogue", done, total)


def _film(staged: Staged, names: dict[str, str]) -> Film:
    def people(ids: tuple[str, ...]) -> tuple[Person, ...]:
        return tuple(Person(person, names[person]) for person in ids if person in names)

    return Film(
        film_id=film_id_of(staged.title, staged.year, staged.imdb_id, None),
        imdb_id=staged.imdb_id,
        title=staged.title,
        title_en=staged.title_en,
        title_it=staged.title_it,
        aliases=staged.aliases,
        year=staged.year,
        runtime=staged.runtime,
        genres=staged.genres,
        directors=people(staged.directors),
        cast=people(staged.cast),
        votes=staged.votes,
        mean_rating=staged.mean_rating,
        popularity=popularity_of(staged.votes),
    )
