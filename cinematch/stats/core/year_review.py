"""A year in review: one year's viewings as a page that one would share."""

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import chain

import msgspec

from cinematch.events.core import Image
from cinematch.stats.core.delta import Delta, sum_of
from cinematch.stats.core.milestones import Milestone, Viewing, reached
from cinematch.stats.core.range import limited
from cinematch.stats.core.streaks import streaks
from cinematch.stats.core.views import (
    Affinity,
    AffinityRow,
    affinities,
    mean_stars,
    prior_of,
)

LISTED = 5


class Compared(msgspec.Struct, frozen=True):
    """This year less the one before; None where the year before has nothing to compare."""

    films: int
    minutes: int
    avg_rating: float | None


class YearFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A year in figures; films are named by id, in the order to show."""

    year: int
    years: list[int]
    films: int
    viewings: int
    minutes: int
    rewatches: int
    rated: int
    avg_rating: float | None
    first_film: str | None
    last_film: str | None
    top_rated: list[str]
    most_watched_director: Affinity | None
    most_watched_actor: Affinity | None
    genres: list[Affinity]
    countries: list[Affinity]
    decades: list[Affinity]
    busiest_month: str | None
    busiest_day: str | None
    longest_streak: int
    months: dict[str, int]
    days: dict[str, int]
    first_viewings: int
    rewatched: list[str]
    milestones: list[Milestone]
    new_directors: int
    compared_to_previous: Compared | None


def year_figures(images: Sequence[Image], year: int) -> YearFigures:
    """Return the review of one year, given all of a user's films."""
    seen = _of_year(images, year)
    figures, before = sum_of(seen), sum_of(_of_year(images, year - 1))
    scalars, counters = figures.scalars, figures.counters
    days = {key: n for (kind, key), n in sorted(counters.items()) if kind == "day"}
    months = {key[5:]: n for (kind, key), n in sorted(counters.items()) if kind == "month"}
    listed = {kind: ranked(figures, kind) for kind in ("director", "actor", "genre")}
    dated = sorted((w.date, image.film.film_id) for image in seen for w in image.watches)
    first = [film_id for when, film_id in dated if len(when) == 10] or [f for _, f in dated]
    return YearFigures(
        year=year,
        years=years_of(images),
        films=scalars.get("total_watched", 0),
        viewings=scalars.get("viewings", 0),
        minutes=scalars.get("viewing_minutes", 0),
        rewatches=scalars.get("rewatches", 0),
        rated=scalars.get("rated", 0),
        avg_rating=_mean(figures),
        first_film=first[0] if first else None,
        last_film=first[-1] if first else None,
        top_rated=_top_rated(seen),
        most_watched_director=next(iter(listed["director"]), None),
        most_watched_actor=next(iter(listed["actor"]), None),
        genres=listed["genre"][:LISTED],
        countries=ranked(figures, "country")[:LISTED],
        decades=ranked(figures, "decade")[:LISTED],
        busiest_month=_busiest(months),
        busiest_day=_busiest(days),
        longest_streak=streaks(days, date(year, 12, 31)).longest_days,
        months={f"{month:02}": months.get(f"{month:02}", 0) for month in range(1, 13)},
        days=days,
        first_viewings=sum(not w.rewatch for image in seen for w in image.watches),
        rewatched=_rewatched(seen),
        milestones=[m for m in reached(viewings(images)) if m.reached_on.startswith(str(year))],
        new_directors=len(_new_directors(images, seen, year)),
        compared_to_previous=_compared(figures, before),
    )


def years_of(images: Iterable[Image]) -> list[int]:
    """Return the years with a viewing, first to last."""
    return sorted({int(w.date[:4]) for image in images for w in image.watches if w.date})


def viewings(images: Iterable[Image]) -> list[Viewing]:
    """Return all viewings in order of date, those of unknown date first."""
    return sorted(
        Viewing(watch.date, image.film.film_id, image.film.runtime or 0)
        for image in images
        for watch in image.watches
    )


def ranked(figures: Delta, kind: str) -> list[Affinity]:
    """Return all affinities of a type in figures that are not stored, most films first."""
    rows = [
        AffinityRow(key, figures.names[of, key], *row)
        for (of, key), row in figures.affinities.items()
        if of == kind and row[0]
    ]
    rows.sort(key=lambda row: (-row.films, -row.sum_half_stars, row.name, row.id))
    return affinities(rows, figures.scalars.get("total_watched", 0), prior_of(figures.scalars))


def _of_year(images: Iterable[Image], year: int) -> list[Image]:
    cut = (limited(image, f"{year:04}-01-01", f"{year:04}-12-31") for image in images)
    return [image for image in cut if image is not None]


def _mean(figures: Delta) -> float | None:
    return mean_stars(figures.scalars.get("sum_half_stars", 0), figures.scalars.get("rated", 0))


def _busiest(counts: dict[str, int]) -> str | None:
    return max(counts, key=lambda key: (counts[key], key), default=None)


def _top_rated(seen: Iterable[Image]) -> list[str]:
    rated = [image for image in seen if image.rating is not None]
    rated.sort(key=lambda i: (-(i.rating or 0), -len(i.watches), i.film.title, i.film.film_id))
    return [image.film.film_id for image in rated[:LISTED]]


def _rewatched(seen: Iterable[Image]) -> list[str]:
    again = [(sum(w.rewatch for w in image.watches), image.film.film_id) for image in seen]
    again = sorted((entry for entry in again if entry[0]), key=lambda e: (-e[0], e[1]))
    return [film_id for _, film_id in again[:LISTED]]


def _new_directors(images: Iterable[Image], seen: Iterable[Image], year: int) -> set[str]:
    """Directors met this year: no viewing of theirs is earlier, or of unknown date."""
    earlier = (i for i in images if any(w.date < str(year) for w in i.watches))
    known = set(chain.from_iterable((p.id for p in i.film.directors) for i in earlier))
    return set(chain.from_iterable((p.id for p in i.film.directors) for i in seen)) - known


def _compared(now: Delta, before: Delta) -> Compared | None:
    if not before.scalars.get("viewings", 0):
        return None
    mean, earlier = _mean(now), _mean(before)
    return Compared(
        now.scalars.get("total_watched", 0) - before.scalars["total_watched"],
        now.scalars.get("viewing_minutes", 0) - before.scalars.get("viewing_minutes", 0),
        None if mean is None or earlier is None else round(mean - earlier, 2),
    )
