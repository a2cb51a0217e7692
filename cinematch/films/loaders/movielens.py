"""MovieLens data sets: `movies.csv` (titles with the year, genres) and `links.csv` (ids)."""

import csv
from collections.abc import Iterator
from pathlib import Path

from cinematch.films.core.film import Film, canonical_genre
from cinematch.films.core.starter import film_id_of
from cinematch.films.core.title import split_title
from cinematch.films.loaders.imdb import Loaded
from cinematch.films.loaders.reading import Malformed, Report, find_file
from cinematch.films.service import FilmsService
from cinematch.kit.errors import Invalid

SOURCE = "movielens"

_EVERY = 500

Links = dict[str, tuple[str | None, int | None]]


def load_movielens(folder: Path, films: FilmsService, report: Report) -> Loaded:
    """Load the films of a MovieLens folder; what better sources told of a film stays.

    Raises:
        Invalid: a file is missing or another one.
    """
    loaded = Loaded()
    links = _links(find_file(folder, "links.csv"), loaded.malformed)
    movies = find_file(folder, "movies.csv")
    loaded.changed = films.load(_films(movies, links, loaded, report), SOURCE)
    return loaded


def _links(path: Path, malformed: Malformed) -> Links:
    links: Links = {}
    for line, row in _rows(path, ("movieId", "imdbId", "tmdbId"), malformed):
        movie, imdb, tmdb = row
        if (imdb and not imdb.isdigit()) or (tmdb and not tmdb.isdigit()):
            malformed.note(path.name, line, "an id is no number")
            continue
        links[movie] = (f"tt{imdb.zfill(7)}" if imdb else None, int(tmdb) if tmdb else None)
    return links


def _films(path: Path, links: Links, loaded: Loaded, report: Report) -> Iterator[Film]:
    total = len(links)
    for line, row in _rows(path, ("movieId", "title", "genres"), loaded.malformed):
        movie, text, genres = row
        title, year, others = split_title(text)
        if not title:
            loaded.malformed.note(path.name, line, "has no title")
            continue
        loaded.read += 1
        if loaded.read % _EVERY == 0:
            report(path.name, loaded.read, total)
        imdb_id, tmdb_id = links.get(movie, (None, None))
        named = (canonical_genre(genre) for genre in genres.split("|"))
        yield Film(
            film_id=film_id_of(title, year, imdb_id, tmdb_id),
            imdb_id=imdb_id,
            tmdb_id=tmdb_id,
            title=title,
            title_en=title,
            aliases=others,
            year=year,
            genres=tuple(dict.fromkeys(genre for genre in named if genre)),
        )


def _rows(
    path: Path, columns: tuple[str, ...], malformed: Malformed
) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file)
        header = next(reader, [])
        if missing := [name for name in columns if name not in header]:
            raise Invalid.field(
                path.name, f"has no column {missing[0]}", "is it the right file?", 1
            )
        places = [header.index(name) for name in columns]
        for row in reader:
            if len(row) != len(header):
                what = f"has {len(row)} fields instead of {len(header)}"
                malformed.note(path.name, reader.line_num, what)
            else:
                yield reader.line_num, [row[place].strip() for place in places]
