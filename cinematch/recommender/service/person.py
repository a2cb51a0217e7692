"""One person as the recommender reads them: evidence, films set aside, knobs, what was shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
from msgspec.structs import replace

from cinematch.films.core.film import canonical_genre
from cinematch.infra.ports import Tx
from cinematch.kit.clock import from_iso, to_iso
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.arrays import Bools, Ints
from cinematch.recommender.core.moods import MOODS
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.records import (
    Algorithm,
    Evidence,
    MarkKind,
    Mood,
    Preferences,
    Shown,
)
from cinematch.recommender.core.rerank import Knobs
from cinematch.recommender.ports import TasteRepository
from cinematch.recommender.service.shelf import Shelf

RESTS_AFTER = 3
"""Days on which a film is suggested before it rests."""


@dataclass(frozen=True, kw_only=True)
class Turned:
    """Knobs turned for one list; what is None is as the person left it."""

    popularity: float | None = None
    recency: float | None = None
    variety: float | None = None
    algorithm: Algorithm | None = None
    mood: Mood | None = None
    genres: tuple[str, ...] | None = None
    without_genres: tuple[str, ...] | None = None
    max_minutes: int | None = None

    def over(self, preferences: Preferences) -> Preferences:
        """Return the preferences with these in their place.

        Raises:
            Invalid: a genre that is none.
        """
        given = {name: value for name, value in vars(self).items() if value is not None}
        for name in given.keys() & {"genres", "without_genres"}:
            given[name] = tuple(_genre(name, told) for told in given[name])
        return replace(preferences, **given)


def _genre(field: str, told: str) -> str:
    genre = canonical_genre(told)
    if genre is None:
        raise Invalid.field(field, f"“{told}” is no genre", "one of `GET /api/genres`")
    return genre


@dataclass(frozen=True)
class Told:
    """What the store has of a person.

    Attributes:
        user_id: who.
        evidence: their films.
        marks: films set aside, by kind.
        preferences: their knobs.
        shown: what was suggested to them, by film id.
    """

    user_id: str
    evidence: tuple[Evidence, ...]
    marks: Mapping[MarkKind, frozenset[str]]
    preferences: Preferences
    shown: Mapping[str, Shown]


def read_person(tx: Tx, taste: TasteRepository, user_id: str) -> Told:
    """Read a person; somebody of whom nothing is known has nothing."""
    marks = taste.marks(tx, user_id)
    kinds: tuple[MarkKind, ...] = ("muted", "not interested")
    return Told(
        user_id=user_id,
        evidence=tuple(taste.evidence(tx, user_id)),
        marks={
            kind: frozenset(mark.film_id for mark in marks if mark.kind == kind) for kind in kinds
        },
        preferences=taste.preferences(tx, user_id) or Preferences(),
        shown=taste.shown(tx, user_id),
    )


@dataclass(frozen=True)
class Asker:
    """A person in front of a shelf.

    Attributes:
        told: what the store has of them.
        preferences: their knobs, as they are for this list.
        shelf: today's films.
        now: the present instant.
    """

    told: Told
    preferences: Preferences
    shelf: Shelf
    now: datetime

    @cached_property
    def profile(self) -> Profile:
        """The films seen that are on the shelf."""
        position = self.shelf.position
        muted = self.told.marks["muted"]
        rows = [
            (at, row.rating, row.liked, row.film_id in muted)
            for row in self.told.evidence
            if row.seen and (at := position.get(row.film_id)) is not None
        ]
        films, ratings, liked, silent = zip(*rows, strict=True) if rows else ((), (), (), ())
        stars = [np.nan if rating is None else rating / 2 for rating in ratings]
        return Profile.of(
            np.array(films, dtype=np.int64),
            np.array(stars, dtype=np.float64),
            np.array(liked, dtype=np.bool_),
            np.array(silent, dtype=np.bool_),
        )

    @property
    def knobs(self) -> Knobs:
        """What acts on the order."""
        wanted = self.preferences
        return Knobs(wanted.popularity, wanted.recency, wanted.variety)

    @cached_property
    def rests(self) -> Bools:
        """(films,) which rest: suggested on three days, the last of them not long ago."""
        resting = [film_id for film_id, shown in self.told.shown.items() if self.resting(shown)]
        return _mask(self.shelf, self.shelf.at(resting))

    def resting(self, shown: Shown) -> bool:
        """Say whether a film rests; on the day that it was suggested it does not yet."""
        today = to_iso(self.now)[:10]
        tired = shown.times >= RESTS_AFTER and shown.at[:10] < today
        return tired and not self.rested(shown)

    def rested(self, shown: Shown) -> bool:
        """Say whether a film has not been suggested for as long as one rests."""
        days = timedelta(days=self.preferences.rest_days)
        return self.now - from_iso(shown.at) >= days

    @cached_property
    def held_back(self) -> Mapping[str, Bools]:
        """By reason, (films,) which films it keeps out of the list."""
        shelf, wanted = self.shelf, self.preferences
        seen = _mask(shelf, self.profile.films)
        muted = _mask(shelf, self.profile.films[self.profile.muted])
        masks = {
            "seen": seen,
            "muted": muted,
            "not interested": _mask(shelf, shelf.at(list(self.told.marks["not interested"]))),
            "resting": self.rests & ~seen,
        }
        genre = np.zeros(len(shelf), dtype=np.bool_)
        if wanted.genres:
            genre |= ~shelf.having(wanted.genres)
        if wanted.without_genres:
            genre |= shelf.having(wanted.without_genres)
        masks["genre"] = genre
        if wanted.mood != "any":
            rule = MOODS[wanted.mood]
            fits = shelf.having(tuple(rule.any_of)) & ~shelf.having(tuple(rule.none_of))
            masks["mood"] = ~fits
        if wanted.max_minutes is not None:
            masks["length"] = ~(shelf.minutes <= wanted.max_minutes)
        return masks

    def allowed(self, count: int) -> Bools:
        """Return (films,) what may be shown; films rest only where `count` others are left."""
        held = [mask for reason, mask in self.held_back.items() if reason != "resting"]
        free: Bools = ~np.logical_or.reduce(held)
        awake = free & ~self.held_back["resting"]
        return awake if int(awake.sum()) >= count else free

    def left_out(self, allowed: Bools) -> dict[str, int]:
        """Return how many films are left out, each under the first reason that holds."""
        masks = self.held_back
        filtered = np.logical_or.reduce(
            [masks[reason] for reason in ("genre", "mood", "length") if reason in masks]
        )
        counts, left = {}, ~allowed
        for reason, mask in (
            ("muted", masks["muted"]),
            ("seen", masks["seen"]),
            ("not_interested", masks["not interested"]),
            ("filtered", filtered),
            ("resting", masks["resting"]),
        ):
            counts[reason] = int((left & mask).sum())
            left &= ~mask
        return counts


def _mask(shelf: Shelf, at: Ints) -> Bools:
    mask = np.zeros(len(shelf), dtype=np.bool_)
    mask[at] = True
    return mask
