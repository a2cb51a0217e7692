"""One person in front of what answers now: the ground of lists and of explanations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from cinematch.accounts.ports import Recorder
from cinematch.films.core.catalogue import FilmCard
from cinematch.films.ports import FilmFeed, FilmsRepository
from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock
from cinematch.kit.errors import NotFound
from cinematch.recommender.core.arrays import Bools
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.rerank import Stand
from cinematch.recommender.core.suggest import Ranker
from cinematch.recommender.ports import TasteRepository
from cinematch.recommender.service.explaining import Listing, listing_of
from cinematch.recommender.service.metering import Meter
from cinematch.recommender.service.person import Asker, Told, Turned, read_person
from cinematch.recommender.service.serving import Champions, Serving, Standing


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What the use cases are made of."""

    store: Store
    taste: TasteRepository
    films: FilmsRepository
    feed: FilmFeed
    models: Champions
    audit: Recorder
    clock: Clock
    meter: Meter = field(default_factory=Meter)


@dataclass(frozen=True)
class View:
    """One person in front of what answers now.

    Attributes:
        standing: what answers.
        asker: who asks.
        ranker: what ranks for them.
    """

    standing: Standing
    asker: Asker
    ranker: Ranker

    def film(self, film_id: str) -> int:
        """Return the position of a film.

        Raises:
            NotFound: it is none that is suggested to anybody.
        """
        film = self.standing.shelf.position.get(film_id)
        if film is None:
            raise NotFound("There is no such film among those that can be suggested.")
        return film

    def listing(self, allowed: Bools, n: int) -> Listing:
        """Return up to `n` of the films allowed."""
        asker = self.asker
        sums = self.ranker.listing(asker.profile, asker.knobs, allowed, n)
        return listing_of(self.standing, self.ranker, asker.profile, sums)

    def one(self, film: int, variety: float) -> Listing:
        """Return one film, wherever it stands; `variety` is what that takes off it there."""
        asker, films = self.asker, np.array([film])
        sums = self.ranker.sums(asker.profile, asker.knobs, films, np.array([variety]))
        return listing_of(self.standing, self.ranker, asker.profile, sums)

    def stand(self, profile: Profile, film: int, n: int) -> Stand:
        """Return where a film stands by the list of `n`, had the person these films."""
        asker = self.asker
        return self.ranker.stand(profile, asker.knobs, asker.allowed(n), n, film)


class Views:
    """Makes views."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.serving = Serving(parts.store, parts.taste, parts.feed, parts.models, parts.clock)

    def of(self, user_id: str, turned: Turned, model: str | None = None) -> View:
        """Read a person, and put them in front of what answers now, or by a model that did.

        Raises:
            Invalid: a genre that is none.
        """
        told = self.parts.store.snapshot(lambda tx: read_person(tx, self.parts.taste, user_id))
        return self.view(told, turned, self.serving.of(model))

    def view(self, told: Told, turned: Turned, standing: Standing) -> View:
        """Do as `of` for somebody who has been read."""
        wanted = turned.over(told.preferences)
        peers = self.serving.peers(standing, wanted.age_band, wanted.country)
        asker = Asker(told, wanted, standing.shelf, self.parts.clock())
        return View(standing, asker, standing.ranker(wanted.algorithm, peers))

    def cards(self, user_id: str, film_ids: list[str]) -> Mapping[str, FilmCard]:
        """Return films as somebody sees them, by id."""
        return self.parts.store.snapshot(lambda tx: self.parts.films.cards(tx, film_ids, user_id))
