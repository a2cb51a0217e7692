"""An invented community, to warm an installation that has nobody yet. Never evaluated on.

The rule is the source design's (recommender spec, R126–R132) with its known faults mended: people
choose what is known and what they like (W9), popularity is on a fixed scale (W11), stars are whole
halves (W10), and everything comes of one seed (W13).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from cinematch.films.core.film import Film
from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP, Ratings

PREFIX = "synthetic-"
"""What every invented user's id begins with."""

NAME = "synthetic"
"""Of the community among those that are kept; no data set from outside may have it."""

LICENCE = "Invented by CineMatch from its own catalogue; nobody's ratings."

_MOST_POPULAR = 6.5
"""On the scale of `films.core.film.popularity_of`: three million votes, more than any film has."""

_PER_KNOWN, _PER_SHARED = 4.0, 0.5
"""How the logarithm of a film's chance to be seen grows. Over the starter catalogue this gives the
viewings a Gini index of 0.69; people's own in MovieLens latest-small have 0.72."""


@dataclass(frozen=True)
class Community:
    """How the people are drawn."""

    people: int = 10_000
    generosity: tuple[float, float] = (3.3, 0.5)
    """Mean and deviation of what a person gives to an average film."""
    noise: tuple[float, float] = (0.4, 0.9)
    """Lowest and highest deviation of a person's ratings, drawn evenly."""
    mainstream: tuple[float, float] = (-0.5, 1.0)
    """Lowest and highest taste for what is known, drawn evenly."""
    genres: tuple[int, int] = (2, 6)
    """Fewest and most genres that a person loves."""
    rated: tuple[int, int] = (10, 50)
    """Fewest and most films that a person has rated."""
    per_genre: float = 0.3
    """Stars for each loved genre of a film."""
    per_quality: float = 0.2
    """Stars for each point, of ten, that a film's source mean is above the catalogue's."""
    seed: int = 20_261_121


@dataclass(frozen=True)
class FilmTable:
    """What the rule looks at.

    Attributes:
        film_ids: of all films.
        genres: (films, genres).
        known: (films,) how widely known, 0 to 1.
        quality: (films,) points above the catalogue's mean, of ten; 0 where unknown.
    """

    film_ids: tuple[str, ...]
    genres: Bools
    known: Floats
    quality: Floats


@dataclass(frozen=True)
class Invented:
    """The ratings, and the error that even the rule itself would make of them.

    Attributes:
        ratings: labelled by the ids of their users.
        noise_floor: RMSE of a predictor that knows everything but the noise, in stars.
    """

    ratings: Ratings
    noise_floor: float


def film_table(films: Sequence[Film]) -> FilmTable:
    """Return what the rule looks at of films; the scale of popularity is fixed, whatever else is
    in the catalogue.
    """
    named = sorted({genre for film in films for genre in film.genres})
    at = {genre: position for position, genre in enumerate(named)}
    genres = np.zeros((len(films), len(named)), dtype=np.bool_)
    for row, film in enumerate(films):
        genres[row, [at[genre] for genre in film.genres]] = True
    means = np.array([np.nan if f.mean_rating is None else f.mean_rating for f in films])
    told = ~np.isnan(means)
    middle = float(means[told].mean()) if told.any() else 0.0
    return FilmTable(
        film_ids=tuple(film.film_id for film in films),
        genres=genres,
        known=np.clip([film.popularity / _MOST_POPULAR for film in films], 0.0, 1.0),
        quality=np.where(told, means - middle, 0.0),
    )


def invent(
    films: FilmTable, community: Community, progress: Callable[[int, int], object]
) -> Invented:
    """Draw a community; the same films, options and seed give the same ratings everywhere.

    Raises:
        ValueError: fewer films than the fewest that a person rates.
    """
    count, fewest = len(films.film_ids), community.rated[0]
    if count < fewest:
        raise ValueError(f"{count} films are too few: each person rates at least {fewest}.")
    rng = np.random.default_rng(community.seed)
    people: list[_Person] = []
    for number in range(community.people):
        if number % 500 == 0:
            progress(number, community.people)
        people.append(_person(rng, films, community))
    stars = np.concatenate([one.stars for one in people])
    error = stars - np.concatenate([one.expected for one in people])
    counts = [len(one.films) for one in people]
    ratings = Ratings(
        user_ids=tuple(f"{PREFIX}{number:06}" for number in range(community.people)),
        film_ids=films.film_ids,
        user=np.repeat(np.arange(community.people, dtype=np.int32), counts),
        film=np.concatenate([one.films for one in people]).astype(np.int32),
        stars=stars.astype(np.float32),
        at=np.zeros(len(stars), dtype=np.int64),
        liked=np.zeros(len(stars), dtype=np.bool_),
    )
    return Invented(ratings, float(np.sqrt(np.mean(error**2))))


class _Person(NamedTuple):
    """Positions of films, the stars given, and what the rule says without the noise."""

    films: Ints
    stars: Floats
    expected: Floats


def _person(rng: np.random.Generator, films: FilmTable, community: Community) -> _Person:
    count = len(films.film_ids)
    fewest, most = community.rated
    loved = _loved(rng, films.genres.shape[1], community.genres)
    shared = films.genres[:, loved].sum(axis=1)
    mainstream = rng.uniform(*community.mainstream)
    chosen = _watched(rng, films, shared, min(int(rng.integers(fewest, most + 1)), count))
    mean = (
        rng.normal(*community.generosity)
        + community.per_genre * shared[chosen]
        + mainstream * (films.known[chosen] - 0.5)
        + community.per_quality * films.quality[chosen]
    )
    drawn = mean + rng.normal(0.0, rng.uniform(*community.noise), len(chosen))
    stars = np.clip(np.round(drawn / STEP) * STEP, LOWEST, HIGHEST)
    return _Person(chosen, stars, np.clip(mean, LOWEST, HIGHEST))


def _loved(rng: np.random.Generator, genres: int, bounds: tuple[int, int]) -> Ints:
    count = min(int(rng.integers(bounds[0], bounds[1] + 1)), genres)
    return rng.choice(genres, size=count, replace=False)


def _watched(rng: np.random.Generator, films: FilmTable, shared: Ints, count: int) -> Ints:
    """Draw films without replacement, each by how known it is and how many genres are loved.

    By Gumbel's trick: the largest of log weight + noise are such a draw (Kool et al., ICML 2019).
    """
    appeal = _PER_KNOWN * films.known + _PER_SHARED * shared
    keys = appeal + rng.gumbel(size=len(appeal))
    return np.sort(np.argpartition(-keys, count - 1)[:count])
