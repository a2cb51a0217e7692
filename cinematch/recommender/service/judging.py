"""A recipe is learnt on one part of the ratings, fitted, and judged on another part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.baselines import Biases, fit_biases
from cinematch.recommender.core.blend import PRESETS
from cinematch.recommender.core.evaluation import (
    Lists,
    StarsJudged,
    judge_stars,
    make_lists,
    root_mean_square,
    row_mean,
)
from cinematch.recommender.core.histories import Histories, sample_of
from cinematch.recommender.core.intervals import Measured, difference_of, mean_of
from cinematch.recommender.core.model import Measure
from cinematch.recommender.core.options import TrainingOptions
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.splits import Split, last_share, windows
from cinematch.recommender.core.stars import StarsModel
from cinematch.recommender.core.weights import (
    DEFAULT,
    FEWEST,
    Learnt,
    Sheet,
    joined,
    learn,
)
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.fitting import Fitted, Material, Report, fit_heads, watching
from cinematch.recommender.service.tuning import tuned, tuned_popularity

ENSEMBLE = "ensemble"
"""The learnt sum of the ranking models, in reports."""

_CHOSEN_BY = 0.2
"""Share of each person's ratings, their latest, by which weights and intervals are chosen."""

_SHEET = 20_000_000
"""Numbers of a sheet of scores at most: 80 MB."""

_SPREAD_BY = 200_000
"""Ratings by which the width of intervals is found at most."""

_FEWEST_STARS = 50
"""Ratings kept back under which intervals keep the width that the model gives them."""

_INNER = 0.8
"""What an interval is to cover."""

_NORMAL = 1.2816
"""Deviations on each side of the mean that hold so much of a normal distribution."""


@dataclass(frozen=True)
class Recipe:
    """Options, and what was chosen beside them on ratings kept back.

    Attributes:
        options: what models are fitted with, tuned ones included.
        weights: of the ranking models.
        spread: by how much intervals are widened.
        learnt: how the weights were found; None when they were given, or too few have rated.
    """

    options: TrainingOptions
    weights: dict[str, float]
    spread: float
    learnt: Learnt | None


@dataclass(frozen=True)
class Models:
    """A recipe, fitted."""

    recipe: Recipe
    fitted: Fitted
    stars: StarsModel

    def asked(self, profile: Profile) -> dict[str, Floats]:
        """Return (films,) what the ensemble, each part and the described preset say."""
        return asked(self.fitted, self.recipe.weights, profile)


def asked(fitted: Fitted, weights: Mapping[str, float], profile: Profile) -> dict[str, Floats]:
    """Return (films,) what the ensemble, each part and the described preset say."""
    parts = fitted.asked(profile)
    sums = {ENSEMBLE: weights, "described": PRESETS["described"]}
    blended = {
        name: np.sum([shares.get(part, 0.0) * parts[part] for part in parts], axis=0)
        for name, shares in sums.items()
    }
    return blended | parts


def inner(ratings: Ratings) -> Split:
    """Keep back what people rated last, to choose by what does not depend on when it is."""
    return last_share(ratings, _CHOSEN_BY)


def in_time(ratings: Ratings) -> list[Split]:
    """Cut in time, to choose by what depends on it; nothing where hardly anybody comes again."""
    found = windows(ratings)
    return found if sum(_again(split).sum() for split in found) >= FEWEST else []


def choose(
    split: Split,
    material: Material,
    options: TrainingOptions,
    fitters: Fitters,
    report: Report,
    later: Sequence[Split] = (),
) -> Recipe:
    """Choose weights and the width of intervals by what a split keeps back; see below."""
    recipe = choose_ranking(split, material, options, fitters, report, later)
    spread = choose_spread(split, material, options, fitters, watching(report, "stars"))
    return replace(recipe, spread=spread)


def choose_ranking(
    split: Split,
    material: Material,
    options: TrainingOptions,
    fitters: Fitters,
    report: Report,
    later: Sequence[Split] = (),
) -> Recipe:
    """Choose the weights, and what is tuned; the given or the default ones for few people.

    Args:
        split: what is learnt from, and what is chosen by.
        material: what is known of the films.
        options: the given ones.
        fitters: the libraries.
        report: hears of each phase.
        later: cuts in time, by which popularity and the weights are chosen in place of `split`:
            what is judged by the time after an instant has to be chosen so.
    """
    report("weights", 0, 1)
    people = asked_of(split, options.seed)
    if len(people) >= FEWEST and options.tune:
        options = tuned(split, people, options, fitters, watching(report, "ranking models"))
    cuts = later or [split]
    cases = [(cut, asked_of(cut, options.seed, len(cuts))) for cut in cuts]
    learnt = None
    if sum(len(people) for _, people in cases) >= FEWEST:
        if options.tune:
            watch = watching(report, "weights")
            mixed = tuned_popularity(cases, material, options.popularity, watch)
            options = msgspec.structs.replace(options, popularity=mixed)
        if options.weights is None:
            sheet = _sheet_of_cases(cases, material, options, fitters, report)
            learnt = learn(sheet, watching(report, "weights"), timely=bool(later))
    given = options.weights or (learnt.weights if learnt else DEFAULT)
    return Recipe(options, dict(given), 1.0, learnt)


def asked_of(split: Split, seed: int, of: int = 1) -> Ints:
    """Return the people by whom something is chosen: known ones who came again, or some of them.

    Where one of several splits is asked for, fewer are taken of each.
    """
    most = max(FEWEST, _SHEET // (len(DEFAULT) * max(split.train.films, 1) * of))
    return sample_of(np.flatnonzero(_again(split)), most, np.random.default_rng(seed))


def _again(split: Split) -> Bools:
    """Return (users,) who is known and came again."""
    return (np.bincount(split.test.user, minlength=split.test.users) > 0) & split.warm


def fit(
    ratings: Ratings,
    material: Material,
    recipe: Recipe,
    fitters: Fitters,
    progress: tuple[Progress, Progress],
) -> Models:
    """Fit a recipe to ratings; `progress` hears of the ranking models and of the stars."""
    options = recipe.options
    fitted = fit_heads(ratings, material, options, fitters, progress[0])
    stars = fitters.stars(ratings, material.kinds, options.stars, options.seed, progress[1])
    return Models(recipe, fitted, replace(stars, spread=recipe.spread))


def _sheet_of_cases(
    cases: Sequence[tuple[Split, Ints]],
    material: Material,
    options: TrainingOptions,
    fitters: Fitters,
    report: Report,
) -> Sheet:
    sheets = []
    for split, people in cases:
        watch = watching(report, "ranking models")
        fitted = fit_heads(split.train, material, options, fitters, watch)
        known, kept_back = Histories.of(split.train), Histories.of(split.test)
        sheets.append(sheet_of(fitted, known, kept_back, people))
    return joined(sheets)


def sheet_of(fitted: Fitted, known: Histories, kept_back: Histories, people: Ints) -> Sheet:
    """Ask every model about some people."""
    names = list(fitted.heads)
    shape = len(people), known.ratings.films
    scores = np.empty((len(names), *shape), dtype=np.float32)
    seen, relevant = np.zeros(shape, dtype=np.bool_), np.zeros(shape, dtype=np.bool_)
    for row, user in enumerate(people):
        profile = known.profile(int(user))
        seen[row, profile.films] = True
        relevant[row, kept_back.profile(int(user)).films] = True
        for number, said in enumerate(fitted.asked(profile).values()):
            scores[number, row] = said
    return Sheet(names, scores, seen, relevant)


def choose_spread(
    split: Split,
    material: Material,
    options: TrainingOptions,
    fitters: Fitters,
    progress: Progress,
) -> float:
    """Find the factor with which four of five intervals hold what was given.

    Split conformal prediction (Lei et al., JASA 2018) with the residual over its deviation as the
    score. Half the sweeps and some of the people are enough to find one number.
    """
    people = np.random.default_rng(options.seed).permutation(split.train.users)
    rows = np.cumsum(np.bincount(split.train.user, minlength=split.train.users)[people])
    taken = np.isin(np.arange(split.train.users), people[rows <= max(_SPREAD_BY, rows[0])])
    train, test = (part.where(taken[part.user]) for part in (split.train, split.test))
    if train.rated.sum() < _FEWEST_STARS or test.rated.sum() < _FEWEST_STARS:
        return 1.0
    sweeps = max(options.stars.iterations // 2, 3)
    quick = msgspec.structs.replace(options.stars, iterations=sweeps)
    stars = fitters.stars(train, material.kinds, quick, options.seed, progress)
    judged = judge_stars(stars, Histories.of(train), test, progress)
    return float(np.quantile(judged.surprise, _INNER) / _NORMAL)


@dataclass(frozen=True)
class Judged:
    """What a fitted recipe came to on ratings kept back."""

    lists: Lists
    stars: StarsJudged
    biases: Biases
    film: Ints
    known: frozenset[int]

    def ndcg(self, model: str = ENSEMBLE) -> Floats:
        """Return (people,) NDCG@10."""
        return self.lists.measures(model)["ndcg@10"]

    def errors(self) -> Floats:
        """Return (rows,) predicted less given stars."""
        return self.stars.predicted - self.stars.given


def judge(models: Models, split: Split, progress: Progress) -> Judged:
    """Ask for lists of the people who are known, and for all stars kept back."""
    known, kept_back = Histories.of(split.train), Histories.of(split.test)
    people = np.flatnonzero((kept_back.counts > 0) & split.warm)
    rated = split.test.where(split.test.rated)
    return Judged(
        make_lists(models.asked, known, kept_back, people, progress),
        judge_stars(models.stars, known, split.test, progress),
        fit_biases(split.train),
        rated.film,
        frozenset(int(user) for user in np.flatnonzero(split.warm)),
    )


def measures_of(judged: Judged, seed: int) -> dict[str, Measure]:
    """Return the figures of a hold-out by name, those of nobody left out."""
    rng = np.random.default_rng(seed)
    found: dict[str, Measured] = {}
    for model in judged.lists.shown:
        prefix = "" if model == ENSEMBLE else f"{model} "
        for name, values in judged.lists.measures(model).items():
            found[prefix + name] = mean_of(values, rng)
    if judged.lists.shown:
        over = difference_of(judged.ndcg(), judged.ndcg("popularity"), rng)
        found["ndcg@10 over popularity"] = over
    found |= _stars_measures(judged, rng)
    return {
        name: Measure(one.value, one.low, one.high, one.people)
        for name, one in found.items()
        if one.people
    }


def _stars_measures(judged: Judged, rng: np.random.Generator) -> Mapping[str, Measured]:
    stars = judged.stars
    if not len(stars.given):
        return {}
    bias = judged.biases.predict(stars.user, judged.film) - stars.given
    errors = judged.errors()
    known = np.isin(stars.user, list(judged.known))
    inside = ((stars.low <= stars.given) & (stars.given <= stars.high)).astype(np.float64)
    found = {
        "rmse": root_mean_square(stars.user, errors, rng),
        "mae": row_mean(stars.user, np.abs(errors), rng),
        "bias rmse": root_mean_square(stars.user, bias, rng),
        "bias mae": row_mean(stars.user, np.abs(bias), rng),
        "coverage 80 %": row_mean(stars.user, inside, rng),
    }
    for name, some in (("known people", known), ("new people", ~known)):
        if some.any():
            user = stars.user[some]
            found[f"rmse, {name}"] = root_mean_square(user, errors[some], rng)
            found[f"bias rmse, {name}"] = root_mean_square(user, bias[some], rng)
    return found
