"""Why a film stands where it does, and what would move it: everything computed anew."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from cinematch.kit.errors import Conflict, NotFound
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.service.explaining import Item, Listing, predicted_for
from cinematch.recommender.service.person import Asker, Turned
from cinematch.recommender.service.views import View, Views

LISTED = 10
"""Length of the list that is spoken of."""

HELD_UP_BY = 5
"""Pieces of evidence that are set aside, one after the other, to see."""


@dataclass(frozen=True)
class WhatIf:
    """What would have come of other evidence; see `schemas.suggestions.WhatIfOut`."""

    film_id: str
    title: str
    stars_now: float | None
    stars: float | None
    place_before: int
    place_after: int
    predicted_before: float
    predicted_after: float


@dataclass(frozen=True)
class Why:
    """One film explained, wherever it stands; see `schemas.suggestions.WhyOut`."""

    item: Item
    place: int | None
    of: int
    listed: bool
    reasons: Sequence[str]
    needed: float | None
    held_up_by: Sequence[WhatIf]


def why_of(views: Views, user_id: str, film_id: str, turned: Turned) -> Why:
    """Explain one film: its place, its sum, what keeps it out, what holds it up.

    Raises:
        NotFound: it is no film that is suggested to anybody.
        Invalid: a genre that is none.
    """
    view = views.of(user_id, turned)
    film = view.film(film_id)
    allowed = view.asker.allowed(LISTED)
    listing = view.listing(allowed, LISTED)
    films = listing.sums.films.tolist()
    needed = listing.sums.account(LISTED - 1).total if len(films) >= LISTED else None
    listed = film in films
    at = films.index(film) if listed else 0
    if not listed:
        listing = view.one(film)
    cards = views.cards(user_id, [film_id])
    if film_id not in cards:
        raise NotFound("There is no such film any more.")
    place = view.place(view.asker.profile, allowed, film) if allowed[film] else None
    return Why(
        item=Item(listing, at, cards[film_id]),
        place=place,
        of=int(allowed.sum()),
        listed=listed,
        reasons=_reasons(view.asker, film, listed=listed, allowed=bool(allowed[film])),
        needed=needed,
        held_up_by=_held_up_by(view, film, listing, at),
    )


def otherwise(
    views: Views, user_id: str, film_id: str, evidence_id: str, stars: float | None
) -> WhatIf:
    """Compute anew where a film would stand, had another been given other stars.

    Args:
        views: of whom there is to ask.
        user_id: whose list.
        film_id: the film suggested.
        evidence_id: one of the person's own.
        stars: what it would have; None sets it aside.

    Raises:
        NotFound: the first is no film that is suggested to anybody.
        Conflict: the second is not among those that the person has seen and that count.
    """
    view = views.of(user_id, Turned())
    film = view.film(film_id)
    evidence = view.standing.shelf.position.get(evidence_id)
    if evidence is None or evidence not in view.asker.profile.evidence.films:
        raise Conflict("That film is not among those that you have seen and that count.")
    before = _where(view, view.asker.profile, film)
    return _changing(view, film, evidence, stars, before)


def _held_up_by(view: View, film: int, listing: Listing, at: int) -> list[WhatIf]:
    values = listing.sums.by_seen[:, at]
    largest = np.argsort(-values, kind="stable")[:HELD_UP_BY].tolist()
    before = _where(view, view.asker.profile, film)
    return [
        _changing(view, film, int(listing.sums.seen[one]), None, before)
        for one in largest
        if values[one] > 0
    ]


def _changing(
    view: View, film: int, evidence: int, stars: float | None, before: "_Where"
) -> WhatIf:
    profile, shelf = view.asker.profile, view.standing.shelf
    after = _where(view, _profile(profile, evidence, stars), film)
    now = float(profile.stars[profile.films == evidence][0])
    return WhatIf(
        film_id=shelf.film_ids[evidence],
        title=shelf.titles[evidence],
        stars_now=None if np.isnan(now) else now,
        stars=stars,
        place_before=before.place,
        place_after=after.place,
        predicted_before=before.predicted,
        predicted_after=after.predicted,
    )


@dataclass(frozen=True)
class _Where:
    """Where a film stands, and what is foretold of it."""

    place: int
    predicted: float


def _where(view: View, profile: Profile, film: int) -> _Where:
    place = view.place(profile, view.asker.allowed(LISTED), film)
    return _Where(place, predicted_for(view.standing, profile, film))


def _profile(profile: Profile, film: int, stars: float | None) -> Profile:
    if stars is None:
        return replace(profile, muted=profile.muted | (profile.films == film))
    return profile.with_stars(film, stars)


def _reasons(asker: Asker, film: int, *, listed: bool, allowed: bool) -> list[str]:
    """Return every reason; a film that may come back because too few are left does not rest."""
    reasons = [
        reason
        for reason, mask in asker.held_back.items()
        if mask[film] and not (allowed and reason == "resting")
    ]
    return reasons if reasons or listed else ["place"]
