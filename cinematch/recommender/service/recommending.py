"""What people ask of the recommender: lists, reasons, films to begin with, films for several."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import numpy as np

from cinematch.films.core.catalogue import FilmCard
from cinematch.films.core.film import Film
from cinematch.infra.ports import Tx
from cinematch.kit.clock import to_iso
from cinematch.kit.errors import CineMatchError
from cinematch.kit.paging import Page, decode_cursor, encode_cursor
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.elicitation import ask_about
from cinematch.recommender.core.records import Algorithm, Evidence, Shown
from cinematch.recommender.service.explaining import Item, items_of
from cinematch.recommender.service.health import model_health
from cinematch.recommender.service.metering import Answered, group_of
from cinematch.recommender.service.person import Asker, Turned
from cinematch.recommender.service.serving import NO_MODEL, Standing
from cinematch.recommender.service.shelf import titles_of
from cinematch.recommender.service.together import (
    Companion,
    Companions,
    Shared,
    Wish,
    choose_for,
    companions_of,
)
from cinematch.recommender.service.views import Parts, View, Views
from cinematch.recommender.service.why import AsListed, Otherwise, WhatIf, Why, otherwise, why_of

ENOUGH = 10
"""Films rated, from which on the list is worth looking at."""

_ASKED_AMONG = 400
"""Best known films among which those to ask about are sought."""

_NOTEWORTHY = 0.01
"""Stars by which a prediction must have moved to be kept anew on the same day."""

_LOG = logging.getLogger(__name__)
Source = Literal["own", "hybrid", "synthetic"]


@dataclass(frozen=True)
class Note:
    """What answered; see `schemas.suggestions.ModelNote`."""

    version: str | None
    source: Source | None
    trained_at: str | None
    fallback: bool
    new_films: int
    algorithm: Algorithm
    weights: Mapping[str, float]


@dataclass(frozen=True)
class Suggested:
    """A list, best first.

    Attributes:
        asker: for whom.
        items: the films.
        note: what answered.
        left_out: how many films were left out, by reason.
    """

    asker: Asker
    items: Sequence[Item]
    note: Note
    left_out: Mapping[str, int]

    @property
    def rated(self) -> int:
        """Films of the person's own that counted."""
        return len(self.asker.profile.rated)

    @property
    def seen(self) -> int:
        """Films that the person has seen."""
        return len(self.asker.profile)


@dataclass(frozen=True)
class Asked:
    """Films to begin with; see `schemas.suggestions.AskedOut`."""

    films: Sequence[FilmCard]
    answered: int
    enough: int


@dataclass(frozen=True)
class Given:
    """A rating of one's own, in stars."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    year: int | None
    rating: float
    rated_at: str | None


class RecommendingService:
    """The use cases, on one set of parts. What answers is shared by all and swapped whole."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._views = Views(parts)

    def start(self) -> None:
        """Begin to build what answers, aside."""
        self._views.serving.start()

    def stop(self) -> None:
        """Wait until nothing is being built."""
        self._views.serving.stop()

    def refresh(self) -> Standing:
        """See now what has changed: the model that serves, the catalogue, everybody's figures."""
        return self._views.serving.refresh()

    def health(self) -> Mapping[str, Any]:
        """See `service.health.model_health`."""
        return model_health(self._views.serving.standing)

    def suggest(self, user_id: str, turned: Turned, n: int) -> Suggested:
        """Return `n` films that a person has not seen; fewer only where no more may be shown.

        Raises:
            Invalid: a genre that is none.
        """
        with self._parts.meter.timed():
            view = self._views.of(user_id, turned)
            allowed = view.asker.allowed(n)
            listing = view.listing(allowed, n)
            cards = self._views.cards(user_id, _ids(view.standing, listing.sums.films))
            found = Suggested(
                view.asker,
                items_of(listing, cards),
                _note(view.standing, view.asker.preferences.algorithm),
                view.asker.left_out(allowed),
            )
        self._parts.meter.count(_answered(view, found, n))
        return found

    def note(self, found: Suggested) -> None:
        """Keep what was suggested, so that it can be judged later; a day counts once.

        What cannot be kept is not: a list is worth more than its record.
        """
        shown = _shown(found)
        if not shown:
            return
        user_id, taste = found.asker.told.user_id, self._parts.taste
        try:
            self._parts.store.transact(lambda tx: taste.save_shown(tx, user_id, shown))
        except CineMatchError as error:
            _LOG.warning("What was suggested is not on record: %s", error.detail)

    def why(self, user_id: str, film_id: str, asked: AsListed) -> Why:
        """See `service.why.why_of`."""
        return why_of(self._views, user_id, film_id, asked)

    def what_if(self, user_id: str, film_id: str, other: Otherwise, asked: AsListed) -> WhatIf:
        """See `service.why.otherwise`."""
        return otherwise(self._views, user_id, film_id, other, asked)

    def elicit(self, user_id: str, n: int, skip: Sequence[str]) -> Asked:
        """Return films to ask somebody about: well known, and unlike each other.

        Args:
            user_id: whom.
            n: how many.
            skip: ids of films that they do not know.
        """
        view = self._views.of(user_id, Turned())
        standing, profile = view.standing, view.asker.profile
        held = view.asker.held_back
        open_to = ~held["seen"] & ~held["not interested"]
        open_to[standing.shelf.at(skip)] = False
        known = standing.well_known
        best = np.flatnonzero(open_to)
        best = best[np.argsort(-known[best], kind="stable")][: max(_ASKED_AMONG, n)]
        every = np.ones(len(best), dtype=np.bool_)
        chosen = best[ask_about(_described(standing, best), known[best], every, n)]
        ids = _ids(standing, chosen)
        cards = self._views.cards(user_id, ids)
        films = [cards[film_id] for film_id in ids if film_id in cards]
        return Asked(films, len(profile.rated), ENOUGH)

    def companions(self, user_id: str) -> Companions:
        """See `service.together.companions_of`."""
        return companions_of(self._views, user_id)

    def together(self, caller: Companion, wish: Wish) -> Shared:
        """See `service.together.choose_for`."""
        return choose_for(self._views, caller, wish)

    def looked_at(self, actor: str, user_id: str, action: str) -> None:
        """Put on record that somebody is going to read what is another's."""
        audit, store = self._parts.audit, self._parts.store
        store.transact(lambda tx: audit.record(tx, actor, action, user_id=user_id))

    def history(self, user_id: str) -> list[Given]:
        """Return what somebody has rated, the latest first."""
        return list(self._rated(user_id, None, None).items)

    def ratings(self, user_id: str, limit: int, cursor: str | None) -> Page[Given]:
        """Return a page of what somebody has rated, the latest first.

        Raises:
            Invalid: the cursor is not one of this listing.
        """
        return self._rated(user_id, limit, cursor)

    def _rated(self, user_id: str, limit: int | None, cursor: str | None) -> Page[Given]:
        after = decode_cursor(cursor, 2)
        parts = self._parts

        def key(row: Evidence) -> list[str]:
            return [row.rated_at or "", row.film_id]

        def work(tx: Tx) -> Page[Given]:
            rated = [row for row in parts.taste.evidence(tx, user_id) if row.rating is not None]
            total = len(rated)
            rated.sort(key=key, reverse=True)
            left = [row for row in rated if after is None or key(row) < [str(at) for at in after]]
            page = left if limit is None else left[:limit]
            films = parts.films.get_many(tx, [row.film_id for row in page])
            given = [_given(row, films[row.film_id]) for row in page if row.film_id in films]
            more = page and len(page) < len(left)
            return Page(given, total, encode_cursor(key(page[-1])) if more else None)

        return parts.store.snapshot(work)


def _given(row: Evidence, film: Film) -> Given:
    return Given(row.film_id, *titles_of(film), film.year, (row.rating or 0) / 2, row.rated_at)


def _ids(standing: Standing, films: Ints) -> list[str]:
    return [standing.shelf.film_ids[film] for film in films.tolist()]


def _described(standing: Standing, films: Ints) -> Floats:
    """Return (films, K) by which films are told apart: the kernel's, else what they are made of."""
    factors = standing.factors
    if factors is not None and factors.shape[1]:
        return factors[films]
    rows = standing.shelf.features.matrix[films]
    return np.asarray(rows[:, np.unique(rows.indices)].toarray())


def _note(standing: Standing, algorithm: Algorithm) -> Note:
    weights = {name: share for name, share in standing.weights(algorithm).items() if share}
    manifest = standing.learnt.manifest
    if manifest is None:
        return Note(
            version=None,
            source=None,
            trained_at=None,
            fallback=True,
            new_films=0,
            algorithm=algorithm,
            weights=weights,
        )
    return Note(
        version=manifest.version,
        source=cast(Source, manifest.source),
        trained_at=manifest.created_at,
        fallback=False,
        new_films=standing.learnt.new_films,
        algorithm=algorithm,
        weights=weights,
    )


def _answered(view: View, found: Suggested, n: int) -> Answered:
    profile = view.asker.profile
    return Answered(
        algorithm=found.note.algorithm,
        group=group_of(view.standing, profile, view.ranker.grades(profile)),
        newcomer=found.rated < ENOUGH,
        fallback=found.note.fallback,
        asked=n,
        given=len(found.items),
    )


def _shown(found: Suggested) -> list[Shown]:
    """Return what is to be kept of a list: what is new, or has moved since it was kept today."""
    asker, model = found.asker, found.note.version or NO_MODEL
    now = to_iso(asker.now)
    rows = []
    for place, item in enumerate(found.items, 1):
        before = asker.told.shown.get(item.film_id)
        today = before is not None and before.at[:10] == now[:10]
        if before is not None and today:
            same = (before.place, before.model) == (place, model)
            if same and abs(before.predicted - item.predicted) < _NOTEWORTHY:
                continue
            times = before.times
        else:
            times = 1 if before is None or asker.rested(before) else before.times + 1
        low, high = item.interval.low, item.interval.high
        rows.append(Shown(item.film_id, now, times, place, item.predicted, low, high, model))
    return rows
