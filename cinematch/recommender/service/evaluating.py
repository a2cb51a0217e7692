"""Judging the recommender on ratings kept back, beside what everybody should beat.

A result is plain data and depends on the ratings, the options and the seed alone: it holds no
instant and no time taken, so that two runs give the same to the digit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import replace as dataclass_replace
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import asdict, replace

from cinematch.kit.errors import Invalid
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.evaluation import (
    Lists,
    Shelf,
    ends_of,
    judge_stars,
    make_lists,
    root_mean_square,
    row_mean,
    variety_of,
)
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.intervals import Measured
from cinematch.recommender.core.metrics.catalogue import coverage, gini
from cinematch.recommender.core.options import EvaluationOptions, TrainingOptions
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.splits import Split
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.cold_start import cold_start_curve
from cinematch.recommender.service.fitting import Fitted, Material, Report, fit_heads, watching
from cinematch.recommender.service.judging import (
    ENSEMBLE,
    Recipe,
    asked,
    choose_ranking,
    choose_spread,
)
from cinematch.recommender.service.material import material_of
from cinematch.recommender.service.protocols import Round, rounds
from cinematch.recommender.service.rivals import Rivals, fit_rivals
from cinematch.recommender.service.segments import segments
from cinematch.recommender.service.sources import Gathered

STARS, BIAS, MEAN = "factorisation machine", "user + film bias", "global mean"
"""Models of stars, in reports."""


@dataclass(frozen=True)
class _Found:
    """What one round came to.

    Attributes:
        split: what was learnt from and kept back.
        recipe, rivals: what was chosen.
        lists: of known people; None when lists are not judged.
        ranking: by model and measure, (people,).
        stars: by model, (rows,) errors of predicted stars; empty when they are not judged.
        inside: (rows,) 1 where the interval held what was given.
    """

    split: Split
    recipe: Recipe
    rivals: Rivals
    lists: Lists | None
    ranking: Mapping[str, Mapping[str, Floats]]
    stars: Mapping[str, Floats]
    inside: Floats

    @property
    def user(self) -> Ints:
        """(rows,) whose stars were kept back."""
        return self.split.test.user[self.split.test.rated]

    @property
    def before(self) -> Ints:
        """(users,) how many ratings are known of each."""
        return np.bincount(self.split.train.user, minlength=self.split.train.users)


def evaluate(
    data: DataSet, options: EvaluationOptions, fitters: Fitters, report: Report
) -> dict[str, Any]:
    """Judge the recipe of `options.training` by a protocol.

    Every film that a person has not seen is ranked. Everything that is chosen, of ours and of the
    baselines, is chosen on a part of what is learnt from.

    Args:
        data: ratings and films; the films that nobody has seen are ranked as well.
        options: how.
        fitters: the libraries.
        report: hears of each phase, and raises to leave off.

    Raises:
        Invalid: there are too few ratings to keep some back.
    """
    ratings = data.ratings
    material = material_of(data.films, ratings.film_ids)
    found = [
        _one_round(one, material, options, fitters, report) for one in rounds(ratings, options)
    ]
    result = {
        "data": _data(data),
        "protocol": _protocol(found, options),
        "chosen": [_chosen(one) for one in found],
        "ranking": _ranking(found, options.seed),
        "differences": _differences(found, options.seed),
        "catalogue": _catalogue(found),
        "stars": _stars(found, options.seed),
        "segments": _segments(found, options.seed),
        "cold start": [],
    }
    if options.stars and options.cold_start:
        result["cold start"] = _cold_start(ratings, material, options, fitters, report)
    return result


def evaluate_gathered(
    gathered: Gathered, options: EvaluationOptions, fitters: Fitters, report: Report
) -> dict[str, Any]:
    """Judge on an installation's ratings, with the background community where it has one.

    Raises:
        Invalid: the ratings are invented, or too few.
    """
    if gathered.source == "synthetic":
        why = "Invented ratings are never judged by: there have to be real ones."
        raise Invalid(why, reason="invented")
    name = " and ".join(origin.name for origin in gathered.origins)
    data = DataSet(name, "0.5 to 5 stars", gathered.ratings, gathered.films)
    return evaluate(data, options, fitters, report)


def _cold_start(
    ratings: Ratings,
    material: Material,
    options: EvaluationOptions,
    fitters: Fitters,
    report: Report,
) -> list[dict[str, Any]]:
    stars, progress = options.training.stars, watching(report, "cold start")
    curve = cold_start_curve(ratings, material.kinds, stars, fitters, options.seed, progress)
    return [
        {
            "ratings": step.ratings,
            "rmse": _told(step.ours),
            "film mean + bias rmse": _told(step.averages),
        }
        for step in curve
    ]


def _one_round(
    one: Round, material: Material, options: EvaluationOptions, fitters: Fitters, report: Report
) -> _Found:
    split = one.split
    if not split.train.rated.any() or not len(split.test):
        why = "There are too few ratings to learn from some and judge by others."
        raise Invalid(why, reason="too_few_ratings")
    training = replace(options.training, seed=one.seed)
    rivals = fit_rivals(one, options, watching(report, "baselines"))
    recipe, lists, ranking = Recipe(training, {}, 1.0, None), None, {}
    if options.ranking:
        recipe = choose_ranking(one.inner, material, training, fitters, report, one.later)
        progress = watching(report, "ranking models")
        fitted = fit_heads(split.train, material, recipe.options, fitters, progress)
        lists = _lists(fitted, recipe, rivals, split, watching(report, "judging"))
        known, shelf = Histories.of(split.train), _shelf(split, material)
        ranking = {
            model: lists.measures(model) | variety_of(lists, model, known, shelf)
            for model in lists.shown
        }
    stars: Mapping[str, Floats] = {}
    inside: Floats = np.zeros(0)
    if options.stars:
        stars, inside = _errors(one, material, training, rivals, fitters, watching(report, "stars"))
    return _Found(split, recipe, rivals, lists, ranking, stars, inside)


def _lists(
    fitted: Fitted, recipe: Recipe, rivals: Rivals, split: Split, progress: Progress
) -> Lists:
    known, kept_back = Histories.of(split.train), Histories.of(split.test)
    people = np.flatnonzero((kept_back.counts > 0) & split.warm)

    def scoring(profile: Profile) -> dict[str, Floats]:
        ours = asked(fitted, recipe.weights, profile)
        plain = {"most watched": rivals.watched.astype(np.float64)}
        return ours | plain | {"item-kNN": rivals.neighbours.scores(profile.films)}

    return make_lists(scoring, known, kept_back, people, progress)


def _errors(
    one: Round,
    material: Material,
    options: TrainingOptions,
    rivals: Rivals,
    fitters: Fitters,
    progress: Progress,
) -> tuple[dict[str, Floats], Floats]:
    """Return (rows,) predicted less given stars by model, and whether intervals held."""
    split = one.split
    spread = choose_spread(one.inner, material, options, fitters, progress)
    model = fitters.stars(split.train, material.kinds, options.stars, options.seed, progress)
    known = Histories.of(split.train)
    judged = judge_stars(dataclass_replace(model, spread=spread), known, split.test, progress)
    rated = split.test.where(split.test.rated)
    bias = np.clip(rivals.biases.predict(rated.user, rated.film), *ends_of(split.train))
    inside = (judged.low <= judged.given) & (judged.given <= judged.high)
    errors = {
        STARS: judged.predicted - judged.given,
        BIAS: bias - judged.given,
        MEAN: rivals.mean - judged.given,
    }
    return errors, inside.astype(np.float64)


def _shelf(split: Split, material: Material) -> Shelf:
    watched = np.bincount(split.train.film, minlength=split.train.films)
    return Shelf(material.features, material.catalogue.genres, watched, int(split.warm.sum()))


def _told(one: Measured) -> dict[str, float | int]:
    """Return plain data; a figure of nobody has `people` 0 and no value."""
    if not one.people:
        return {"people": 0}
    told = {"value": one.value, "low": one.low, "high": one.high}
    return {name: round(value, 6) for name, value in told.items()} | {"people": one.people}


def _data(data: DataSet) -> dict[str, Any]:
    ratings = data.ratings
    return {
        "name": data.name,
        "scale": data.scale,
        "ratings": len(ratings),
        "users": int((np.bincount(ratings.user, minlength=ratings.users) > 0).sum()),
        "films": ratings.films,
        "density": round(ratings.density, 6),
        "fingerprint": ratings.fingerprint(),
    }


def _protocol(found: Sequence[_Found], options: EvaluationOptions) -> dict[str, Any]:
    cold = [float((~one.split.warm[one.split.test.user]).mean()) for one in found]
    return {
        "splits": [one.split.name for one in found],
        "learnt from": [len(one.split.train) for one in found],
        "judged by": [len(one.split.test) for one in found],
        "rows of people not known before": [round(share, 6) for share in cold],
        "options": msgspec.to_builtins(options),
    }


def _chosen(one: _Found) -> dict[str, Any]:
    options = one.recipe.options
    learnt = one.recipe.learnt
    return {
        "weights": one.recipe.weights,
        "weights learnt on validation": learnt is not None,
        "ease.regularization": options.ease.regularization,
        "kernel.unobserved": options.kernel.unobserved,
        **{f"popularity.{name}": told for name, told in asdict(options.popularity).items()},
        **one.rivals.chosen,
    }


def _pooled(found: Sequence[_Found], model: str, measure: str) -> Floats:
    return np.concatenate([one.ranking[model][measure] for one in found])


def _over_people(found: Sequence[_Found], values: Floats, rng: np.random.Generator) -> Measured:
    """Return the mean over people and rounds, NaN left out; people are drawn, whole."""
    user = np.concatenate([one.lists.users for one in found if one.lists])
    known = ~np.isnan(values)
    return row_mean(user[known], values[known], rng)


def _ranking(found: Sequence[_Found], seed: int) -> dict[str, dict[str, Any]]:
    """Return every measure of every model, with intervals over people."""
    rng = np.random.default_rng(seed)
    return {
        model: {
            measure: _told(_over_people(found, _pooled(found, model, measure), rng))
            for measure in measures
        }
        for model, measures in found[0].ranking.items()
    }


def _differences(found: Sequence[_Found], seed: int) -> dict[str, Any]:
    """Return NDCG@10 of the ensemble less each other model's, person by person."""
    rng = np.random.default_rng(seed)
    others = [model for model in found[0].ranking if model != ENSEMBLE]
    if not others:
        return {}
    ours = _pooled(found, ENSEMBLE, "ndcg@10")
    return {
        model: _told(_over_people(found, ours - _pooled(found, model, "ndcg@10"), rng))
        for model in others
    }


def _catalogue(found: Sequence[_Found]) -> dict[str, dict[str, float]]:
    """Return coverage and Gini index of the first ten of all lists, as means over rounds."""
    figures: dict[str, dict[str, float]] = {}
    for model in found[0].ranking:
        shown = [one.lists.shown[model][:, :10] for one in found if one.lists]
        films = found[0].split.train.films
        there = [part[part >= 0] for part in shown]
        figures[model] = {
            "coverage@10": round(float(np.mean([coverage(part, films) for part in there])), 6),
            "gini@10": round(float(np.mean([gini(part, films) for part in there])), 6),
        }
    return figures


def _stars(found: Sequence[_Found], seed: int) -> dict[str, Any]:
    """Return RMSE and MAE of all rows, of people known before, and of others; skill beside."""
    if not found[0].stars:
        return {}
    user = np.concatenate([one.user for one in found])
    known = np.concatenate([one.split.warm[one.user] for one in found])
    told: dict[str, Any] = {}
    for name, rows in (("all", known | True), ("known people", known), ("new people", ~known)):
        told[name] = {}
        for model in found[0].stars if rows.any() else ():
            errors = np.concatenate([one.stars[model] for one in found])[rows]
            told[name][model] = _errors_told(user[rows], errors, seed)
        if told[name]:
            least = told[name][BIAS]["rmse"]["value"]
            for figures in told[name].values():
                figures["skill"] = round(figures["rmse"]["value"] / least, 6)
    inside = np.concatenate([one.inside for one in found])
    told["80 % intervals hold"] = _told(row_mean(user, inside, np.random.default_rng(seed)))
    told["rmse by split"] = {
        model: [_rmse_of(one.stars[model]) for one in found] for model in found[0].stars
    }
    return told


def _rmse_of(errors: Floats) -> float | None:
    """Return the root mean square, None where nothing kept back had stars."""
    return round(float(np.sqrt(np.mean(errors**2))), 6) if len(errors) else None


def _errors_told(user: Ints, errors: Floats, seed: int) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    return {
        "rmse": _told(root_mean_square(user, errors, rng)),
        "mae": _told(row_mean(user, np.abs(errors), rng)),
    }


def _segments(found: Sequence[_Found], seed: int) -> dict[str, dict[str, Any]]:
    """Return the ensemble's NDCG@10 and the stars' RMSE by how much is known of people."""
    rng = np.random.default_rng(seed)
    told: dict[str, dict[str, Any]] = {}
    listed = [one.before[one.lists.users] for one in found if one.lists]
    rated = [one.before[one.user] for one in found]
    nobody = np.zeros(0, dtype=np.int64)
    counts = np.concatenate([nobody, *listed]), np.concatenate(rated)
    for name, (people, rows) in segments(*counts):
        figures: dict[str, Any] = {}
        if found[0].ranking:
            values = np.where(people, _pooled(found, ENSEMBLE, "ndcg@10"), np.nan)
            figures["ndcg@10"] = _told(_over_people(found, values, rng))
        if found[0].stars:
            user = np.concatenate([one.user for one in found])[rows]
            errors = np.concatenate([one.stars[STARS] for one in found])[rows]
            figures["rmse"] = _told(root_mean_square(user, errors, rng))
        told[name] = figures
    return told
