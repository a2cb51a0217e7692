"""From a film to its row and back."""

import sqlite3
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import msgspec

from cinematch.events.core import FilmFacts, Person
from cinematch.films.core.catalogue import Community, FilmCard, Mine
from cinematch.films.core.film import Film
from cinematch.films.core.matching import Namesake

NAMES = (
    "film_id",
    "tmdb_id",
    "imdb_id",
    "title",
    "title_en",
    "title_it",
    "aliases",
    "year",
    "runtime",
    "genres",
    "directors",
    "cast",
    "countries",
    "languages",
    "poster_path",
    "votes",
    "mean_rating",
    "popularity",
    "sources",
    "owner_user_id",
    "version",
    "updated_at",
)
COLUMNS = ", ".join(f'c."{name}"' for name in NAMES)
SAVE = (
    f"INSERT INTO movies_catalog ({COLUMNS.replace('c.', '')})"
    f" VALUES ({', '.join('?' * len(NAMES))})"
    " ON CONFLICT (film_id) DO UPDATE SET "
    + ", ".join(f'"{name}" = excluded."{name}"' for name in NAMES[1:])
)
NAMESAKE_COLUMNS = (
    "c.film_id, c.title, c.title_en, c.title_it, c.aliases, c.year, c.directors, c.popularity,"
    " c.tmdb_id, c.imdb_id"
)
FACTS_COLUMNS = ", ".join(f'c."{name}"' for name in FilmFacts.__struct_fields__)
CARD_COLUMNS = (
    f"{COLUMNS}, m.rating, m.liked, m.watchlist, m.watch_count, m.last_watched,"
    " m.version AS entry_version, s.watched, s.rated, s.sum_half_stars"
)
CARD_JOINS = (
    " LEFT JOIN movies m ON m.user_id = ? AND m.film_id = c.film_id"
    " LEFT JOIN film_stats s ON s.film_id = c.film_id"
)

_JSON = {"aliases", "genres", "directors", "cast", "countries", "languages", "sources"}
_encode = msgspec.json.Encoder().encode
_decode_strings = msgspec.json.Decoder(tuple[str, ...]).decode
_people = msgspec.json.Decoder(tuple[Person, ...]).decode
_sources = msgspec.json.Decoder(dict[str, str]).decode


@lru_cache(maxsize=2048)
def _strings(text: str) -> tuple[str, ...]:
    # Of genres, countries and languages there are few combinations.
    return _decode_strings(text)


def to_namesake(row: Sequence[Any]) -> Namesake:
    """Read a row of `NAMESAKE_COLUMNS`."""
    film_id, title, title_en, title_it, aliases, year, directors, popularity, tmdb, imdb = row
    others: tuple[str, ...] = () if aliases == "[]" else _decode_strings(aliases)
    if title_it:
        others = (title_it, *others)
    if title_en:
        others = (title_en, *others)
    return Namesake(
        film_id=film_id,
        title=title,
        other_titles=others,
        year=year,
        directors=_people(directors),
        popularity=popularity,
        tmdb_id=tmdb,
        imdb_id=imdb,
    )


def to_facts(row: Sequence[Any]) -> FilmFacts:
    """Read a row of `FACTS_COLUMNS`."""
    film_id, title, year, runtime, genres, directors, cast, countries, languages = row
    return FilmFacts(
        film_id,
        title,
        year,
        runtime,
        _strings(genres),
        _people(directors),
        _people(cast),
        _strings(countries),
        _strings(languages),
    )


def to_row(film: Film) -> tuple[object, ...]:
    """Return the values of `NAMES`."""
    return tuple(
        _encode(getattr(film, name)).decode() if name in _JSON else getattr(film, name)
        for name in NAMES
    )


def to_film(row: sqlite3.Row) -> Film:
    """Read a row whose first columns are `COLUMNS`."""
    (
        film_id, tmdb_id, imdb_id, title, title_en, title_it, aliases, year, runtime, genres,
        directors, cast, countries, languages, poster_path, votes, mean_rating, popularity,
        sources, owner_user_id, version, updated_at,
    ) = row[: len(NAMES)]  # fmt: skip
    return Film(
        film_id=film_id,
        tmdb_id=tmdb_id,
        imdb_id=imdb_id,
        title=title,
        title_en=title_en,
        title_it=title_it,
        aliases=_decode_strings(aliases),
        year=year,
        runtime=runtime,
        genres=_strings(genres),
        directors=_people(directors),
        cast=_people(cast),
        countries=_strings(countries),
        languages=_strings(languages),
        poster_path=poster_path,
        votes=votes,
        mean_rating=mean_rating,
        popularity=popularity,
        sources=_sources(sources),
        owner_user_id=owner_user_id,
        version=version,
        updated_at=updated_at,
    )


def to_card(row: sqlite3.Row) -> FilmCard:
    """Read a row of `CARD_COLUMNS`."""
    rating, liked, watchlist, watch_count, last_watched, version, watched, rated, half_stars = row[
        len(NAMES) :
    ]
    mine = None
    if version is not None:
        mine = Mine(rating, bool(liked), bool(watchlist), watch_count, last_watched, version)
    community = Community() if watched is None else Community(watched, rated, half_stars)
    return FilmCard(to_film(row), mine, community)
