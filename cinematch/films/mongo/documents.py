"""From a film to its document and back."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cinematch.events.core import FilmFacts, Person
from cinematch.films.core.catalogue import Community, FilmCard, Mine
from cinematch.films.core.film import Film
from cinematch.films.core.finding import (
    LATE,
    NEVER,
    credits_of,
    links_of,
    names_of,
    sort_title,
    titles_of,
)
from cinematch.films.core.matching import Namesake

Document = dict[str, Any]

_PLAIN = (
    "tmdb_id",
    "imdb_id",
    "title",
    "title_en",
    "title_it",
    "year",
    "runtime",
    "poster_path",
    "votes",
    "mean_rating",
    "popularity",
    "owner_user_id",
    "version",
    "updated_at",
)
_TEXTS = ("aliases", "genres", "countries", "languages")
_PEOPLE = ("directors", "cast")
_FACTS = ("title", "year", "runtime", "genres", "countries", "languages", *_PEOPLE)
_NAMESAKE = ("title", "title_en", "title_it", "aliases", "year", "popularity", "tmdb_id", "imdb_id")

FILM_FIELDS = dict.fromkeys((*_PLAIN, *_TEXTS, *_PEOPLE, "sources"), 1)
"""What `to_film` reads."""
FACTS_FIELDS = dict.fromkeys(_FACTS, 1)
"""What `to_facts` reads."""
NAMESAKE_FIELDS = dict.fromkeys((*_NAMESAKE, "directors", "title_keys"), 1)
"""What `to_namesake` reads, and the keys that it was found by."""


def to_document(film: Film) -> Document:
    """Return the film's document, with what is derived."""
    return {
        "_id": film.film_id,
        **{name: getattr(film, name) for name in _PLAIN},
        "popularity": float(film.popularity),
        **{name: list(getattr(film, name)) for name in _TEXTS},
        **{name: [{"id": p.id, "name": p.name} for p in getattr(film, name)] for name in _PEOPLE},
        "sources": dict(film.sources),
        **derived(film),
    }


def derived(film: Film) -> Document:
    """Return the fields by which the film is found and sorted."""
    title_words = {word for title in titles_of(film) for word in title.split()}
    words = title_words.union(*(name.split() for name in names_of(film)))
    people = dict.fromkeys(f"{kind}:{key}" for kind, key in credits_of(film))
    links = dict.fromkeys(f"{kind}:{key}" for kind, key in links_of(film))
    return {
        "title_keys": sorted(film.title_keys),
        "words": sorted(words),
        "title_words": sorted(title_words),
        "links": [link for link in links if link not in people],
        "refs": [*people, *_outside_ids(film)],
        "order": {
            "title": sort_title(film),
            "year": LATE if film.year is None else film.year,
            "latest": -1 if film.year is None else film.year,
            "runtime": NEVER if film.runtime is None else film.runtime,
            "own": int(film.owner_user_id is not None),
        },
    }


def _outside_ids(film: Film) -> Iterator[str]:
    if film.imdb_id:
        yield f"imdb:{film.imdb_id}"
    if film.tmdb_id is not None:
        yield f"tmdb:{film.tmdb_id}"


def to_film(document: Mapping[str, Any]) -> Film:
    """Read the fields of `FILM_FIELDS`."""
    values: dict[str, Any] = {name: document[name] for name in (*_PLAIN, "sources")}
    values |= {name: tuple(document[name]) for name in _TEXTS}
    values |= {name: _people(document[name]) for name in _PEOPLE}
    return Film(film_id=document["_id"], **values)


def to_facts(document: Mapping[str, Any]) -> FilmFacts:
    """Read the fields of `FACTS_FIELDS`."""
    return FilmFacts(
        film_id=document["_id"],
        title=document["title"],
        year=document["year"],
        runtime=document["runtime"],
        genres=tuple(document["genres"]),
        directors=_people(document["directors"]),
        cast=_people(document["cast"]),
        countries=tuple(document["countries"]),
        languages=tuple(document["languages"]),
    )


def to_namesake(document: Mapping[str, Any]) -> Namesake:
    """Read the fields of `NAMESAKE_FIELDS`."""
    others = (document["title_en"], document["title_it"], *document["aliases"])
    return Namesake(
        film_id=document["_id"],
        title=document["title"],
        other_titles=tuple(title for title in others if title),
        year=document["year"],
        directors=_people(document["directors"]),
        popularity=document["popularity"],
        tmdb_id=document["tmdb_id"],
        imdb_id=document["imdb_id"],
    )


def to_card(
    document: Mapping[str, Any],
    entry: Mapping[str, Any] | None,
    figures: Mapping[str, Any] | None,
) -> FilmCard:
    """Put a film, the asker's document in `movies` and the one in `film_stats` together."""
    mine = community = None
    if entry is not None:
        mine = Mine(
            rating=entry["rating"],
            liked=entry["liked"],
            watchlist=entry["watchlist"],
            watch_count=entry["watch_count"],
            last_watched=entry["last_watched"],
            version=entry["version"],
        )
    if figures is not None:
        community = Community(figures["watched"], figures["rated"], figures["sum_half_stars"])
    return FilmCard(to_film(document), mine, community or Community())


def _people(found: Iterable[Mapping[str, str]]) -> tuple[Person, ...]:
    return tuple(Person(one["id"], one["name"]) for one in found)
