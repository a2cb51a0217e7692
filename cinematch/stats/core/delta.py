"""A statistic is a sum: what one image contributes, and what one event changes.

Everything is a signed integer (half-stars, minutes, films), so that nothing is lost in adding,
and order, batching and undoing cannot matter. Means and shares are formed in `views`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import add, attrgetter, sub
from typing import TypeVar

from cinematch.events.core import Event, FilmFacts, Image, Person

DIRECTORS_COUNTED = 2
ACTORS_COUNTED = 5

SCALARS = (
    "total_watched",
    "rated",
    "sum_half_stars",
    "watch_time_minutes",
    "viewings",
    "viewing_minutes",
    "rewatches",
    "liked",
    "reviews",
    "watchlist",
)
"""Names of the scalar counters of one user, also the columns that hold them."""

Key = tuple[str, str]
K = TypeVar("K")
_id_of = attrgetter("id")


@dataclass
class Delta:
    """Signed counters of one user, with what they add to the community's. Zero is `Delta()`.

    Attributes:
        scalars: name in `SCALARS` -> amount.
        counters: (kind, key) -> amount; the kinds are `rating` ("1".."10"), `day` ("2024-05-17"),
            `month` ("2024-05"), `year` ("2024", or "" for viewings of unknown date), `weekday`
            ("1" Monday .. "7") and `context`.
        affinities: (type, entity id) -> [films, rated films, half-stars].
        names: (type, entity id) -> name to show.
        trend_days: (day, "film" or "genre", key) -> viewings.
        films: film id -> [watched, rated, half-stars, liked].
        trends_since: the first day of interest for `trend_days`; those before are left out.
    """

    scalars: dict[str, int] = field(default_factory=dict)
    counters: dict[Key, int] = field(default_factory=dict)
    affinities: dict[Key, list[int]] = field(default_factory=dict)
    names: dict[Key, str] = field(default_factory=dict)
    trend_days: dict[tuple[str, str, str], int] = field(default_factory=dict)
    films: dict[str, list[int]] = field(default_factory=dict)
    trends_since: str = field(default="", compare=False)

    def add(self, other: "Delta") -> None:
        """Add `other` to this one."""
        _add_numbers(self.scalars, other.scalars)
        _add_numbers(self.counters, other.counters)
        _add_numbers(self.trend_days, other.trend_days)
        _add_rows(self.affinities, other.affinities)
        _add_rows(self.films, other.films)
        self.names.update(other.names)

    def pruned(self) -> "Delta":
        """Return a copy without the counters that are zero; two equal sums compare equal pruned."""
        affinities = {key: row for key, row in self.affinities.items() if any(row)}
        return Delta(
            {key: value for key, value in self.scalars.items() if value},
            {key: value for key, value in self.counters.items() if value},
            affinities,
            {key: name for key, name in self.names.items() if key in affinities},
            {key: value for key, value in self.trend_days.items() if value},
            {key: row for key, row in self.films.items() if any(row)},
        )


def contribution(image: Image | None) -> Delta:
    """Return what one image of a user's film contributes to every figure; zero for None."""
    return sum_of(() if image is None else (image,))


def contribute(total: Delta, image: Image | None, sign: int) -> None:
    """Add `sign` times the contribution of `image` to `total`, in place."""
    if image is not None:
        total.add(sum_of((image,), sign, total.trends_since))


def sum_of(images: Iterable[Image], sign: int = 1, trends_since: str = "") -> Delta:
    """Return `sign` times the sum of the contributions of `images`."""
    tally = Tally(trends_since)
    for image in images:
        tally.add(image, sign)
    return tally.delta()


def delta(event: Event) -> Delta:
    """Return `contribution(after) - contribution(before)`."""
    return fold((event,))


def fold(events: Iterable[Event], trends_since: str = "") -> Delta:
    """Return the sum of the deltas of `events`, of one user or of several (design, law 4)."""
    tally = Tally(trends_since)
    for event in events:
        tally.take(event)
    return tally.delta()


Row = list[int]
"""Films, rated films, half-stars; in `films` also those liked."""


class Tally:
    """Counters while they are being added to: by type, so that no key has to be made per film."""

    def __init__(self, trends_since: str = "") -> None:
        self.trends_since = trends_since
        self.rated = self.half_stars = self.watched = self.minutes = self.viewings = 0
        self.viewing_minutes = self.rewatches = self.liked = self.reviews = self.watchlist = 0
        self.ratings = [0] * 11
        self.dates: dict[str, int] = {}
        self.contexts: dict[str, int] = {}
        self.trend_days: dict[tuple[str, str, str], int] = {}
        self.films: dict[str, Row] = {}
        self.names: dict[str, str] = {}
        self.people: tuple[dict[str, Row], dict[str, Row]] = ({}, {})
        self.traits: tuple[dict[str, Row], dict[str, Row], dict[str, Row]] = ({}, {}, {})
        self.decades: dict[int, Row] = {}

    def take(self, event: Event) -> None:
        """Add what an event changes: `contribution(after) - contribution(before)`."""
        before, after = event.before, event.after
        if before is None:
            if after is not None:
                self.add(after, 1)
        elif after is None:
            self.add(before, -1)
        elif before.film == after.film:
            self._change(before, after)
        else:
            self.add(before, -1)
            self.add(after, 1)
            self._rename(after.film)

    def add(self, image: Image, sign: int) -> None:
        """Add `sign` times the contribution of an image."""
        watched, rated, half_stars, liked = _totals(image)
        self.liked += sign * liked
        self.reviews += sign * image.has_review
        if watched:
            self._film((sign, sign * rated, sign * half_stars), image.film)
            if rated:
                self.ratings[half_stars] += sign
            self._viewings(image, sign)
        else:
            self.watchlist += sign * image.watchlist
        if watched or liked:
            change = (sign * watched, sign * rated, sign * half_stars, sign * liked)
            self._community(image.film.film_id, change)

    def _change(self, before: Image, after: Image) -> None:
        """Add `contribution(after) - contribution(before)`, the film's facts being the same.

        The long way round comes to the same; this one leaves alone what cancels out.
        """
        then, now = _totals(before), _totals(after)
        self.reviews += after.has_review - before.has_review
        self.watchlist += (not now[0] and after.watchlist) - (not then[0] and before.watchlist)
        if then != now:
            watched, rated, half_stars, liked = map(sub, now, then)
            self.liked += liked
            if watched or rated or half_stars:
                self._film((watched, rated, half_stars), after.film)
            self.ratings[then[2]] -= then[1]
            self.ratings[now[2]] += now[1]
            self._community(after.film.film_id, (watched, rated, half_stars, liked))
        if before.watches != after.watches:
            self._viewings(before, -1)
            self._viewings(after, 1)

    def _rename(self, film: FilmFacts) -> None:
        """Take the names as they are after a correction."""
        for person in (*film.directors, *film.cast):
            self.names[person.id] = person.name

    def delta(self) -> Delta:
        """Return what has been added.

        Raises:
            ValueError: a viewing's date is outside the calendar.
        """
        total = Delta(trends_since=self.trends_since)
        total.scalars = dict(zip(SCALARS, self._scalars(), strict=True))
        counters = total.counters
        for rating, films in enumerate(self.ratings):
            if films:
                counters["rating", str(rating)] = films
        for day, viewings in self.dates.items():
            for key in _dated(day):
                counters[key] = counters.get(key, 0) + viewings
        for context, viewings in self.contexts.items():
            counters["context", context] = viewings
        self._name(total)
        total.trend_days, total.films = self.trend_days, self.films
        return total

    def _name(self, total: Delta) -> None:
        affinities, names = total.affinities, total.names
        for kind, rows in zip(_PEOPLE, self.people, strict=True):
            for entity, row in rows.items():
                key = (kind, entity)
                affinities[key] = row
                names[key] = self.names[entity]
        for kind, rows in zip(_TRAITS, self.traits, strict=True):
            for entity, row in rows.items():
                key = (kind, entity)
                affinities[key] = row
                names[key] = entity
        for year, row in self.decades.items():
            total.affinities["decade", str(year)] = row
            total.names["decade", str(year)] = str(year)

    def _scalars(self) -> tuple[int, ...]:
        """The scalars in the order of `SCALARS`."""
        return (
            self.watched,
            self.rated,
            self.half_stars,
            self.minutes,
            self.viewings,
            self.viewing_minutes,
            self.rewatches,
            self.liked,
            self.reviews,
            self.watchlist,
        )

    def _film(self, change: tuple[int, int, int], film: FilmFacts) -> None:
        """Add films, rated films and half-stars to everybody that the film counts for."""
        watched, rated, half_stars = change
        self.watched += watched
        self.rated += rated
        self.half_stars += half_stars
        self.minutes += watched * (film.runtime or 0)
        directors, actors = self.people
        self._people(directors, film.directors[:DIRECTORS_COUNTED], change)
        self._people(actors, film.cast[:ACTORS_COUNTED], change)
        genres, countries, languages = self.traits
        self._traits(genres, film.genres, change)
        self._traits(countries, film.countries, change)
        self._traits(languages, film.languages, change)
        if film.year is not None:
            self._traits(self.decades, (film.year // 10 * 10,), change)

    def _people(
        self, rows: dict[str, Row], people: tuple[Person, ...], change: tuple[int, int, int]
    ) -> None:
        watched, rated, half_stars = change
        names = self.names
        if len(people) > 1 and len(set(map(_id_of, people))) < len(people):
            people = tuple({person.id: person for person in people}.values())  # named twice
        for person in people:
            entity = person.id
            row = rows.get(entity)
            if row is None:
                rows[entity] = [watched, rated, half_stars]
                names.setdefault(entity, person.name)
            else:
                row[0] += watched
                row[1] += rated
                row[2] += half_stars

    def _traits(
        self, rows: dict[K, Row], traits: tuple[K, ...], change: tuple[int, int, int]
    ) -> None:
        if len(traits) > 1 and len(set(traits)) < len(traits):
            traits = tuple(dict.fromkeys(traits))
        watched, rated, half_stars = change
        for trait in traits:
            row = rows.get(trait)
            if row is None:
                rows[trait] = [watched, rated, half_stars]
            else:
                row[0] += watched
                row[1] += rated
                row[2] += half_stars

    def _community(self, film_id: str, change: tuple[int, int, int, int]) -> None:
        row = self.films.get(film_id)
        if row is None:
            self.films[film_id] = list(change)
        else:
            self.films[film_id] = list(map(add, row, change))

    def _viewings(self, image: Image, sign: int) -> None:
        watches = image.watches
        count, flagged = len(watches), 0
        dates, since = self.dates, self.trends_since
        self.viewings += sign * count
        self.viewing_minutes += sign * count * (image.film.runtime or 0)
        for watch in watches:
            flagged += watch.rewatch
            day = watch.date
            dates[day] = dates.get(day, 0) + sign
            if len(day) == 10 and day >= since:
                self._trend(image.film, day, sign)
            if watch.context:
                self.contexts[watch.context] = self.contexts.get(watch.context, 0) + sign
        # A viewing after the first is a rewatch, flagged or not; a flagged first one is of a film
        # seen before the diary began.
        if count > 1 or flagged:
            self.rewatches += sign * max(flagged, count - 1)

    def _trend(self, film: FilmFacts, day: str, sign: int) -> None:
        days = self.trend_days
        key = (day, "film", film.film_id)
        days[key] = days.get(key, 0) + sign
        for genre in film.genres:
            key = (day, "genre", genre)
            days[key] = days.get(key, 0) + sign


_PEOPLE = ("director", "actor")
_TRAITS = ("genre", "country", "language")


def _totals(image: Image) -> tuple[int, int, int, int]:
    """Watched, rated, half-stars, liked. A rating counts with a viewing only.

    The diary sees to it that there is one.
    """
    if not image.watches:
        return 0, 0, 0, image.liked
    rating = image.rating
    if rating is None:
        return 1, 0, 0, image.liked
    return 1, 1, rating, image.liked


@lru_cache(maxsize=8192)
def _dated(day: str) -> tuple[Key, ...]:
    """Return the counters of a viewing's date: as many as its precision allows."""
    keys: list[Key] = [("year", day[:4])]
    if len(day) >= 7:
        keys.append(("month", day[:7]))
    if len(day) == 10:
        keys.append(("day", day))
        keys.append(("weekday", str(date.fromisoformat(day).isoweekday())))
    return tuple(keys)


def _add_numbers(into: dict[K, int], other: dict[K, int]) -> None:
    for key, value in other.items():
        into[key] = into.get(key, 0) + value


def _add_rows(into: dict[K, list[int]], other: dict[K, list[int]]) -> None:
    for key, row in other.items():
        if key in into:
            into[key] = [left + right for left, right in zip(into[key], row, strict=True)]
        else:
            into[key] = list(row)
