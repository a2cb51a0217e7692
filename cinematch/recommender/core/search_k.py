"""The search for the number of factors: what each candidate is worth, honestly and as described."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.sparse import linalg

from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.factors import FactorsOptions, fit_factors
from cinematch.recommender.core.metrics.errors import rmse
from cinematch.recommender.core.profile import film_means
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.splits import Split


@dataclass(frozen=True)
class Candidate:
    """One number of factors, tried.

    Attributes:
        k: how many.
        held_out_rmse: stars, on ratings that were not learnt from: by this one chooses.
        standard_error: of the mean squared error's root.
        train_rmse: stars, on those that were; the difference is over-fitting.
        explained_variance: share of the centred matrix's squares in its k largest singular values.
        efficiency: that, divided by k.
        composite_score: the source design's rule A (R155), without its undefined bonus: to look at.
    """

    k: int
    held_out_rmse: float
    standard_error: float
    train_rmse: float
    explained_variance: float
    efficiency: float
    composite_score: float


def grid(ratings: Ratings) -> list[int]:
    """Return the candidates for some data, by its density (R156), below both its sides (R136).

    >>> from cinematch.recommender.core.ratings import gather
    >>> grid(gather([]))
    []
    """
    if ratings.density < 0.05:
        wanted = range(5, 26, 5)
    elif ratings.density < 0.10:
        wanted = range(10, 51, 5)
    else:
        wanted = range(20, 101, 10)
    most = min(ratings.users, ratings.films) - 1
    fitting = [k for k in wanted if k <= most]
    return fitting or ([most] if most >= 1 else [])


def explained_variances(ratings: Ratings, candidates: Sequence[int]) -> dict[int, float]:
    """Return Σᵢ≤ₖ σᵢ² ÷ ‖R‖²_F of the matrix of stars less the films' means (C8, W26).

    >>> from cinematch.recommender.core.ratings import Rating, gather
    >>> stars = [(5, 1, 3), (1, 5, 3), (5, 1, 4), (1, 5, 4)]
    >>> rows = [Rating(f"u{n}", f"f{m}", of[m], 0) for n, of in enumerate(stars) for m in range(3)]
    >>> {k: round(share, 2) for k, share in explained_variances(gather(rows), [1, 2]).items()}
    {1: 0.96, 2: 1.0}
    """
    rated = ratings.where(ratings.rated)
    means = film_means(rated.film, rated.stars, rated.films).of_film
    centred = sparse.csr_array(rated.matrix(rated.stars - means[rated.film]))
    total = float((centred.data**2).sum())
    most = min(max(candidates), min(centred.shape) - 1)
    if not total or most < 1:
        return dict.fromkeys(candidates, 0.0)
    # Not all ones: where everybody contradicts somebody, those are sent to zero.
    start = np.random.default_rng(0).normal(size=min(centred.shape))
    values = np.sort(linalg.svds(centred, k=most, return_singular_vectors=False, v0=start))[::-1]
    shares = np.cumsum(values**2) / total
    return {k: float(shares[min(k, most) - 1]) for k in candidates}


def try_candidates(
    split: Split,
    candidates: Sequence[int],
    options: Callable[[int], FactorsOptions],
    progress: Callable[[int, int], object],
) -> Iterator[Candidate]:
    """Fit and judge one candidate after the other.

    Args:
        split: ratings to learn from, and ratings of the same people to judge by.
        candidates: numbers of factors.
        options: what each is fitted with.
        progress: hears of every epoch, and may raise to leave off.
    """
    variances = explained_variances(split.train, candidates)
    smaller = min(split.train.users, split.train.films)
    train, test = (part.where(part.rated) for part in (split.train, split.test))
    for k in candidates:
        fitted = fit_factors(split.train, options(k), progress)
        predicted = fitted.predict(test.user, test.film)
        error = rmse(predicted, test.stars)
        share = variances[k]
        efficiency = share / k
        yield Candidate(
            k=k,
            held_out_rmse=error,
            standard_error=_standard_error(predicted - test.stars, error),
            train_rmse=rmse(fitted.predict(train.user, train.film), train.stars),
            explained_variance=share,
            efficiency=efficiency,
            composite_score=0.4 * share + 0.3 * efficiency + 0.2 * (1 - k / smaller),
        )


def verdict(one: Candidate, tried: Sequence[Candidate], bias_rmse: float) -> str:
    """Say what to think of a candidate beside those tried until now (R250).

    `rejected`: it could not be judged, or is no better than biases alone. `good`: no further than
    a standard error from the least held-out error. `doubtful`: all others.
    """
    if np.isnan(one.held_out_rmse) or one.held_out_rmse >= bias_rmse:
        return "rejected"
    least = min((other for other in tried), key=lambda other: other.held_out_rmse)
    within = one.held_out_rmse <= least.held_out_rmse + least.standard_error
    return "good" if within else "doubtful"


def best(candidates: Sequence[Candidate]) -> Candidate:
    """Return the fewest factors within one standard error of the least held-out error (W24).

    Source: the one-standard-error rule, Breiman et al., CART, 1984, §3.4.3.

    Raises:
        ValueError: there is none, or none could be judged.

    >>> def tried(k, error, score):
    ...     return Candidate(k, error, 0.01, 0.7, 0.5, 0.5 / k, score)
    >>> best([tried(5, 0.9, 0.9), tried(10, 0.805, 0.1), tried(20, 0.8, 0.5)]).k
    10
    >>> best([tried(5, 0.9, 0.2), tried(10, float("nan"), 1.0)]).k
    5
    """
    judged = [one for one in candidates if not np.isnan(one.held_out_rmse)]
    if not judged:
        raise ValueError("No candidate could be judged: there are no ratings to judge by.")
    least = min(judged, key=lambda one: one.held_out_rmse)
    bound = least.held_out_rmse + least.standard_error
    return min((one for one in judged if one.held_out_rmse <= bound), key=lambda one: one.k)


def _standard_error(errors: Floats, root: float) -> float:
    """Return the standard error of an RMSE, by the delta method."""
    if len(errors) < 2 or not root:
        return 0.0
    return float((errors**2).std(ddof=1) / np.sqrt(len(errors)) / (2 * root))
