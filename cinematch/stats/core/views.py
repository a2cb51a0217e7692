"""Sums and counts -> what people read. Means, shares and ranks are formed here and stored nowhere.

Ratings are half-stars inside and stars outside. The structures are encoded as they stand.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from cinematch.stats.core.delta import SCALARS, Key

STATS_VERSION = "7.0"

AFFINITY_TYPES = ("director", "actor", "genre", "country", "language", "decade")
LISTED = 50
BEST_LISTED = 10
FILMS_LISTED = 10

LEAST_RATED = 3
"""Rated films that somebody needs before they can be called a best one."""

PRIOR_WEIGHT = 5
"""C of `bayes_mean`: how many films at the user's own mean everybody is given beforehand."""


class AffinityRow(NamedTuple):
    """The stored sums of one director, actor, genre, country, language or decade."""

    id: str
    name: str
    films: int
    rated: int
    sum_half_stars: int


class Affinity(msgspec.Struct, frozen=True, gc=False):
    """One affinity as read. `percentage` is of the films seen; `rank` is its place in its list."""

    id: str
    name: str
    count: int
    rated: int
    sum_ratings: float
    mean_rating: float | None
    bayes_mean: float | None
    rank: int
    percentage: float


class NamedPerson(msgspec.Struct, frozen=True, gc=False):
    """Somebody who made a film, as people's programs read them."""

    id: str
    name: str


class EntryRow(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One of the user's films in a list. `genres` are JSON as the store has it."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    rating: float | None  # stars
    runtime: int | None
    last_watched: str | None
    watch_count: int
    genres: msgspec.Raw
    directors: list[NamedPerson]


class GenreShare(msgspec.Struct, frozen=True, gc=False):
    genre: str
    count: int
    percentage: float


class ChartPoint(msgspec.Struct, frozen=True, gc=False):
    rating: float
    count: int


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """Everything stored that one reading of a user's statistics needs.

    Attributes:
        scalars: name in `SCALARS` -> value.
        counters: those of the kinds rating, month, year, weekday and context.
        listed: affinity type -> rows by count, at most `LISTED`.
        best: affinity type -> rows by Bayesian mean, at most `BEST_LISTED`.
    """

    scalars: Mapping[str, int]
    counters: Mapping[Key, int]
    listed: Mapping[str, Sequence[AffinityRow]]
    best: Mapping[str, Sequence[AffinityRow]]


class FilmLists(msgspec.Struct, frozen=True, kw_only=True):
    """The lists of films in one reading: as the catalogue names them at that moment."""

    top_rated_movies: Sequence[EntryRow]
    recent_movies: Sequence[EntryRow]


def stars(half_stars: int | None) -> float | None:
    """Turn half-stars into stars.

    >>> stars(7), stars(None)
    (3.5, None)
    """
    return None if half_stars is None else half_stars / 2


def mean_stars(sum_half_stars: int, rated: int) -> float | None:
    """Return the mean rating in stars, None when nothing is rated.

    >>> mean_stars(15, 2)
    3.75
    """
    return round(sum_half_stars / rated / 2, 4) if rated else None


def bayes_mean(sum_half_stars: int, rated: int, prior_half_stars: float) -> float:
    """Return the mean in stars, drawn towards the prior: (C·m + Σr) / (C + n), C = PRIOR_WEIGHT.

    The posterior mean of a normal model with known variances, where the prior weighs as much as C
    observations: Gelman et al., "Bayesian Data Analysis", 3rd ed., §2.5; as a remedy for tiny
    samples in rankings, Efron and Morris, "Stein's Paradox in Statistics" (1977).

    >>> bayes_mean(30, 3, 6.0), bayes_mean(200, 20, 6.0)
    (3.75, 4.6)
    """
    return round((PRIOR_WEIGHT * prior_half_stars + sum_half_stars) / (PRIOR_WEIGHT + rated) / 2, 4)


def share(part: int, whole: int) -> float:
    """Return a percentage with one decimal; 0 of nothing.

    >>> share(1, 3), share(0, 0)
    (33.3, 0.0)
    """
    return round(100 * part / whole, 1) if whole else 0.0


def prior_of(scalars: Mapping[str, int]) -> float:
    """Return the user's own mean in half-stars, the prior of `bayes_mean`; the middle at first."""
    rated = scalars.get("rated", 0)
    return scalars["sum_half_stars"] / rated if rated else 5.5


def affinities(
    rows: Iterable[AffinityRow], total_watched: int, prior: float, first_rank: int = 1
) -> list[Affinity]:
    """Return rows as they are read, ranked in the order given."""
    shown = []
    weighted = PRIOR_WEIGHT * prior
    percent = 100 / total_watched if total_watched else 0.0
    for rank, (key, name, count, rated, total) in enumerate(rows, first_rank):
        mean = bayes = None
        if rated:
            mean = round(total / rated / 2, 4)
            bayes = round((weighted + total) / (PRIOR_WEIGHT + rated) / 2, 4)
        shown.append(
            Affinity(
                key, name, count, rated, total / 2, mean, bayes, rank, round(count * percent, 1)
            )
        )
    return shown


def rating_distribution(counters: Mapping[Key, int]) -> dict[str, int]:
    """Return films per half-star value, all ten of them, keyed "0.5" … "5".

    >>> rating_distribution({("rating", "7"): 3})["3.5"]
    3
    """
    return {f"{value / 2:g}": counters.get(("rating", str(value)), 0) for value in range(1, 11)}


def stars_distribution(counters: Mapping[Key, int]) -> dict[str, int]:
    """Return films per whole star, halves rounded up: the described five buckets.

    >>> stars_distribution({("rating", "7"): 3, ("rating", "8"): 1})["4"]
    4
    """
    return {
        str(star): counters.get(("rating", str(2 * star)), 0)
        + counters.get(("rating", str(2 * star - 1)), 0)
        for star in range(1, 6)
    }


def monthly_counts(counters: Mapping[Key, int]) -> dict[str, dict[str, int]]:
    """Return dated viewings by year and two-digit month.

    >>> monthly_counts({("month", "2024-05"): 2, ("year", "2024"): 3})
    {'2024': {'05': 2}}
    """
    months: dict[str, dict[str, int]] = {}
    for (kind, key), value in sorted(counters.items()):
        if kind == "month":
            months.setdefault(key[:4], {})[key[5:]] = value
    return months


def yearly_counts(counters: Mapping[Key, int]) -> dict[str, int]:
    """Return viewings by year; those of unknown date under "unknown".

    >>> yearly_counts({("year", ""): 3, ("year", "2024"): 1})
    {'unknown': 3, '2024': 1}
    """
    years = sorted((key, value) for (kind, key), value in counters.items() if kind == "year")
    return {key or "unknown": value for key, value in years}


def weekday_counts(counters: Mapping[Key, int]) -> dict[str, int]:
    """Return viewings of known day by weekday, "1" Monday … "7" Sunday."""
    return {str(day): counters.get(("weekday", str(day)), 0) for day in range(1, 8)}


def context_counts(counters: Mapping[Key, int]) -> dict[str, int]:
    """Return viewings by place, where one was given."""
    return {key: value for (kind, key), value in sorted(counters.items()) if kind == "context"}


def user_stats(sums: Sums) -> dict[str, object]:
    """Return the body of `GET /user-stats`, without films and what says how fresh it is.

    The names that tracker spec T212 lists (`genre_data`, `rating_chart_data`, …) stand beside ours.
    """
    scalars = {name: sums.scalars.get(name, 0) for name in SCALARS}
    watched, rated = scalars["total_watched"], scalars["rated"]
    sum_half_stars, prior = scalars.pop("sum_half_stars"), prior_of(sums.scalars)
    listed = {kind: affinities(sums.listed[kind], watched, prior) for kind in AFFINITY_TYPES}
    best = {kind: affinities(rows, watched, prior) for kind, rows in sums.best.items()}
    distribution = rating_distribution(sums.counters)
    actors = msgspec.Raw(msgspec.json.encode(listed["actor"]))
    return {
        **scalars,
        "unrated": watched - rated,
        "avg_rating": mean_stars(sum_half_stars, rated),
        "sum_ratings": sum_half_stars / 2,
        "watch_time_hours": round(scalars["watch_time_minutes"] / 60, 1),
        "rating_distribution": distribution,
        "stars_distribution": stars_distribution(sums.counters),
        "rating_chart_data": [ChartPoint(float(k), v) for k, v in distribution.items()],
        "monthly_counts": monthly_counts(sums.counters),
        "yearly_counts": yearly_counts(sums.counters),
        "weekday_counts": weekday_counts(sums.counters),
        "context_counts": context_counts(sums.counters),
        "genres": listed["genre"],
        "directors": listed["director"],
        "actors": actors,
        "countries": listed["country"],
        "languages": listed["language"],
        "decades": listed["decade"],
        "best_directors": best["director"],
        "best_actors": best["actor"],
        "best_genres": best["genre"],
        "genre_data": [GenreShare(a.id, a.count, a.percentage) for a in listed["genre"]],
        "favorite_genre": listed["genre"][0].id if listed["genre"] else None,
        "best_rated_directors": {a.name: a.mean_rating for a in best["director"]},
        "most_watched_actors": actors,
        "stats_version": STATS_VERSION,
    }
