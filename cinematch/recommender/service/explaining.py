"""One film of a list with everything that can be said of why it stands there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isnan

import msgspec
import numpy as np

from cinematch.films.core.catalogue import FilmCard
from cinematch.recommender.core.account import MOST, UNIT, Account, Line, Own, account_of
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.heads import ContentHead
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP
from cinematch.recommender.core.stars import Person, Predictions
from cinematch.recommender.core.suggest import Ranker, Sums
from cinematch.recommender.service.serving import Standing
from cinematch.recommender.service.shelf import Titles, titles_of

FACTS = 6
"""Things in common that are told of one film."""


class Fact(msgspec.Struct, frozen=True):
    """Something that a film shares with the person's own, and what it adds to the score."""

    kind: str
    name: str
    value: float


class ToldTerm(msgspec.Struct, frozen=True):
    """One line of a sum with its names; see `schemas.suggestions.TermOut`."""

    kind: str
    label: str
    value: float
    title_en: str | None = None
    title_it: str | None = None
    film_id: str | None = None
    stars: float | None = None
    model: str | None = None
    by_model: dict[str, float] = {}
    count: int | None = None


@dataclass(frozen=True)
class Interval:
    """Bounds in stars."""

    low: float
    high: float


@dataclass(frozen=True)
class Listing:
    """Some films in front of one person, with their sums.

    Attributes:
        standing: what answered.
        ranker: what ranked.
        profile: the person's films.
        sums: of the films.
        predictions: of the same films.
        person: folded in.
    """

    standing: Standing
    ranker: Ranker
    profile: Profile
    sums: Sums
    predictions: Predictions
    person: Person

    @cached_property
    def stars_of(self) -> Mapping[int, float | None]:
        """What the person gave, by position."""
        given = zip(self.profile.films.tolist(), self.profile.stars.tolist(), strict=True)
        return {film: None if isnan(stars) else stars for film, stars in given}

    @cached_property
    def intervals(self) -> Sequence[Interval]:
        """Within which four of five ratings of each film will fall."""
        low, high = self.predictions.interval()
        return [Interval(*bounds) for bounds in zip(_rounded(low), _rounded(high), strict=True)]

    @cached_property
    def _taste(self) -> tuple[ContentHead, Floats, Floats] | None:
        head = self.ranker.blend.heads.get("content")
        if not isinstance(head, ContentHead):
            return None
        grades = self.ranker.grades(self.profile)
        return head, grades, head.taste(self.profile.films, grades)

    def facts(self, place: int) -> list[Fact]:
        """Return what a film shares with the person's films, what says most first."""
        if self._taste is None or not len(self.profile):
            return []
        head, grades, taste = self._taste
        film = int(self.sums.films[place])
        once = None if film in self.stars_of else taste
        columns, added = head.by_feature(self.profile.films, grades, film, once)
        factor = self.ranker.blend.factor("content")
        features = self.standing.shelf.features.features
        largest = np.argsort(-added, kind="stable")[:FACTS]
        return [
            Fact(features[at].kind, features[at].name, round(factor * value, 4))
            for at, value in zip(columns[largest].tolist(), added[largest].tolist(), strict=True)
            if value > 0
        ]


@dataclass(frozen=True)
class Item:
    """One film of a listing.

    Attributes:
        listing: whose.
        at: where its sums are in there.
        card: the film as the person sees it.
    """

    listing: Listing
    at: int
    card: FilmCard

    @property
    def film_id(self) -> str:
        """Which film."""
        return self.card.film.film_id

    def score(self, most: int | None = MOST) -> Account:
        """Return the score as the sum that it is."""
        return self.listing.sums.account(self.at, most)

    def terms(self, account: Account) -> list[ToldTerm]:
        """Return the lines of its score with their names."""
        return [self._named(line) for line in account.lines]

    def stars(self, most: int | None = MOST) -> Account:
        """Return the predicted stars, before they are cut to the scale, as the sum they are."""
        told = self.listing.predictions
        fixed = [
            Line(kind, float(values[self.at]))
            for kind, values in (
                ("overall", told.overall),
                ("film", told.film),
                ("habit", told.habit),
            )
        ]
        own = Own("rating", self.listing.person.rated, told.by_rating[:, self.at])
        return account_of(fixed, own, most)

    @property
    def predicted(self) -> float:
        """Stars on the scale, with four decimals."""
        return cut(float(self.listing.predictions.mean[self.at]))

    @property
    def shown_stars(self) -> float:
        """The same in half-stars."""
        return round(self.predicted / STEP) * STEP

    @property
    def interval(self) -> Interval:
        """Within which four of five ratings will fall."""
        return self.listing.intervals[self.at]

    @property
    def facts(self) -> list[Fact]:
        """What it shares with the person's films."""
        return self.listing.facts(self.at)

    def _named(self, line: Line) -> ToldTerm:
        titles, film_id, stars = Titles(line.model or line.kind, None, None), None, None
        if line.film is not None:
            shelf = self.listing.standing.shelf
            titles, film_id = shelf.titles[line.film], shelf.film_ids[line.film]
            stars = self.listing.stars_of[line.film]
        elif line.kind == "film":
            titles = titles_of(self.card.film)
        return ToldTerm(
            kind=line.kind,
            label=titles.title,
            title_en=titles.title_en,
            title_it=titles.title_it,
            value=line.value,
            film_id=film_id,
            stars=stars,
            model=line.model,
            by_model=line.by_model,
            count=line.count,
        )


def listing_of(standing: Standing, ranker: Ranker, profile: Profile, sums: Sums) -> Listing:
    """Predict the stars of films that are going to be shown."""
    person = standing.stars.fold_in(profile)
    predictions = standing.stars.predict(person, sums.films)
    return Listing(standing, ranker, profile, sums, predictions, person)


def predicted_for(standing: Standing, profile: Profile, film: int) -> float:
    """Return the stars of one film, cut to the scale, with four decimals."""
    person = standing.stars.fold_in(profile)
    return cut(float(standing.stars.predict(person, np.array([film])).mean[0]))


def cut(stars: float) -> float:
    """Return stars on the scale, as they are shown.

    >>> cut(5.3), cut(3.14159)
    (5.0, 3.1416)
    """
    return min(max(round(stars * UNIT) / UNIT, LOWEST), HIGHEST)


def _rounded(stars: Floats) -> list[float]:
    return [round(value, 4) for value in stars.tolist()]


def items_of(listing: Listing, cards: Mapping[str, FilmCard]) -> Sequence[Item]:
    """Pair the films of a listing with their cards; one that has just gone is left out."""
    ids = [listing.standing.shelf.film_ids[film] for film in listing.sums.films.tolist()]
    return [Item(listing, at, cards[film_id]) for at, film_id in enumerate(ids) if film_id in cards]
