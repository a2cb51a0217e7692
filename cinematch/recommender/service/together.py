"""One film for several people: what each is promised, and what each gives up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cinematch.films.core.catalogue import FilmCard
from cinematch.infra.ports import Tx
from cinematch.kit.errors import Forbidden
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.group import Rule, choose_together
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP
from cinematch.recommender.core.stars import Person, Predictions
from cinematch.recommender.service.explaining import cut
from cinematch.recommender.service.person import Told, Turned, read_person
from cinematch.recommender.service.views import View, Views

POOL = 200
"""Best films of each person, by score, among which all choose.

Predicted stars alone would put the little known first: whoever has seen such a film chose it.
"""


@dataclass(frozen=True)
class Companion:
    """Somebody of this installation."""

    user_id: str
    username: str


@dataclass(frozen=True)
class Companions:
    """Who lets others choose with them; `open`: whether the one who asks does."""

    items: Sequence[Companion]
    open: bool


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What several people want.

    Attributes:
        with_users: ids of the others.
        rule: how it is chosen.
        n: how many films.
        max_minutes: only films known to be no longer.
        genres: only films with one of these; none: any.
        rewatch: whether films that the one who asks has seen may come. What the others have seen
            never does: a list with and one without would tell it.
    """

    with_users: Sequence[str]
    rule: Rule
    n: int
    max_minutes: int | None = None
    genres: tuple[str, ...] = ()
    rewatch: bool = False


@dataclass(frozen=True)
class Seat:
    """One person's part in a choice; see `schemas.suggestions.SeatOut`."""

    user_id: str
    username: str
    predicted: float
    shown: float
    low: float
    high: float
    gives_up: float


@dataclass(frozen=True)
class SharedFilm:
    """A film for all of them."""

    card: FilmCard
    chosen_by: str | None
    seats: Sequence[Seat]

    @property
    def mean(self) -> float:
        """Mean of what each is promised."""
        return round(sum(seat.predicted for seat in self.seats) / len(self.seats), 4)

    @property
    def least(self) -> float:
        """The least that somebody is promised."""
        return min(seat.predicted for seat in self.seats)


@dataclass(frozen=True)
class Shared:
    """Films for all of them, best first; `model` is that of `Standing`."""

    rule: Rule
    items: Sequence[SharedFilm]
    people: Sequence[Companion]
    model: str


@dataclass(frozen=True)
class _Guest:
    """One of them, with what is foretold for them."""

    who: Companion
    view: View
    person: Person


def companions_of(views: Views, user_id: str) -> Companions:
    """Return who lets others choose with them, and whether this person does."""
    parts = views.parts

    def work(tx: Tx) -> Companions:
        others = [Companion(*found) for found in parts.taste.companions(tx) if found[0] != user_id]
        own = parts.taste.preferences(tx, user_id)
        return Companions(others, own is not None and own.together)

    return parts.store.snapshot(work)


def choose_for(views: Views, caller: Companion, wish: Wish) -> Shared:
    """Choose films for somebody and those who let others choose with them.

    Raises:
        Forbidden: one of them has not allowed it, or is not here.
        Invalid: a genre that is none.
    """
    guests = _guests(views, caller, wish)
    standing = guests[0].view.standing
    pool = _pool(guests, wish)
    stars = np.array([standing.stars.means(guest.person, pool) for guest in guests])
    stars = np.clip(stars, LOWEST, HIGHEST)
    chosen = choose_together(stars, wish.rule, wish.n)
    films = pool[chosen]
    told = [standing.stars.predict(guest.person, films) for guest in guests]
    best = stars.max(axis=1, initial=LOWEST)
    ids = [standing.shelf.film_ids[film] for film in films.tolist()]
    cards = views.cards(caller.user_id, ids)
    items = []
    for place, film_id in enumerate(ids):
        if film_id in cards:
            seats = [
                _seat(guest, predictions, place, float(most))
                for guest, predictions, most in zip(guests, told, best, strict=True)
            ]
            turn = guests[place % len(guests)].who.username
            items.append(
                SharedFilm(cards[film_id], turn if wish.rule == "take turns" else None, seats)
            )
    return Shared(wish.rule, items, [guest.who for guest in guests], standing.model)


def _guests(views: Views, caller: Companion, wish: Wish) -> list[_Guest]:
    parts = views.parts
    wanted = [one for one in dict.fromkeys(wish.with_users) if one != caller.user_id]

    def work(tx: Tx) -> tuple[Mapping[str, str], list[Told]]:
        names = dict(parts.taste.companions(tx))
        if not names.keys() >= set(wanted):
            raise Forbidden("One of them does not let others choose with them.")
        people = [caller.user_id, *wanted]
        return names, [read_person(tx, parts.taste, one) for one in people]

    names, told = parts.store.snapshot(work)
    turned = Turned(genres=wish.genres, without_genres=(), mood="any")
    standing = views.serving.current()
    guests = []
    for one in told:
        view = views.view(one, turned, standing)
        who = (
            caller if one.user_id == caller.user_id else Companion(one.user_id, names[one.user_id])
        )
        guests.append(_Guest(who, view, view.standing.stars.fold_in(view.asker.profile)))
    return guests


def _pool(guests: Sequence[_Guest], wish: Wish) -> Ints:
    """Return the films that may be shown to all and stand high with one of them.

    The first of them is the one who asks.
    """
    shelf = guests[0].view.standing.shelf
    allowed = np.ones(len(shelf), dtype=np.bool_)
    for place, guest in enumerate(guests):
        held = guest.view.asker.held_back
        allowed &= ~held["not interested"] & ~held["genre"]
        if place or not wish.rewatch:
            allowed &= ~held["seen"]
    if wish.max_minutes is not None:
        allowed &= shelf.minutes <= wish.max_minutes
    candidates = np.flatnonzero(allowed)
    pool: set[int] = set()
    for guest in guests:
        asker = guest.view.asker
        scores: Floats = guest.view.ranker.scores(asker.profile, asker.knobs)[candidates]
        order = np.argsort(-scores, kind="stable")[: max(POOL, wish.n)]
        pool.update(candidates[order].tolist())
    return np.array(sorted(pool), dtype=np.int64)


def _seat(guest: _Guest, told: Predictions, place: int, best: float) -> Seat:
    predicted = cut(float(told.mean[place]))
    low, high = told.interval()
    return Seat(
        user_id=guest.who.user_id,
        username=guest.who.username,
        predicted=predicted,
        shown=round(predicted / STEP) * STEP,
        low=round(float(low[place]), 4),
        high=round(float(high[place]), 4),
        gives_up=round(max(0.0, cut(best) - predicted), 3),
    )
