"""A model of yesterday's films over today's: by id, with newcomers by what they are made of."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.heads import EaseHead, KernelHead
from cinematch.recommender.core.heads.partial import PartialHead
from cinematch.recommender.core.model import Model
from cinematch.recommender.core.stars import StarsModel

T = TypeVar("T", bound=np.generic)
NEIGHBOURS = 20
_ROWS = 500
"""Newcomers whose likeness is held in memory at once."""

PERSON_PRECISION, NOISE_PRECISION = 1 / 0.45**2, 1 / 0.85**2
"""Of a person's bias and of one rating about it: what half-star ratings of films commonly show
(as in Koren, KDD 2008, §2.1, where biases alone explain about a third of the variance)."""


@dataclass(frozen=True)
class Alignment:
    """Where a model's films stand among today's.

    Attributes:
        at: (model's films,) positions among today's; -1 for films that are gone.
        films: how many there are today.
    """

    at: Ints
    films: int

    @classmethod
    def of(cls, film_ids: tuple[str, ...], today: Mapping[str, int]) -> "Alignment":
        """Find a model's films by id."""
        at = np.fromiter((today.get(film_id, -1) for film_id in film_ids), dtype=np.int64)
        return cls(at, len(today))

    @property
    def same(self) -> bool:
        """Whether nothing has come, gone or moved."""
        return len(self.at) == self.films and bool((self.at == np.arange(self.films)).all())

    def spread(self, values: NDArray[T], fill: float = 0.0) -> NDArray[T]:
        """Return (films, ...) of (model's films, ...) values; newcomers have `fill`."""
        if self.same:
            return np.asarray(values)
        there = self.at >= 0
        whole = np.empty((self.films, *values.shape[1:]), dtype=values.dtype)
        whole[...] = fill
        whole[self.at[there]] = values[there]
        return whole

    def ease(self, model: Model) -> PartialHead:
        """Return the model's EASE over today's films."""
        return PartialHead(
            EaseHead(np.asarray(model.ease_weights)), self.at[model.ease_films], self.films
        )

    def kernel(self, model: Model) -> KernelHead:
        """Return the model's kernel over today's films; newcomers have no weight in it."""
        return KernelHead(self.spread(model.kernel_seen), self.spread(model.kernel_scored))

    def stars(self, model: Model, features: sparse.csr_array) -> StarsModel:
        """Return the model of stars over today's films.

        A film that nobody had rated takes after those most like it: in each sample after another,
        drawn by likeness. Its mean is then theirs, and where they differ it is less sure.

        Args:
            model: as it was trained.
            features: (films, features) of today's films, rows of length 1 or 0.
        """
        known = self.spread(model.film_counts > 0)
        by_film = tuple(
            self.spread(values)
            for values in (
                model.stars.film_bias,
                model.stars.film_factors,
                model.stars.seen_bias,
                model.stars.seen_factors,
            )
        )
        selection = self.spread(model.stars.selection)
        if known.any() and not known.all():
            # What is mapped from a file is not to be written to.
            by_film, selection = tuple(values.copy() for values in by_film), selection.copy()
            samples = np.arange(len(model.stars.overall))
            for rows, models in _taken_after(features, known, len(samples)):
                for values in by_film:
                    values[rows] = values[models, samples]
                selection[rows] = selection[models].mean(axis=1)
        return replace(
            model.stars,
            film_bias=by_film[0],
            film_factors=by_film[1],
            seen_bias=by_film[2],
            seen_factors=by_film[3],
            selection=selection,
        )


def stars_of_means(means: Floats, overall: float, spread: float = 1.0) -> StarsModel:
    """Return a model of stars that knows films' means, and learns nothing of a person but a bias.

    It stands in while no model is trained; there are no factors, and one sample.

    Args:
        means: (films,) shrunken mean stars.
        overall: mean of all.
        spread: see `StarsModel`.
    """
    films = len(means)
    return StarsModel(
        overall=np.array([overall]),
        film_bias=(means - overall)[:, None],
        film_factors=np.zeros((films, 1, 0)),
        seen_bias=np.zeros((films, 1)),
        seen_factors=np.zeros((films, 1, 0)),
        usual_bias=np.zeros(1),
        usual_factors=np.zeros((1, 0)),
        selection=np.zeros(films),
        prior_mean=np.zeros((1, 1)),
        prior_precision=np.full((1, 1), PERSON_PRECISION),
        noise_precision=np.array([NOISE_PRECISION]),
        spread=spread,
    )


def _taken_after(
    features: sparse.csr_array, known: Bools, samples: int
) -> Iterator[tuple[Ints, Ints]]:
    """Yield newcomers, some at a time, with (newcomers, samples) films that they take after."""
    models, newcomers = np.flatnonzero(known), np.flatnonzero(~known)
    theirs = features[models].T.tocsr()
    for start in range(0, len(newcomers), _ROWS):
        rows = newcomers[start : start + _ROWS]
        alike = np.maximum((features[rows] @ theirs).toarray().astype(np.float64), 0.0)
        yield rows, models[_drawn(alike, samples)]


def _drawn(alike: Floats, samples: int) -> Ints:
    """Draw columns by their share of the largest likenesses, evenly; whoever has none has all."""
    alike = np.where(alike.sum(axis=1, keepdims=True) > 0, alike, 1.0)
    count = min(NEIGHBOURS, alike.shape[1])
    if count < alike.shape[1]:
        least = np.partition(alike, -count, axis=1)[:, -count, None]
        alike = np.where(alike >= least, alike, 0.0)
    shares = np.cumsum(alike, axis=1)
    points = (np.arange(samples) + 0.5) / samples
    drawn = [
        np.searchsorted(row, points * row[-1], side="left").clip(max=len(row) - 1) for row in shares
    ]
    return np.array(drawn, dtype=np.int64)
