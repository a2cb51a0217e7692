"""How well the stars of newcomers are predicted after a few of their ratings."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.evaluation import ends_of, root_mean_square
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.intervals import Measured
from cinematch.recommender.core.options import StarsOptions
from cinematch.recommender.core.profile import FilmMeans, Profile, film_means
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.ports import Fitters

STEPS = (0, 1, 3, 5, 10)
"""Ratings that a newcomer has given."""

_NEWCOMERS = 0.15
_JUDGED_BY = 20
_SHRINKAGE = 5.0


@dataclass(frozen=True)
class Step:
    """RMSE after `ratings` of each newcomer, ours and of the film's mean with a shrunken bias."""

    ratings: int
    ours: Measured
    averages: Measured


def cold_start_curve(
    ratings: Ratings,
    kinds: sparse.csr_array,
    options: StarsOptions,
    fitters: Fitters,
    seed: int,
    progress: Progress,
) -> list[Step]:
    """Draw newcomers, learn from the others, and predict twenty ratings of each newcomer.

    The twenty are the same after every number of ratings given, drawn at random like those.

    Args:
        ratings: everybody's.
        kinds: see `core.features.kinds_of_film`.
        options: of the model of stars.
        fitters: the libraries.
        seed: of what is drawn.
        progress: hears of the fit.
    """
    rated = ratings.where(ratings.rated)
    rng = np.random.default_rng(seed)
    everybody = Histories.of(rated)
    many = np.flatnonzero(everybody.counts > max(STEPS))
    newcomers = np.sort(rng.permutation(many)[: round(_NEWCOMERS * len(many))])
    train = rated.where(~np.isin(rated.user, newcomers))
    if not len(newcomers) or not len(train):
        return []
    model = fitters.stars(train, kinds, options, seed, progress)
    means, ends = film_means(train.film, train.stars, train.films), ends_of(train)
    drawn = [
        _drawn(everybody.profile(int(user)), rng.permutation(everybody.counts[user]))
        for user in newcomers
    ]
    user = np.repeat(np.arange(len(drawn)), [len(test) for _, test in drawn])
    curve = []
    for step in STEPS:
        ours, averages = [], []
        for given, test in drawn:
            known = given.only(np.arange(len(given)) < step)
            said = model.predict(model.fold_in(known), test.films).mean
            ours.append(np.clip(said, *ends) - test.stars)
            averages.append(np.clip(_average(known, means, test.films), *ends) - test.stars)
        curve.append(Step(step, *(_rmse(user, part, seed) for part in (ours, averages))))
    return curve


def _drawn(profile: Profile, order: Ints) -> tuple[Profile, Profile]:
    """Return what may be given, in the order of giving, and what is predicted."""

    def of(rows: Ints) -> Profile:
        return Profile.of(profile.films[rows], profile.stars[rows])

    most = max(STEPS)
    return of(order[:most]), of(order[most : most + _JUDGED_BY])


def _average(known: Profile, means: FilmMeans, films: Ints) -> Floats:
    above = (known.stars - means.of_film[known.films]).sum() / (len(known) + _SHRINKAGE)
    return np.asarray(means.of_film[films] + above)


def _rmse(user: Ints, errors: Sequence[Floats], seed: int) -> Measured:
    return root_mean_square(user, np.concatenate(errors), np.random.default_rng(seed))
