"""The catalogue as the recommender holds it: what films there are, of what, and how liked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from cinematch.films.core.film import GENRES, Film
from cinematch.films.ports import FilmFeed
from cinematch.infra.ports import Store, Tx
from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.features import FilmFeatures, film_features
from cinematch.recommender.core.popularity import Catalogue, Esteem, Tally
from cinematch.recommender.core.rerank import slope_of
from cinematch.recommender.ports import FilmCounts, TasteRepository

_BATCH = 500
"""Films read in one transaction."""


class Titles(NamedTuple):
    """What a film is called: at home, in English, in Italian."""

    title: str
    title_en: str | None
    title_it: str | None


@dataclass(frozen=True)
class Shelf:
    """The public films of one moment, best known first, so that equals fall to the better known.

    Attributes:
        stamp: of the catalogue, see `TasteRepository.catalogue_stamp`.
        film_ids: what the positions mean.
        position: the same the other way round.
        titles: what each is called.
        years: (films,) NaN where unknown.
        minutes: (films,) NaN where unknown.
        genres: (films, genres) in the order of `GENRES`.
        known: (films,) how widely each is known at the source, 0 to 1.
        source_means: (films,) mean stars at the source, NaN where unknown.
        features: what each is made of.
        newness: (films,) what the knob of recency multiplies.
    """

    stamp: str
    film_ids: tuple[str, ...]
    position: Mapping[str, int]
    titles: tuple[Titles, ...]
    years: Floats
    minutes: Floats
    genres: Bools
    known: Floats
    source_means: Floats
    features: FilmFeatures
    newness: Floats

    def __len__(self) -> int:
        return len(self.film_ids)

    @property
    def catalogue(self) -> Catalogue:
        """What sources say of the films."""
        return Catalogue(self.known, self.source_means, self.years, self.genres)

    def having(self, names: Sequence[str]) -> Bools:
        """Return (films,) which have one of some genres."""
        columns = [GENRES.index(name) for name in names if name in GENRES]
        return np.asarray(self.genres[:, columns].any(axis=1))

    def at(self, film_ids: Sequence[str]) -> Ints:
        """Return the positions of those of the films that are here."""
        position = self.position
        found = [at for film_id in film_ids if (at := position.get(film_id)) is not None]
        return np.array(found, dtype=np.int64)


def read_shelf(store: Store, taste: TasteRepository, feed: FilmFeed) -> Shelf:
    """Read the public films, batch by batch, each in a transaction of its own.

    The stamp is read first: what changes meanwhile changes it, and the shelf is read again.
    """
    stamp = store.snapshot(taste.catalogue_stamp)
    films: list[Film] = []
    last = ""
    while True:
        batch = store.snapshot(
            lambda tx, past=last: feed.following(tx, past, _BATCH)  # type: ignore[misc]
        )
        if not batch:
            return shelf_of(films, stamp)
        films += [film for film in batch if film.owner_user_id is None]
        last = batch[-1].film_id


def shelf_of(films: Sequence[Film], stamp: str) -> Shelf:
    """Put films on the shelf."""
    ordered = sorted(films, key=lambda film: (-film.popularity, film.film_id))
    genres = np.zeros((len(ordered), len(GENRES)), dtype=np.bool_)
    for row, film in enumerate(ordered):
        genres[row, [GENRES.index(name) for name in film.genres if name in GENRES]] = True
    popularity = np.array([film.popularity for film in ordered], dtype=np.float64)
    years = _told([film.year for film in ordered])
    return Shelf(
        stamp=stamp,
        film_ids=tuple(film.film_id for film in ordered),
        position={film.film_id: row for row, film in enumerate(ordered)},
        titles=tuple(titles_of(film) for film in ordered),
        years=years,
        minutes=_told([film.runtime for film in ordered]),
        genres=genres,
        known=popularity / (float(popularity.max(initial=0.0)) or 1.0),
        source_means=_told([film.mean_rating for film in ordered]) / 2,
        features=film_features(ordered),
        newness=slope_of(years),
    )


def titles_of(film: Film) -> Titles:
    """Return what a film is called."""
    return Titles(film.title, film.title_en, film.title_it)


def _told(values: Sequence[float | None]) -> Floats:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


@dataclass(frozen=True)
class Figures:
    """What everybody here makes of the films of a shelf.

    Attributes:
        tally: of what people did here; what is recent only since the model that serves.
        means: (films,) shrunken mean stars, of here and of the source.
        overall: mean stars of all.
        today: when they were read.
    """

    tally: Tally
    means: Floats
    overall: float
    today: date


@dataclass(frozen=True)
class Counted:
    """Everybody's figures as they are read.

    Attributes:
        films: by id.
        lately: viewings by film id on the last two days.
        before: the same on the thirty days before.
        recent: viewings by film id in each span of `core.popularity.spans_of`.
    """

    films: Mapping[str, FilmCounts]
    lately: Mapping[str, int]
    before: Mapping[str, int]
    recent: Sequence[tuple[Mapping[str, int], float]] = ()


def read_counts(
    tx: Tx, taste: TasteRepository, today: date, spans: Sequence[tuple[date, date, float]] = ()
) -> Counted:
    """Read everybody's figures; `spans` are what is recent, see `core.popularity.spans_of`."""

    def between(first: date, last: date) -> Mapping[str, int]:
        return taste.viewings(tx, first.isoformat(), last.isoformat())

    return Counted(
        taste.film_counts(tx),
        between(today - timedelta(days=1), today),
        between(today - timedelta(days=31), today - timedelta(days=2)),
        [(between(first, last), weight) for first, last, weight in spans],
    )


def figures_of(shelf: Shelf, counted: Counted, today: date) -> Figures:
    """Work everybody's figures out."""
    rated = np.zeros(len(shelf), dtype=np.int64)
    total = np.zeros(len(shelf))
    watched = np.zeros(len(shelf), dtype=np.int64)
    for film_id, counts in counted.films.items():
        at = shelf.position.get(film_id)
        if at is not None:
            watched[at], rated[at], total[at] = (
                counts.watched,
                counts.rated,
                counts.sum_half_stars / 2,
            )
    recent = np.zeros(len(shelf))
    for span, weight in counted.recent:
        recent += weight * _counts(shelf, span)
    esteem = Esteem.of(rated, total, shelf.catalogue)
    return Figures(
        tally=Tally(
            watched=watched,
            rated=rated,
            stars=total,
            lately=_counts(shelf, counted.lately),
            before=_counts(shelf, counted.before),
            recent=recent,
        ),
        means=esteem.means,
        overall=float(esteem.means.mean()) if len(shelf) else esteem.usual,
        today=today,
    )


def _counts(shelf: Shelf, by_film: Mapping[str, int]) -> Ints:
    counts = np.zeros(len(shelf), dtype=np.int64)
    for film_id, count in by_film.items():
        at = shelf.position.get(film_id)
        if at is not None:
            counts[at] = count
    return counts
