"""An empty installation filled, so that there is something to look at: labelled as invented."""

from collections.abc import Callable
from dataclasses import dataclass

from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.background import Background, SourceFilm
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.records import CommunityRecord
from cinematch.recommender.ports import Communities, TasteRepository
from cinematch.recommender.service.sources import Sources, everybodys_ratings, is_person


@dataclass(frozen=True)
class Filled:
    """What was done.

    Attributes:
        films_loaded: how many films are new or changed.
        films: how many the catalogue has.
        community: the invented one, as it is kept.
        alone: whether nobody has rated anything here: then models learn from it.
    """

    films_loaded: int
    films: int
    community: CommunityRecord
    alone: bool


@dataclass(frozen=True, kw_only=True)
class DemoParts:
    """What an installation is filled with; `starter` is `FilmsService.ensure_starter`."""

    store: Store
    taste: TasteRepository
    starter: Callable[[], int]
    sources: Sources
    communities: Communities
    clock: Clock


class DemoService:
    """Keeps an invented community over the catalogue. It has no accounts: nobody can sign in."""

    def __init__(self, parts: DemoParts) -> None:
        self._parts = parts

    def fill(self, people: int, progress: Progress, *, beside_people: bool = False) -> Filled:
        """Load the starter catalogue, and keep an invented community over all films.

        Args:
            people: how many to invent.
            progress: hears how many there are, and may raise to leave off.
            beside_people: whether to do so although people have rated films. Models learn from
                theirs as soon as these are enough (see `Sources.gather`), and never from both.

        Raises:
            Conflict: people have rated films, and `beside_people` is not set; or there are too
                few films.
        """
        parts = self._parts
        own = everybodys_ratings(parts.store, parts.taste)
        alone = not any(is_person(row.user_id) for row in own)
        if not alone and not beside_people:
            raise Conflict(
                "People have rated films here, and an invented community is of no use to them. To "
                "keep one all the same, for as long as their ratings are few: cinematch demo --yes"
            )
        loaded = parts.starter()
        films = parts.sources.catalogue()
        invented = parts.sources.invent(films, progress, people)
        told = (SourceFilm((film.title,), film.year, film.imdb_id, film.tmdb_id) for film in films)
        community = Background(
            synthetic.NAME,
            synthetic.LICENCE,
            invented.ratings,
            tuple(told),
            invented.noise_floor,
        )
        record = parts.communities.put(community, to_iso(parts.clock()))
        return Filled(loaded, len(films), record, alone)
