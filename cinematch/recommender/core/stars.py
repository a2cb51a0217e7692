"""Predicted stars: a Bayesian factorisation machine whose user side is solved at once from the
person's own ratings, once for each posterior sample of its film side.

The model is a factorisation machine over four blocks (Rendle, "Factorization machines with libFM",
ACM TIST 2012; the blocks: Rendle, Zhang, Koren, "On the difficulty of evaluating baselines",
arXiv 1905.01395, "SVD++ flipped"): who rates, the films they have seen, the film, and who has seen
it (see `implicit_share`). Given one sample of everything but the person's own bias and factors,
their posterior is Gaussian, and so is the one of each rating to come.
"""

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP

IMPLICIT_PRIOR = 3.0
"""Films by which the implicit part of a person, and people by which that of a film, is drawn
towards nothing: a single film seen would else say as much as a hundred together. Chosen among 0,
3, 10 and 30 on a part of what MovieLens 100k lets one learn from, where it lowers the error of
newcomers' first ratings and of everybody's."""


def implicit_share(count: int) -> float:
    """Return by how much each of so many films seen, or viewers, counts: 1 / √(n + prior)."""
    return float(1.0 / np.sqrt(max(count + IMPLICIT_PRIOR, 1.0)))


@dataclass(frozen=True)
class StarsModel:
    """S samples of the film side; K factors.

    Attributes:
        overall: (S,) mean of all.
        film_bias: (films, S) what a film has above it, its audience's part included.
        film_factors: (films, S, K) of the film, its audience's part included.
        seen_bias: (films, S) what having seen a film adds to a person.
        seen_factors: (films, S, K) the same for their factors.
        prior_mean: (S, 1 + K) of a person's bias and factors.
        prior_precision: (S, 1 + K) the same, 1 / variance.
        noise_precision: (S,) of one rating.
        spread: factor that made intervals cover what they say, found on validation.
    """

    overall: Floats
    film_bias: Floats
    film_factors: Floats
    seen_bias: Floats
    seen_factors: Floats
    prior_mean: Floats
    prior_precision: Floats
    noise_precision: Floats
    spread: float = 1.0

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything by name, as it is stored."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    def fold_in(self, profile: Profile) -> "Person":
        """Solve for a person; muted films count for nothing. Without ratings it is the prior."""
        seen, rated = profile.evidence, profile.rated
        share = implicit_share(len(seen))
        rows = self.seen_factors[seen.films]
        implied = share * rows.sum(axis=0, dtype=np.float64)
        squares = share**2 * np.einsum("nsk,nsk->s", rows, rows, dtype=np.float64)
        own = share * self.seen_bias[seen.films].sum(axis=0, dtype=np.float64)
        own += 0.5 * ((implied**2).sum(axis=1) - squares)
        # The many ratings stay in the type of the arrays; what is solved is exact.
        design, expected = self._design(rated.films, implied.astype(self.film_factors.dtype))
        surprise = rated.stars - (expected + own[:, None])
        noise = self.noise_precision[:, None]
        turned = design.transpose(0, 2, 1)
        precision = noise[:, :, None] * (turned @ design).astype(np.float64)
        size = precision.shape[-1]
        precision[:, np.arange(size), np.arange(size)] += self.prior_precision
        covariance = np.linalg.inv(precision)
        pull = (noise * surprise).astype(design.dtype)
        pulled = (turned @ pull[:, :, None]).astype(np.float64)
        return Person(
            implied=implied,
            own=own,
            covariance=covariance,
            rated=rated.films,
            design=design,
            pull=pull,
            moved=(covariance @ pulled)[:, :, 0],
        )

    def predict(self, person: "Person", films: Ints) -> "Predictions":
        """Return what a person would give to each film."""
        design, expected = self._design(films, person.implied)
        expected += person.own[:, None]
        solved = design @ person.covariance
        prior = (solved @ (self.prior_precision * self.prior_mean)[:, :, None])[:, :, 0]
        by_rating = self._by_rating(person, solved)
        moved = (design @ person.moved[:, :, None])[:, :, 0]
        mean = expected.mean(axis=0) + prior.mean(axis=0) + by_rating.sum(axis=0)
        variance = (
            (expected + prior + moved).var(axis=0)
            + (solved * design).sum(axis=2).mean(axis=0)
            + (1.0 / self.noise_precision).mean()
        )
        overall = np.full(len(films), float(self.overall.mean()))
        film = self.film_bias[films].mean(axis=1, dtype=np.float64)
        return Predictions(
            mean=mean,
            deviation=self.spread * np.sqrt(variance),
            overall=overall,
            film=film,
            habit=mean - overall - film - by_rating.sum(axis=0),
            by_rating=by_rating,
        )

    def _by_rating(self, person: "Person", solved: Floats) -> Floats:
        """Return (ratings, films) what each rating adds to each mean.

        One product over samples and unknowns at once.
        """
        size = self.prior_mean.size
        pulls = person.design * person.pull[:, :, None]
        by_film = solved.transpose(1, 0, 2).reshape(solved.shape[1], size).astype(pulls.dtype)
        by_rated = pulls.transpose(1, 0, 2).reshape(pulls.shape[1], size)
        return np.asarray(by_rated @ by_film.T, dtype=np.float64) / len(self.overall)

    def means(self, person: "Person", films: Ints) -> Floats:
        """Return the means of `predict` alone, for many films at once."""
        prior = (person.covariance @ (self.prior_precision * self.prior_mean)[:, :, None])[:, :, 0]
        unknown = prior + person.moved
        bias, taste = unknown[:, 0], unknown[:, 1:]
        everywhere = float((self.overall + person.own + bias).mean())
        everywhere += float((person.implied * taste).sum(axis=1).mean())
        known = (person.implied + taste).astype(self.film_factors.dtype)
        # Of (films, S, K) one matrix: a copy for a few films, none for all of them.
        factors = self.film_factors[films].reshape(len(films), known.size)
        found = (factors @ known.ravel()) / len(self.overall)
        return np.asarray(everywhere + self.film_bias[films].mean(axis=1, dtype=np.float64) + found)

    def _design(self, films: Ints, implied: Floats) -> tuple[Floats, Floats]:
        """Return (S, films, 1 + K) what multiplies a person's unknowns, and (S, films) the rest.

        The first is in the type of `implied`.
        """
        samples, factors = implied.shape
        design = np.empty((samples, len(films), 1 + factors), dtype=implied.dtype)
        design[:, :, 0] = 1.0
        design[:, :, 1:] = self.film_factors[films].transpose(1, 0, 2)
        known = (design[:, :, 1:] @ implied[:, :, None])[:, :, 0].astype(np.float64)
        design[:, :, 1:] += implied[:, None, :]
        return design, self.overall[:, None] + self.film_bias[films].T + known


@dataclass(frozen=True)
class Person:
    """A person folded in; n ratings.

    Attributes:
        implied: (S, K) what their films say of their factors.
        own: (S,) what they say of their bias.
        covariance: (S, 1 + K, 1 + K) of bias and factors after the ratings.
        rated: (n,) positions of the films.
        design: (S, n, 1 + K) what multiplies bias and factors in each rating.
        pull: (S, n) stars beyond what was expected of anybody with these films, times precision.
        moved: (S, 1 + K) what all ratings together add to bias and factors.
    """

    implied: Floats
    own: Floats
    covariance: Floats
    rated: Ints
    design: Floats
    pull: Floats
    moved: Floats


@dataclass(frozen=True)
class Predictions:
    """Predicted stars, before they are cut to the scale.

    `overall + film + habit + by_rating.sum(axis=0)` is `mean`.

    Attributes:
        mean: (films,) stars.
        deviation: (films,) standard deviation of the rating to come.
        overall: (films,) mean of everybody and everything.
        film: (films,) what people give to the film beyond it.
        habit: (films,) what is expected of somebody who has seen these films, however rated.
        by_rating: (ratings, films) what each of the person's ratings adds.
    """

    mean: Floats
    deviation: Floats
    overall: Floats
    film: Floats
    habit: Floats
    by_rating: Floats

    def interval(self, z: float = 1.2816) -> tuple[Floats, Floats]:
        """Return the bounds of the central interval, cut to the scale; 80 % by default."""
        low, high = self.mean - z * self.deviation, self.mean + z * self.deviation
        return np.clip(low, LOWEST, HIGHEST), np.clip(high, LOWEST, HIGHEST)

    def shown(self) -> Floats:
        """Return half-stars as they are displayed.

        >>> of = Predictions(np.array([3.3, 7.0]), *[np.zeros(2)] * 4, np.zeros((0, 2)))
        >>> of.shown().tolist()
        [3.5, 5.0]
        """
        return np.round(np.clip(self.mean, LOWEST, HIGHEST) / STEP) * STEP
