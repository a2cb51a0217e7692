"""Rows for other services: Letterboxd's import format (`formats.md` 1.2), and IMDb's columns."""

from collections.abc import Iterable, Iterator, Sequence

from cinematch.diary.core import Entry
from cinematch.films.core.film import Film
from cinematch.transfer.core.tables import row_text

LETTERBOXD_COLUMNS = (
    "tmdbID", "imdbID", "Title", "Year", "Directors", "Rating", "WatchedDate", "Rewatch", "Tags",
    "Review",
)  # fmt: skip
IMDB_COLUMNS = (
    "Const", "Your Rating", "Date Rated", "Title", "Original Title", "URL", "Title Type",
    "IMDb Rating", "Runtime (mins)", "Year", "Genres", "Num Votes", "Release Date", "Directors",
)  # fmt: skip
MOST_BYTES = 1_000_000  # what Letterboxd takes at once

Cells = Sequence[object]


def letterboxd_rows(entry: Entry, film: Film) -> Iterator[Cells]:
    """Yield a row for each viewing of a film seen; the review stands beside the latest.

    A date known to the month or year only cannot be written there: such a viewing is a row without
    date, and at most one of those, since Letterboxd reads them as "watched".
    """
    if not entry.seen:
        return
    dated = [watch for watch in entry.watches if len(watch.date) == 10]
    rating = "" if entry.rating is None else f"{entry.rating / 2:g}"
    who = watchlist_row(film)
    tags = ",".join(entry.tags)
    review = entry.review or ""
    if not dated:
        yield (*who, rating, "", "", tags, review)
    for watch in dated:
        last = watch is dated[-1]
        rewatch = "true" if watch.rewatch else "false"
        yield (*who, rating, watch.date, rewatch, tags, review if last else "")


def watchlist_row(film: Film) -> Cells:
    """Return what tells Letterboxd which film is meant."""
    directors = ", ".join(person.name for person in film.directors)
    return (film.tmdb_id, film.imdb_id, film.title_en or film.title, film.year, directors)


def imdb_row(entry: Entry, film: Film) -> Cells | None:
    """Return the row of a rated film; None for one without a rating or unknown to IMDb."""
    if entry.rating is None or film.imdb_id is None:
        return None
    return (
        film.imdb_id,
        entry.rating,
        (entry.rated_at or "")[:10],
        film.title_en or film.title,
        film.title,
        f"https://www.imdb.com/title/{film.imdb_id}/",
        "Movie",
        film.mean_rating,
        film.runtime,
        film.year,
        ", ".join(film.genres),
        film.votes or "",
        "",
        ", ".join(person.name for person in film.directors),
    )


def split_files(columns: Cells, rows: Iterable[Cells]) -> Iterator[str]:
    """Yield CSV texts of at most a megabyte, each with the header; none when there is no row."""
    header = row_text(columns)
    parts: list[str] = []
    size = 0
    for row in rows:
        text = row_text(row)
        length = len(text.encode())
        if parts and size + length > MOST_BYTES:
            yield "".join(parts)
            parts = []
        if not parts:
            parts, size = [header], len(header)
        parts.append(text)
        size += length
    if parts:
        yield "".join(parts)
