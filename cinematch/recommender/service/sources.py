"""What a model is fitted to: own ratings, communities from outside, or an invented community."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import Literal

import numpy as np

from cinematch.films.core.film import Film
from cinematch.films.ports import FilmFeed
from cinematch.infra.ports import Store, Tx
from cinematch.kit.errors import Conflict
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.arrays import Ints
from cinematch.recommender.core.background import joined, named, onto, positions_of
from cinematch.recommender.core.model import Origin
from cinematch.recommender.core.options import Source
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Rating, Ratings, gather
from cinematch.recommender.ports import Communities, TasteRepository

Mixture = Literal["own", "hybrid", "synthetic"]

OWN_LICENCE = "The ratings of this installation's own people; they stay here."

_ENOUGH_RATINGS, _ENOUGH_PEOPLE = 1_000, 10
_HOW_TO_ADD = "A data set of MovieLens would do: cinematch community add FOLDER"
_FILMS_AT_ONCE = 1_000
_ROWS_AT_ONCE = 50_000
_PEOPLE_AT_ONCE = 100


@dataclass(frozen=True)
class LeftOut:
    """What of a background community is of no use here: films not known for certain."""

    name: str
    films: int
    ratings: int


@dataclass(frozen=True)
class Gathered:
    """Ratings over all films of the catalogue, in the order of film ids, and their provenance.

    Attributes:
        ratings: users from outside are called by their data set and number there.
        origins: one for each source that took part.
        source: what they come to.
        noise_floor: RMSE that the rule of the invented ones would have; None without such.
        films: one for each of `ratings.film_ids`.
        left_out: one for each background community that took part.
    """

    ratings: Ratings
    origins: list[Origin]
    source: Mixture
    noise_floor: float | None = None
    films: tuple[Film, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class Sources:
    """Gathers ratings. Invented people are never among `own` ones, whatever is in the store."""

    def __init__(
        self,
        store: Store,
        taste: TasteRepository,
        films: FilmFeed,
        communities: Communities,
        invented: synthetic.Community | None = None,
    ) -> None:
        self._store = store
        self._taste = taste
        self._films = films
        self._communities = communities
        self._invented = invented or synthetic.Community()

    def gather(self, source: Source, progress: Progress) -> Gathered:
        """Gather what `source` names; for `auto` the first of `hybrid`, `own`, `synthetic` that
        has a thousand ratings, own ones of ten people.

        Args:
            source: see `TrainingOptions.source`.
            progress: hears how many rows have been read, and may raise to leave off.

        Raises:
            Conflict: there is nothing of that source, and what to do about it.
            DamagedCommunity: a background community is not what was kept.
        """
        films = self.catalogue()
        outside = [] if source in {"own", "synthetic"} else self._outside()
        if source == "synthetic":
            return self._of_rule(films, progress)
        if source == "hybrid" and not outside:
            raise Conflict(
                f"There is no background community. {_HOW_TO_ADD}", reason="no_community"
            )
        gathered = self._mixed(outside, films, progress)
        if source == "auto" and not _enough(gathered):
            return self._of_rule(films, progress)
        if not len(gathered.ratings):
            raise Conflict(f"Nobody has rated a film yet. {_HOW_TO_ADD}", reason="no_ratings")
        return gathered

    def enough_own(self) -> bool:
        """Whether people have rated enough here for a model of their own."""

        people, rated = set(), 0
        for row in everybodys_ratings(self._store, self._taste):
            if row.stars is not None and is_person(row.user_id):
                people.add(row.user_id)
                rated += 1
            if rated >= _ENOUGH_RATINGS and len(people) >= _ENOUGH_PEOPLE:
                return True
        return False

    def catalogue(self) -> tuple[Film, ...]:
        """Return the films of everybody, by id."""
        return tuple(film for film in self._pages() if film.owner_user_id is None)

    def _pages(self) -> Iterator[Film]:
        last = ""
        while page := self._store.snapshot(partial(self._page, after=last)):
            yield from page
            last = page[-1].film_id

    def _page(self, tx: Tx, after: str) -> list[Film]:
        return self._films.following(tx, after, _FILMS_AT_ONCE)

    def _outside(self) -> list[str]:
        return [one.name for one in self._communities.all() if one.name != synthetic.NAME]

    def _mixed(
        self, outside: Sequence[str], films: tuple[Film, ...], progress: Progress
    ) -> Gathered:
        film_ids = tuple(film.film_id for film in films)
        own = self._own(film_ids, progress)
        parts, left_out = [own], []
        origins = [Origin("own", OWN_LICENCE, len(own), own.users)] if len(own) else []
        for name in outside:
            told = self._communities.load(name)
            positions = positions_of(told.films, films)
            here = onto(told.ratings, positions, film_ids)
            progress(len(told.ratings), len(told.ratings))
            parts.append(named(here, name))
            origins.append(Origin(name, told.licence, len(here), here.users))
            left_out.append(_left_out(name, told.ratings, positions))
        return Gathered(
            joined(parts, film_ids),
            origins,
            "hybrid" if outside else "own",
            films=films,
            left_out=tuple(left_out),
        )

    def _own(self, film_ids: tuple[str, ...], progress: Progress) -> Ratings:
        counts = self._store.snapshot(self._taste.film_counts)
        of = sum(figures.watched for figures in counts.values())
        parts, done = [], 0
        try:
            for rows in _some_at_once(everybodys_ratings(self._store, self._taste)):
                parts.append(gather(rows, film_ids))
                done += len(rows)
                progress(done, max(of, done))
            return joined(parts, film_ids)
        except ValueError as error:
            raise Conflict(
                f"The store holds what is no rating. {error} Correct it first.",
                reason="bad_ratings",
            ) from None

    def _of_rule(self, films: tuple[Film, ...], progress: Progress) -> Gathered:
        """Return the invented community: the one that is kept, else one of these very films.

        Of one that is kept nothing is left where the catalogue has become another.
        """
        kept = self._kept_of_rule(films)
        if kept is not None and len(kept[0]):
            ratings, floor = kept
        else:
            invented = self.invent(films, progress)
            ratings, floor = invented.ratings, invented.noise_floor
        origin = Origin(synthetic.NAME, synthetic.LICENCE, len(ratings), ratings.users)
        return Gathered(ratings, [origin], "synthetic", floor, films)

    def _kept_of_rule(self, films: tuple[Film, ...]) -> tuple[Ratings, float | None] | None:
        if not any(one.name == synthetic.NAME for one in self._communities.all()):
            return None
        told = self._communities.load(synthetic.NAME)
        film_ids = tuple(film.film_id for film in films)
        at = {film_id: position for position, film_id in enumerate(film_ids)}
        places = np.array([at.get(one, -1) for one in told.ratings.film_ids], dtype=np.int32)
        return onto(told.ratings, places, film_ids), told.noise_floor

    def invent(
        self, films: tuple[Film, ...], progress: Progress, people: int | None = None
    ) -> synthetic.Invented:
        """Draw a community over films, of so many people or as many as usual.

        Raises:
            Conflict: there are too few films.
        """
        rule = replace(self._invented, people=people or self._invented.people)
        try:
            return synthetic.invent(synthetic.film_table(films), rule, progress)
        except ValueError as error:
            raise Conflict(
                f"{error} Fill the catalogue first: cinematch catalogue load-imdb FOLDER, or "
                "cinematch catalogue load-movielens FOLDER.",
                reason="too_few_films",
                films=len(films),
            ) from None


def until(gathered: Gathered, now: int) -> Gathered:
    """Return the same with no instant after one, in seconds since 1970."""
    ratings = gathered.ratings
    if not (ratings.at > now).any():
        return gathered
    return replace(gathered, ratings=replace(ratings, at=np.minimum(ratings.at, now)))


def everybodys_ratings(
    store: Store, taste: TasteRepository, people: int = _PEOPLE_AT_ONCE
) -> Iterator[Rating]:
    """Yield what everybody has seen, by user; `people` at a time, each time at a moment of its own.

    MongoDB ends what reads for longer than a minute, and what all have seen need not fit into
    memory as rows. Who comes, goes or rates meanwhile is read as before or as after it.
    """

    def page(tx: Tx, after: str) -> tuple[list[str], list[Rating]]:
        user_ids = taste.people(tx, after, people)
        return user_ids, taste.ratings(tx, user_ids) if user_ids else []

    last = ""
    while True:
        user_ids, rows = store.snapshot(partial(page, after=last))
        if not user_ids:
            return
        yield from rows
        last = user_ids[-1]


def is_person(user_id: str) -> bool:
    """Whether a user is somebody, not one of the invented."""
    return not user_id.startswith(synthetic.PREFIX)


def _some_at_once(rows: Iterator[Rating]) -> Iterator[list[Rating]]:
    """Yield people's rows, whole people and many at once."""
    waiting: list[Rating] = []
    for user_id, of_user in groupby(rows, key=lambda row: row.user_id):
        if is_person(user_id):
            waiting += of_user
        if len(waiting) >= _ROWS_AT_ONCE:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


def _enough(gathered: Gathered) -> bool:
    people = gathered.ratings.users if gathered.source == "own" else _ENOUGH_PEOPLE
    return bool(gathered.ratings.rated.sum() >= _ENOUGH_RATINGS and people >= _ENOUGH_PEOPLE)


def _left_out(name: str, ratings: Ratings, positions: Ints) -> LeftOut:
    unknown = positions < 0
    return LeftOut(name, int(unknown.sum()), int(unknown[ratings.film].sum()))
