"""Which source's word counts for a fact of a film. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec.structs import replace

from cinematch.films.core.film import Film
from cinematch.films.core.title import normalize_title, title_keys

FACTS = (
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
)
"""What a person may correct."""

IDS = ("tmdb_id", "imdb_id")
"""Each stands for one film; one that a film has is never replaced."""

FIGURES = ("votes", "mean_rating", "popularity")
"""What only a source can know; the latest word counts, but votes stand against an estimate."""

# A person's word stands against every file; a file with identities of people against our own
# starter; what only MovieLens knows fills gaps.
_TRUST = {"administrator": 9, "owner": 9, "imdb": 4, "starter": 3, "movielens": 2, "import": 1}


def merge(known: Film, told: Film, source: str) -> Film:
    """Return `known` with what `source` tells better or first; the id and owner stay.

    >>> known = Film(film_id="f", title="M", year=1931, sources={"year": "administrator"})
    >>> told = Film(film_id="f", title="M", year=1932, runtime=99)
    >>> merged = merge(known, told, "imdb")
    >>> merged.year, merged.runtime, merged.sources["runtime"]
    (1931, 99, 'imdb')
    """
    changes: dict[str, Any] = {}
    sources = dict(known.sources)
    for name in (*FACTS, *IDS):
        value, ours = getattr(told, name), getattr(known, name)
        better = name not in IDS and _trust(source) >= _trust(sources.get(name, ""))
        if not _empty(value) and (_empty(ours) or better):
            changes[name] = value
            sources[name] = source
    if told.votes or not known.votes:
        changes |= {name: getattr(told, name) for name in FIGURES if getattr(told, name)}
    merged = replace(known, **changes)
    return known if merged == known else replace(merged, sources=sources)


class Known:
    """The films that a batch meets, found by any of their ids; grows as the batch is settled."""

    def __init__(self, films: Iterable[Film]) -> None:
        self._films: dict[str, Film] = {}
        self._by_imdb: dict[str, str] = {}
        self._by_tmdb: dict[int, str] = {}
        self._by_title: dict[tuple[str, int | None], set[str]] = {}
        for film in films:
            self._add(film)

    def settle(self, told: Film, source: str) -> tuple[Film | None, Film]:
        """Return the film that is meant, if we have it, and what it becomes.

        An id that stands for another film already is left out: some files give one TMDB id to
        two films.
        """
        before = self._find(told)
        told = self._without_taken_ids(told, before.film_id if before else None)
        after = merge(before, told, source) if before else first_told(told, source)
        self._add(after)
        return before, after

    def _find(self, told: Film) -> Film | None:
        film_id = self._by_imdb.get(told.imdb_id or "", told.film_id)
        if film_id not in self._films and told.tmdb_id is not None:
            same = self._films.get(self._by_tmdb.get(told.tmdb_id, ""))
            if same and None in (same.imdb_id, told.imdb_id):
                return same
        return self._films.get(film_id) or self._of_same_title(told)

    def _of_same_title(self, told: Film) -> Film | None:
        """Return the one film without an IMDb id that has the title, year and a director of it."""
        ids = {
            film_id
            for key in title_keys([told.title, told.title_en or ""])
            for film_id in self._by_title.get((key, told.year), ())
        }
        same = [film for film_id in ids if _same_makers(film := self._films[film_id], told)]
        return same[0] if len(same) == 1 and told.year is not None else None

    def _without_taken_ids(self, told: Film, film_id: str | None) -> Film:
        if self._by_imdb.get(told.imdb_id or "", film_id) != film_id:
            told = replace(told, imdb_id=None)
        if told.tmdb_id is not None and self._by_tmdb.get(told.tmdb_id, film_id) != film_id:
            told = replace(told, tmdb_id=None)
        return told

    def _add(self, film: Film) -> None:
        self._films[film.film_id] = film
        if film.imdb_id:
            self._by_imdb[film.imdb_id] = film.film_id
        if film.tmdb_id is not None:
            self._by_tmdb[film.tmdb_id] = film.film_id
        for key in film.title_keys:
            ids = self._by_title.setdefault((key, film.year), set())
            if film.imdb_id is None and film.owner_user_id is None:
                ids.add(film.film_id)
            else:
                ids.discard(film.film_id)


def first_told(film: Film, source: str) -> Film:
    """Return a new film with `source` named as the origin of each fact that it has."""
    told = [name for name in (*FACTS, *IDS) if not _empty(getattr(film, name))]
    return replace(film, sources=dict.fromkeys(told, source))


def correct(film: Film, values: Mapping[str, Any], source: str) -> Film:
    """Return the film with a person's corrections; those facts are theirs from now on."""
    changed = {name: value for name, value in values.items() if getattr(film, name) != value}
    return replace(film, **changed, sources={**film.sources, **dict.fromkeys(changed, source)})


def difference(before: Film, after: Film) -> tuple[dict[str, object], dict[str, object]]:
    """Return the facts that changed, as JSON-able values before and after."""
    names = [name for name in FACTS if getattr(before, name) != getattr(after, name)]
    return (
        {name: msgspec.to_builtins(getattr(before, name)) for name in names},
        {name: msgspec.to_builtins(getattr(after, name)) for name in names},
    )


def _same_makers(one: Film, other: Film) -> bool:
    names = [{normalize_title(p.name) for p in film.directors} for film in (one, other)]
    return bool(names[0] & names[1]) or not all(names)


def _trust(source: str) -> int:
    return _TRUST.get(source, 0)


def _empty(value: object) -> bool:
    return value in (None, "", (), 0)
