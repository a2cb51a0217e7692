"""Why a film stands where it does, and what would move it: everything computed anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from cinematch.kit.errors import Conflict, NotFound
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.rerank import Stand
from cinematch.recommender.service.explaining import Item, predicted_for
from cinematch.recommender.service.person import Asker, Turned
from cinematch.recommender.service.views import View, Views

LISTED = 10
"""Length of the list that is spoken of, unless another is named."""

HELD_UP_BY = 5
"""Pieces of evidence that are set aside, one after the other, to see."""


@dataclass(frozen=True)
class WhatIf:
    """What would have come of other evidence; see `schemas.suggestions.WhatIfOut`."""

    film_id: str
    title: str
    title_en: str | None
    title_it: str | None
    stars_now: float | None
    stars: float | None
    place_before: int
    place_after: int
    predicted_before: float
    predicted_after: float
    model: str


@dataclass(frozen=True, kw_only=True)
class AsListed:
    """The list that is spoken of: it is made again, as it was.

    Attributes:
        turned: knobs, as for the list.
        n: how many films.
        model: what made it; see `Serving.of`.
    """

    turned: Turned = field(default_factory=Turned)
    n: int = LISTED
    model: str | None = None


@dataclass(frozen=True)
class Otherwise:
    """Other evidence: a film of the person's own, and its stars; None sets it aside."""

    film_id: str
    stars: float | None


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
    model: str


def why_of(views: Views, user_id: str, film_id: str, asked: AsListed) -> Why:
    """Explain one film: its place, its sum, what keeps it out, what holds it up.

    Args:
        views: of whom there is to ask.
        user_id: whose list.
        film_id: the film.
        asked: the list that it stands in, or not.

    Raises:
        NotFound: it is no film that is suggested to anybody.
        Invalid: a genre that is none.
    """
    view = views.of(user_id, asked.turned, asked.model)
    film = view.film(film_id)
    allowed = view.asker.allowed(asked.n)
    may_come = bool(allowed[film])
    listing = view.listing(allowed, asked.n)
    films = listing.sums.films.tolist()
    needed = listing.sums.account(asked.n - 1).total if len(films) >= asked.n else None
    stand = view.stand(view.asker.profile, film, asked.n)
    listed = film in films
    at = films.index(film) if listed else 0
    if not listed:
        listing = view.one(film, stand.variety if may_come else 0.0)
    cards = views.cards(user_id, [film_id])
    if film_id not in cards:
        raise NotFound("There is no such film any more.")
    return Why(
        item=Item(listing, at, cards[film_id]),
        place=stand.place if may_come else None,
        of=int(allowed.sum()),
        listed=listed,
        reasons=[] if listed else _reasons(view.asker, film, stand if may_come else None),
        needed=needed,
        held_up_by=_held_up_by(view, Item(listing, at, cards[film_id]), film, asked.n),
        model=view.standing.model,
    )


def otherwise(
    views: Views, user_id: str, film_id: str, other: Otherwise, asked: AsListed
) -> WhatIf:
    """Compute anew where a film would stand, had another been given other stars.

    Args:
        views: of whom there is to ask.
        user_id: whose list.
        film_id: the film suggested.
        other: what the other would have been given.
        asked: the list in which it would stand.

    Raises:
        NotFound: the first is no film that is suggested to anybody.
        Conflict: the second is not among those that the person has seen and that count.
    """
    view = views.of(user_id, asked.turned, asked.model)
    film = view.film(film_id)
    evidence = view.standing.shelf.position.get(other.film_id)
    if evidence is None or evidence not in view.asker.profile.evidence.films:
        raise Conflict("That film is not among those that you have seen and that count.")
    before = _where(view, view.asker.profile, film, asked.n)
    return _changing(view, film, other, before)


def _held_up_by(view: View, item: Item, film: int, n: int) -> list[WhatIf]:
    sums = item.listing.sums
    values = sums.by_seen[:, item.at]
    largest = np.argsort(-values, kind="stable")[:HELD_UP_BY].tolist()
    before = _where(view, view.asker.profile, film, n)
    film_ids = view.standing.shelf.film_ids
    return [
        _changing(view, film, Otherwise(film_ids[int(sums.seen[one])], None), before)
        for one in largest
        if values[one] > 0
    ]


def _changing(view: View, film: int, other: Otherwise, before: "_Where") -> WhatIf:
    profile, shelf, stars = view.asker.profile, view.standing.shelf, other.stars
    evidence = shelf.position[other.film_id]
    after = _where(view, _profile(profile, evidence, stars), film, before.n)
    now = float(profile.stars[profile.films == evidence][0])
    return WhatIf(
        film_id=shelf.film_ids[evidence],
        **shelf.titles[evidence]._asdict(),
        stars_now=None if np.isnan(now) else now,
        stars=stars,
        place_before=before.place,
        place_after=after.place,
        predicted_before=before.predicted,
        predicted_after=after.predicted,
        model=view.standing.model,
    )


@dataclass(frozen=True)
class _Where:
    """Where a film stands by a list of `n`, and what is foretold of it."""

    place: int
    predicted: float
    n: int


def _where(view: View, profile: Profile, film: int, n: int) -> _Where:
    place = view.stand(profile, film, n).place
    return _Where(place, predicted_for(view.standing, profile, film), n)


def _profile(profile: Profile, film: int, stars: float | None) -> Profile:
    if stars is None:
        return replace(profile, muted=profile.muted | (profile.films == film))
    return profile.with_stars(film, stars)


def _reasons(asker: Asker, film: int, stand: Stand | None) -> list[str]:
    """Return every reason why a film is not in the list; there is always one.

    One that may be shown (it has a stand) is kept out by others alone; a film that rests may, too,
    where too few others are left.
    """
    if stand is not None:
        return ["place" if stand.pooled else "pool"]
    return [reason for reason, mask in asker.held_back.items() if mask[film]]
