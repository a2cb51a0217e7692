"""What a film is made of, as a sparse matrix: genres, people, years, countries, languages."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Literal, NamedTuple

import numpy as np
from scipy import sparse

from cinematch.films.core.film import Film

Kind = Literal["genre", "director", "actor", "era", "country", "language"]

_DIRECTORS, _ACTORS = 2, 5
_ERA = 5
"""Years between two points in time; a year lies between the two next to it."""


class Feature(NamedTuple):
    """Something that films have in common; `key` is an id, a code, or a year."""

    kind: Kind
    key: str
    name: str


@dataclass(frozen=True)
class FeatureWeights:
    """How much of a film each kind is; squared they are shares of a film that has them all."""

    genre: float = 1.0
    director: float = 1.0
    actor: float = 0.7
    era: float = 0.5
    country: float = 0.3
    language: float = 0.3


@dataclass(frozen=True)
class FilmFeatures:
    """`matrix` is (films, features), rows of length 1, or of zeros where nothing is known."""

    matrix: sparse.csr_array
    features: tuple[Feature, ...]


def film_features(films: Sequence[Film], weights: FeatureWeights | None = None) -> FilmFeatures:
    """Describe films; a feature weighs more the fewer films have it.

    Within a kind each film's features share the kind's weight, by inverse document frequency
    log(1 + films / with it) (Spärck Jones, 1972), so that three genres are no more than one.
    """
    weights = weights or FeatureWeights()
    told = [list(_features(film)) for film in films]
    positions: dict[tuple[Kind, str], int] = {}
    names: list[Feature] = []
    having: list[int] = []
    for features in told:
        for feature, _ in features:
            position = positions.setdefault((feature.kind, feature.key), len(names))
            if position == len(names):
                names.append(feature)
                having.append(0)
            having[position] += 1
    rows: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    for row, features in enumerate(told):
        raw = [
            (positions[feature.kind, feature.key], feature.kind, share)
            for feature, share in features
        ]
        strengths = [share * log(1 + len(films) / having[at]) for at, _, share in raw]
        length = dict.fromkeys((kind for _, kind, _ in raw), 0.0)
        for (_, kind, _), strength in zip(raw, strengths, strict=True):
            length[kind] += strength**2
        whole = sqrt(sum(getattr(weights, kind) ** 2 for kind in length)) or 1.0
        for (at, kind, _), strength in zip(raw, strengths, strict=True):
            rows.append(row)
            columns.append(at)
            values.append(getattr(weights, kind) * strength / sqrt(length[kind]) / whole)
    matrix = sparse.csr_array(
        (np.array(values, dtype=np.float32), (rows, columns)), shape=(len(films), len(names))
    )
    return FilmFeatures(matrix, tuple(names))


def kinds_of_film(films: Sequence[Film]) -> sparse.csr_array:
    """Return (films, kinds): genres and five-year periods, all alike, in rows of length 1 or 0.

    It is what the model of stars learns from. On a part of what MovieLens latest-small lets one
    learn from, countries and languages added nothing to it, and people took away: most of them are
    in a film or two.
    """
    rows: list[int] = []
    columns: list[int] = []
    positions: dict[object, int] = {}
    for row, film in enumerate(films):
        period = () if film.year is None else (film.year - film.year % _ERA,)
        for kind in (*dict.fromkeys(film.genres), *period):
            rows.append(row)
            columns.append(positions.setdefault(kind, len(positions)))
    lengths = np.sqrt(np.bincount(rows, minlength=len(films)))
    values = 1.0 / lengths[rows]
    return sparse.csr_array((values, (rows, columns)), shape=(len(films), len(positions)))


def _features(film: Film) -> Iterator[tuple[Feature, float]]:
    for genre in dict.fromkeys(film.genres):
        yield Feature("genre", genre, genre), 1.0
    for person in dict.fromkeys(film.directors[:_DIRECTORS]):
        yield Feature("director", person.id, person.name), 1.0
    for person in dict.fromkeys(film.cast[:_ACTORS]):
        yield Feature("actor", person.id, person.name), 1.0
    if film.year is not None:
        before = film.year - film.year % _ERA
        share = (film.year - before) / _ERA
        yield Feature("era", str(before), str(before)), 1.0 - share
        if share:
            yield Feature("era", str(before + _ERA), str(before + _ERA)), share
    for country in dict.fromkeys(film.countries):
        yield Feature("country", country, country), 1.0
    for language in dict.fromkeys(film.languages):
        yield Feature("language", language, language), 1.0
