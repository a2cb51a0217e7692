"""Fitting the model of stars with myFM: Gibbs samples of a factorisation machine."""

from collections.abc import Sequence
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import Any

import numpy as np
from myfm import MyFMRegressor, RelationBlock
from scipy import sparse

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.options import StarsOptions
from cinematch.recommender.core.profile import film_means
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.stars import StarsModel, implicit_share, with_selection


def fit_stars(
    ratings: Ratings,
    kinds: sparse.csr_array,
    options: StarsOptions,
    seed: int,
    progress: Progress,
) -> StarsModel:
    """Fit to the rows with stars; a row without counts as seen.

    The samples that are served are folded into film vectors as they come, so that no more than one
    whole sample is in memory.

    Args:
        ratings: everybody's.
        kinds: (films, kinds) what films have in common; see `core.features.kinds_of_film`.
        options: factors, sweeps, samples.
        seed: of all that is drawn.
        progress: hears of every sweep.

    Raises:
        ValueError: no row has stars.
    """
    rated = ratings.where(ratings.rated)
    if not len(rated):
        raise ValueError("There is no rating to learn from.")
    blocks = _Blocks.of(ratings, kinds)
    kept = _kept(options)
    taken: list[_Sample] = []
    failed: list[Exception] = []

    def after(sweep: int, machine: Any, hyper: Any, _history: object) -> tuple[bool, None]:
        try:
            progress(sweep + 1, options.iterations)
        except Exception as error:  # noqa: BLE001 - raised below: not through somebody else's C++
            failed.append(error)
            return True, None
        if sweep in kept:
            taken.append(blocks.sample(machine, hyper))
        return False, None

    with redirect_stderr(StringIO()):  # it draws a bar of its own
        MyFMRegressor(rank=options.factors, random_seed=seed).fit(
            None,
            rated.stars.astype(np.float64),
            X_rel=[RelationBlock(rated.user, blocks.user), RelationBlock(rated.film, blocks.film)],
            n_iter=options.iterations,
            n_kept_samples=1,
            group_shapes=blocks.groups,
            callback=after,
        )
    if failed:
        raise failed[0]
    means = film_means(rated.film, rated.stars, rated.films)
    return with_selection(_assembled(taken), means)


def _kept(options: StarsOptions) -> frozenset[int]:
    first = options.iterations // 3
    spaced = np.linspace(first, options.iterations - 1, options.samples)
    return frozenset(int(sweep) for sweep in spaced)


@dataclass(frozen=True)
class _Sample:
    """One posterior sample, in the shapes of `StarsModel` without its sample axis."""

    overall: float
    film_bias: Floats
    film_factors: Floats
    seen_bias: Floats
    seen_factors: Floats
    usual_bias: float
    usual_factors: Floats
    prior_mean: Floats
    prior_precision: Floats
    noise_precision: float


@dataclass(frozen=True)
class _Blocks:
    """The two relation blocks: who rates with what they have seen; the film with its audience and
    its kinds.

    Attributes:
        user: (users, users + films).
        film: (films, films + users + kinds).
        audience: (films, users), the middle part of `film`.
        kinds: (films, kinds), the right part of `film`.
        usual: (films,), the right part of `user`, on average over those who have seen any.
    """

    user: sparse.csr_matrix
    film: sparse.csr_matrix
    audience: sparse.csr_matrix
    kinds: sparse.csr_matrix
    usual: Floats

    @classmethod
    def of(cls, ratings: Ratings, kinds: sparse.csr_array) -> "_Blocks":
        seen = sparse.csr_matrix(ratings.matrix())
        audience, history = _shares(sparse.csr_matrix(seen.T)), _shares(seen)
        user = sparse.hstack([sparse.identity(ratings.users), history], format="csr")
        of_kind = sparse.csr_matrix(kinds)
        film = sparse.hstack([sparse.identity(ratings.films), audience, of_kind], format="csr")
        usual = np.asarray(history.sum(axis=0)).ravel() / np.count_nonzero(np.diff(seen.indptr))
        return cls(user, film, audience, of_kind, usual)

    @property
    def groups(self) -> list[int]:
        """Sizes of the groups of features, in their order."""
        films, users = self.audience.shape
        kinds = self.kinds.shape[1]
        return [users, films, films, users, *([kinds] if kinds else [])]

    def sample(self, machine: Any, hyper: Any) -> _Sample:
        """Take what serving needs of the machine as it stands."""
        ends = np.cumsum(self.groups[:4])
        _, seen_bias, film_bias, fan_bias, kind_bias = np.split(np.asarray(machine.w), ends)
        _, seen, own, fans, of_kind = np.split(np.asarray(machine.V), ends)
        factors = own + self.audience @ fans + self.kinds @ of_kind
        squares = own**2 + self.audience.power(2) @ fans**2 + self.kinds.power(2) @ of_kind**2
        bias = film_bias + self.audience @ fan_bias + self.kinds @ kind_bias
        # What a film's own features say together does not depend on who looks at it.
        bias += 0.5 * (factors**2 - squares).sum(axis=1)
        return _Sample(
            overall=float(machine.w0),
            film_bias=bias,
            film_factors=factors,
            seen_bias=seen_bias.copy(),
            seen_factors=seen.copy(),
            usual_bias=float(self.usual @ seen_bias),
            usual_factors=self.usual @ seen,
            prior_mean=np.concatenate([hyper.mu_w[:1], hyper.mu_V[0]]),
            prior_precision=np.concatenate([hyper.lambda_w[:1], hyper.lambda_V[0]]),
            noise_precision=float(hyper.alpha),
        )


def _shares(seen: sparse.csr_matrix) -> sparse.csr_matrix:
    """Give each of a row's entries its share; see `core.stars.implicit_share`."""
    shares = [implicit_share(int(count)) for count in np.diff(seen.indptr)]
    return sparse.csr_matrix(sparse.diags(np.array(shares)) @ seen)


def _assembled(samples: Sequence[_Sample]) -> StarsModel:
    def over(name: str, axis: int) -> Floats:
        held = [getattr(sample, name) for sample in samples]
        return np.stack(held, axis=axis).astype(np.float32)

    return StarsModel(
        overall=np.array([sample.overall for sample in samples]),
        film_bias=over("film_bias", 1),
        film_factors=over("film_factors", 1),
        seen_bias=over("seen_bias", 1),
        seen_factors=over("seen_factors", 1),
        usual_bias=np.array([sample.usual_bias for sample in samples]),
        usual_factors=over("usual_factors", 0).astype(np.float64),
        selection=np.zeros(len(samples[0].film_bias)),
        prior_mean=over("prior_mean", 0).astype(np.float64),
        prior_precision=over("prior_precision", 0).astype(np.float64),
        noise_precision=np.array([sample.noise_precision for sample in samples]),
    )
