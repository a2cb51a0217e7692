"""Predicted stars: a Bayesian factorisation machine whose user side is solved at once from the
person's own ratings, once for each posterior sample of its film side.

The model is a factorisation machine over five blocks (Rendle, "Factorization machines with libFM",
ACM TIST 2012; the first four: Rendle, Zhang, Koren, "On the difficulty of evaluating baselines",
arXiv 1905.01395, "SVD++ flipped"): who rates, the films they have seen, the film, who has seen it
(see `implicit_share`), and its kinds (see `features.kinds_of_film`). Given one sample of everything
but the person's own bias and factors, their posterior is Gaussian, and so is the one of each rating
to come.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.profile import FilmMeans, Profile
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, STEP

IMPLICIT_PRIOR = 3.0
"""Films by which the implicit part of a person, and people by which that of a film, is drawn
towards nothing: a single film seen would else say as much as a hundred together. Chosen among 0,
3, 10 and 30 on a part of what MovieLens 100k lets one learn from, where it lowers the error of
newcomers' first ratings and of everybody's."""

NEWCOMER_PRIOR = 10.0
"""Films for which the usual implicit part counts beside a person's own: those by whom a model is
fitted have seen many, so what a few films say is drawn towards what all of theirs say. Chosen among
1, 3, 5, 10, 20 and 40 on a part of what MovieLens 100k lets one learn from: it lowers the error of
newcomers' first ratings, and does not raise that of the others."""

SELECTION_SHRINKAGE = 5.0
"""Ratings of a film after which `selection` is believed by half."""


def implicit_share(count: int) -> float:
    """Return by how much each of so many films seen, or viewers, counts: 1 / √(n + prior)."""
    return float(1.0 / np.sqrt(max(count + IMPLICIT_PRIOR, 1.0)))


@dataclass(frozen=True)
class StarsModel:
    """S samples of the film side; K factors.

    Attributes:
        overall: (S,) mean of all.
        film_bias: (films, S) what a film has above it; its audience's and its kinds' part included.
        film_factors: (films, S, K) of the film, these parts included.
        seen_bias: (films, S) what having seen a film adds to a person.
        seen_factors: (films, S, K) the same for their factors.
        usual_bias: (S,) what the films that people have seen add to them, on average over people.
        usual_factors: (S, K) the same for their factors.
        selection: (films,) how much more those who choose a film give to it than is expected of
            somebody of whom nothing is known; see `with_selection`.
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
    usual_bias: Floats
    usual_factors: Floats
    selection: Floats
    prior_mean: Floats
    prior_precision: Floats
    noise_precision: Floats
    spread: float = 1.0

    def arrays(self) -> dict[str, NDArray[np.generic]]:
        """Return everything by name, as it is stored."""
        return {field.name: np.asarray(getattr(self, field.name)) for field in fields(self)}

    def fold_in(self, profile: Profile) -> "Person":
        """Solve for a person; muted films count for nothing. Without ratings it is the prior."""
        rated = profile.rated
        implied, own = self._implicit_part(profile.evidence.films)
        # The many ratings stay in the type of the arrays; what is solved is exact.
        design, expected = self._design(rated.films, implied.astype(self.film_factors.dtype))
        surprise = rated.stars[:, None] - (expected + own)
        pulls = design * (self.noise_precision * surprise).astype(design.dtype)[:, :, None]
        by_sample = design.transpose(1, 0, 2)
        gram = (by_sample.transpose(0, 2, 1) @ by_sample).astype(np.float64)
        precision = self.noise_precision[:, None, None] * gram
        np.einsum("sii->si", precision)[...] += self.prior_precision
        covariance = np.linalg.inv(precision)
        pulled = pulls.sum(axis=0, dtype=np.float64)
        draws = np.stack([self.prior_precision * self.prior_mean, pulled], axis=2)
        return Person(
            implied=implied,
            own=own,
            covariance=covariance,
            rated=rated.films,
            pulls=pulls,
            unknowns=covariance @ draws,
            doubt=self._doubt(implied, covariance),
        )

    def _doubt(self, implied: Floats, covariance: Floats) -> float:
        """Return the variance of an average film's stars, over what it is without ratings."""
        if not len(self.film_bias):
            return 1.0
        mean, square = self._film_moments
        # The bias is multiplied by 1, whatever the person has seen.
        beside = np.concatenate([np.zeros((len(implied), 1)), implied], axis=1)
        crossed = mean[:, :, None] * beside[:, None, :]
        moments = square + crossed + crossed.transpose(0, 2, 1)
        moments += beside[:, :, None] * beside[:, None, :]
        before = np.einsum("sii->si", moments) / self.prior_precision
        return float((covariance * moments).sum() / before.sum())

    def _implicit_part(self, seen: Ints) -> tuple[Floats, Floats]:
        """Return (S, K) and (S,) what films seen say of a person's factors and bias."""
        believed = len(seen) / (len(seen) + NEWCOMER_PRIOR)
        share = believed * implicit_share(len(seen))
        implied = share * self.seen_factors.take(seen, axis=0).sum(axis=0, dtype=np.float64)
        implied += (1 - believed) * self.usual_factors
        bias, squares = self._seen_bias_and_squares.take(seen, axis=0).sum(axis=0)
        own = share * bias + (1 - believed) * self.usual_bias
        own += 0.5 * ((implied**2).sum(axis=1) - share**2 * squares)
        return implied, own

    def predict(self, person: "Person", films: Ints) -> "Predictions":
        """Return what a person would give to each film."""
        design, expected = self._design(films, person.implied)
        expected += person.own
        by_sample = design.transpose(1, 0, 2)
        solved = np.ascontiguousarray((by_sample @ person.covariance).transpose(1, 0, 2))
        prior, moved = (by_sample @ person.unknowns).transpose(2, 1, 0)
        by_rating = self._by_rating(person, solved)
        selection = person.doubt * self.selection[films]
        mean = expected.mean(axis=1) + prior.mean(axis=1) + by_rating.sum(axis=0) + selection
        whole = len(films), self.prior_mean.size
        spread = np.vecdot(solved.reshape(whole), design.reshape(whole))
        variance = (
            (expected + prior + moved).var(axis=1)
            + spread / len(self.overall)
            + (1.0 / self.noise_precision).mean()
        )
        overall = np.full(len(films), float(self.overall.mean()))
        film = self._film_means[films] + selection
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
        by_rated = person.pulls.reshape(len(person.rated), size)
        by_film = solved.reshape(len(solved), size).astype(by_rated.dtype)
        return np.asarray(by_rated @ by_film.T, dtype=np.float64) / len(self.overall)

    def means(self, person: "Person", films: Ints) -> Floats:
        """Return the means of `predict` alone, for many films at once."""
        unknown = person.unknowns.sum(axis=2)
        bias, taste = unknown[:, 0], unknown[:, 1:]
        everywhere = float((self.overall + person.own + bias).mean())
        everywhere += float((person.implied * taste).sum(axis=1).mean())
        known = (person.implied + taste).astype(self.film_factors.dtype)
        # Of (films, S, K) one matrix: a copy for a few films, none for all of them.
        factors = self.film_factors[films].reshape(len(films), known.size)
        found = (factors @ known.ravel()) / len(self.overall)
        film = self._film_means[films] + person.doubt * self.selection[films]
        return np.asarray(everywhere + film + found)

    def _design(self, films: Ints, implied: Floats) -> tuple[Floats, Floats]:
        """Return (films, S, 1 + K) what multiplies a person's unknowns, and (films, S) the rest.

        The first is in the type of `implied`, if that is no narrower than the arrays' own.
        """
        sides = self._film_sides.take(films, axis=0)
        theirs = np.empty(self.prior_mean.shape, dtype=implied.dtype)
        theirs[:, 0], theirs[:, 1:] = 1.0, implied
        known = (sides.transpose(1, 0, 2) @ theirs[:, :, None])[:, :, 0].T
        design = sides + theirs
        design[:, :, 0] = 1.0
        return design, self.overall + known

    @cached_property
    def _film_sides(self) -> Floats:
        """(films, S, 1 + K) a film's bias and factors beside each other, to be read at once."""
        return np.concatenate([self.film_bias[:, :, None], self.film_factors], axis=2)

    @cached_property
    def _film_moments(self) -> tuple[Floats, Floats]:
        """(S, 1 + K) and (S, 1 + K, 1 + K) mean and mean square of 1 and a film's factors."""
        sides = self._film_sides.astype(np.float64).transpose(1, 0, 2)
        sides[:, :, 0] = 1.0
        return sides.mean(axis=1), sides.transpose(0, 2, 1) @ sides / len(self.film_bias)

    @cached_property
    def _seen_bias_and_squares(self) -> Floats:
        """(films, 2, S) `seen_bias`, and the squared lengths of `seen_factors`."""
        squares = np.einsum("fsk,fsk->fs", self.seen_factors, self.seen_factors, dtype=np.float64)
        return np.stack([self.seen_bias, squares], axis=1)

    @cached_property
    def _film_means(self) -> Floats:
        """(films,) mean over the samples of `film_bias`."""
        return np.asarray(self.film_bias.mean(axis=1, dtype=np.float64))


@dataclass(frozen=True)
class Person:
    """A person folded in; n ratings.

    Attributes:
        implied: (S, K) what their films say of their factors.
        own: (S,) what they say of their bias.
        covariance: (S, 1 + K, 1 + K) of bias and factors after the ratings.
        rated: (n,) positions of the films.
        pulls: (n, S, 1 + K) where each rating draws bias and factors, times its precision: by what
            its stars are beyond what was expected of anybody with these films.
        unknowns: (S, 1 + K, 2) bias and factors as expected of anybody with these films, and what
            all ratings together add to them.
        doubt: the share that ratings have left of the variance with which an average film's stars
            would be foretold without any.
    """

    implied: Floats
    own: Floats
    covariance: Floats
    rated: Ints
    pulls: Floats
    unknowns: Floats
    doubt: float


def with_selection(model: StarsModel, means: FilmMeans) -> StarsModel:
    """Measure how much more those who choose a film give to it than somebody unknown would.

    Who rates a film has chosen it, and so ratings are not missing at random (Marlin and Zemel,
    "Collaborative prediction and ranking with non-random missing data", RecSys 2009). What is known
    of people explains the choice; while nothing is known, the mean of those who chose stands in: it
    counts as far as a person is still in doubt.

    Args:
        model: fitted; its own `selection` does not count.
        means: of the films' stars, in what it was fitted to.
    """
    films = np.arange(len(model.film_bias))
    unknown = replace(model, selection=np.zeros(len(films)))
    nobody = unknown.fold_in(Profile.of(films[:0], np.zeros(0)))
    believed = means.count / (means.count + SELECTION_SHRINKAGE)
    return replace(model, selection=believed * (means.of_film - unknown.means(nobody, films)))


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
