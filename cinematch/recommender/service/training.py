"""Making a model: what is chosen, judged against the one that serves, and fitted on everything."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import numpy as np
from msgspec.structs import replace

from cinematch.films.core.film import Film
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.evaluation import row_mean
from cinematch.recommender.core.intervals import Measured, difference_of
from cinematch.recommender.core.model import Manifest, Measure, Model
from cinematch.recommender.core.options import TrainingOptions, recipe_of
from cinematch.recommender.core.popularity import faded
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.search_k import explained_variances
from cinematch.recommender.core.splits import Split, hold_out
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.describing import Described, describe, histograms
from cinematch.recommender.service.fitting import Material, Report, watching
from cinematch.recommender.service.judging import (
    Judged,
    Models,
    Recipe,
    choose,
    fit,
    in_time,
    inner,
    judge,
    measures_of,
)
from cinematch.recommender.service.material import material_of
from cinematch.recommender.service.segments import segments_of
from cinematch.recommender.service.sources import Gathered, Mixture

_NOT_JUDGED: Mapping[str, Any] = {}
_UNJUDGED = "There were too few ratings to keep some back and judge by; promote it if you like."


@dataclass(frozen=True)
class Trained:
    """A model, whether it is to serve, and why, in words."""

    model: Model
    won: bool
    why: str


@dataclass(frozen=True)
class Verdict:
    """Whether a recipe won on the hold-out, and why."""

    won: bool
    why: str


class _Stopwatch:
    """Tells a report from one phase to the next, and how long each took."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._phase, self._since = "", perf_counter()
        self.seconds: dict[str, float] = {}

    def __call__(self, phase: str, done: int, of: int) -> None:
        if phase != self._phase:
            self.lap()
            self._phase = phase
        self._report(phase, done, of)

    def lap(self) -> None:
        """End the phase that runs."""
        now = perf_counter()
        if self._phase:
            spent = self.seconds.get(self._phase, 0.0) + now - self._since
            self.seconds[self._phase] = round(spent, 3)
        self._since = now


def train(  # noqa: PLR0913 - what a model is made of, by name
    gathered: Gathered,
    films: Sequence[Film],
    options: TrainingOptions,
    fitters: Fitters,
    report: Report,
    *,
    version: str,
    created_at: str,
    code: str,
    champion: TrainingOptions | None,
    champion_source: Mixture | None = None,
) -> Trained:
    """Make a model of ratings.

    Weights and the width of intervals are chosen by what people rated last of all but the latest
    ratings; those, the hold-out, only judge. Then everything is fitted anew on all ratings.

    Args:
        gathered: ratings over all films of the catalogue.
        films: of the catalogue, in any order.
        options: how.
        fitters: the libraries.
        report: hears of each phase, and raises to leave off. Nothing lasts longer than about a
            second between two calls, but EASE's two LAPACK calls with more than 5,000 films.
        version: what the model is to be called.
        created_at: ISO, UTC.
        code: the release.
        champion: the recipe of the model that serves; None without one.
        champion_source: what that model was fitted to, where it is known; one of real ratings need
            not win over one of invented ones.

    Raises:
        Invalid: there is nothing to learn from.
    """
    ratings = gathered.ratings
    _refuse_too_little(ratings)
    watch = _Stopwatch(report)
    material = material_of(films, ratings.film_ids)
    if gathered.source == "synthetic":
        recipe, judged = choose(inner(ratings), material, options, fitters, watch), _NOT_JUDGED
        verdict = _of_invented(champion, champion_source)
    else:
        recipes = options, None if champion_source == "synthetic" else champion
        split = hold_out(ratings, options.hold_out)
        recipe, judged, verdict = _judged(split, material, recipes, fitters, watch)
    everything = (watching(watch, "fitting on everything"),) * 2
    models = fit(ratings, material, recipe, _for_everything(gathered, fitters), everything)
    described = describe(ratings, models.fitted, material, fitters, watching(watch, "groups"))
    known = _manifest(gathered, models, described, material, watch)
    named = {"version": version, "created_at": created_at, "code": code, "options": options}
    manifest = replace(known, **named, **judged)
    return Trained(_model(manifest, ratings, models, described), verdict.won, verdict.why)


def _for_everything(gathered: Gathered, fitters: Fitters) -> Fitters:
    """Let the last fit, which nothing is judged by, read the lake where that holds everything."""
    of_lake = fitters.kernel_of_lake
    if of_lake is None or gathered.source != "own":
        return fitters
    film_ids = gathered.ratings.film_ids
    return dataclasses.replace(
        fitters,
        kernel=lambda _seen, options, seed, progress: of_lake(film_ids, options, seed, progress),
    )


def _judged(
    split: Split,
    material: Material,
    recipes: tuple[TrainingOptions, TrainingOptions | None],
    fitters: Fitters,
    report: Report,
) -> tuple[Recipe, dict[str, Any], Verdict]:
    """Choose by the ratings before the hold-out, and judge by it, beside the champion's recipe.

    What it comes to is returned as fields of the manifest.
    """
    options, champion = recipes
    within, later = inner(split.train), in_time(split.train)
    recipe = choose(within, material, options, fitters, report, later)
    judged = _fit_and_judge(split, material, recipe, fitters, report)
    measures = measures_of(judged, options.seed)
    before = np.bincount(split.train.user, minlength=split.train.users)
    told: dict[str, Any] = {
        "hold_out": measures,
        "segments": segments_of(judged, before, options.seed),
        "judged_by": split.name if measures else None,
    }
    if champion and not measures:
        return recipe, told, Verdict(won=False, why=_UNJUDGED)
    rival = None
    if champion and recipe_of(champion) != recipe_of(options):
        theirs = choose(within, material, champion, fitters, report, later)
        rival = _fit_and_judge(split, material, theirs, fitters, report)
    return recipe, told, decide(judged, measures, rival, options.seed)


def _refuse_too_little(ratings: Ratings) -> None:
    if not len(ratings):
        raise Invalid("There are no ratings to learn from.", reason="no_ratings")
    if not ratings.rated.any():
        why = "Films were watched, but none has stars: there is no rating to learn from."
        raise Invalid(why, reason="no_ratings")


def _fit_and_judge(
    split: Split, material: Material, recipe: Recipe, fitters: Fitters, report: Report
) -> Judged:
    heads, stars = watching(report, "ranking models"), watching(report, "stars")
    models = fit(split.train, material, recipe, fitters, (heads, stars))
    return judge(models, split, watching(report, "judging"))


def _of_invented(champion: TrainingOptions | None, source: Mixture | None) -> Verdict:
    if champion is None:
        return Verdict(won=True, why="There was no model; this one was warmed by invented ratings.")
    if "synthetic" in {source, champion.source}:
        return Verdict(won=True, why="Both were warmed by invented ratings; the newer one serves.")
    return Verdict(won=False, why="Invented ratings do not replace a model of real ones.")


def decide(ours: Judged, measures: dict[str, Measure], rival: Judged | None, seed: int) -> Verdict:
    """Compare a recipe with popularity, and with the champion's recipe on the same ratings.

    It loses when popularity is better by more than chance, or the champion's recipe is, in lists
    (NDCG@10) or in stars (RMSE); and when it is better in neither. Chance: a 95 % interval of
    paired differences over people.
    """
    over = measures.get("ndcg@10 over popularity")
    if over and over.high < 0:
        return Verdict(won=False, why=f"Popularity alone ranks better: NDCG@10 {_signed(over)}.")
    if rival is None:
        return Verdict(won=True, why="The same recipe, or the first one: newer ratings win.")
    rng = np.random.default_rng(seed)
    lists = _lists_difference(ours, rival, rng)
    stars = _stars_difference(ours, rival, rng)
    told = f"NDCG@10 {_signed(lists)}, squared error of stars {_signed(stars)}"
    if lists.high < 0 or stars.low > 0:
        return Verdict(
            won=False, why=f"Worse than the champion's recipe by more than chance: {told}."
        )
    if lists.value > 0 or (lists.value == 0 and stars.value < 0) or stars.high < 0:
        return Verdict(won=True, why=f"Against the champion's recipe: {told}.")
    return Verdict(won=False, why=f"No better than the champion's recipe: {told}.")


def _lists_difference(ours: Judged, rival: Judged, rng: np.random.Generator) -> Measured:
    if not len(ours.lists.users):
        return Measured(0.0, 0.0, 0.0, 0)
    return difference_of(ours.ndcg(), rival.ndcg(), rng)


def _stars_difference(ours: Judged, rival: Judged, rng: np.random.Generator) -> Measured:
    if not len(ours.errors()):
        return Measured(0.0, 0.0, 0.0, 0)
    return row_mean(ours.stars.user, ours.errors() ** 2 - rival.errors() ** 2, rng)


def _signed(one: Measured | Measure) -> str:
    return f"{one.value:+.4f} ({one.low:+.4f} to {one.high:+.4f})"


def _manifest(
    gathered: Gathered,
    models: Models,
    described: Described,
    material: Material,
    watch: _Stopwatch,
) -> Manifest:
    """Say what a model was made of; its name and figures are put in by the caller."""
    ratings, recipe = gathered.ratings, models.recipe
    factors = recipe.options.stars.factors
    variance = explained_variances(ratings, [factors])[factors]
    watch("groups", 3, 3)
    watch.lap()
    return Manifest(
        version="",
        created_at="",
        code="",
        source=gathered.source,
        origins=gathered.origins,
        fingerprint=ratings.fingerprint(),
        options=recipe.options,
        users=ratings.users,
        films=ratings.films,
        ratings=len(ratings),
        density=ratings.density,
        weights=recipe.weights,
        scales=dict(models.fitted.scales),
        tuned={
            "ease.regularization": recipe.options.ease.regularization,
            "kernel.unobserved": recipe.options.kernel.unobserved,
        },
        hold_out={},
        explained_variance=variance,
        noise_floor=gathered.noise_floor,
        seconds=watch.seconds,
        histograms=histograms(ratings, material),
        popularity=recipe.options.popularity,
        until=datetime.fromtimestamp(int(ratings.at.max()), UTC).date(),
        people=described.people,
        kinds=described.kinds,
    )


def _model(manifest: Manifest, ratings: Ratings, models: Models, described: Described) -> Model:
    fitted = models.fitted
    return Model(
        manifest=manifest,
        film_ids=ratings.film_ids,
        film_means=fitted.means.of_film,
        film_counts=np.bincount(ratings.film, minlength=ratings.films),
        ease_films=fitted.ease_films,
        ease_weights=fitted.ease.weights,
        kernel_seen=fitted.kernel.seen_side,
        kernel_scored=fitted.kernel.shown_side,
        stars=models.stars,
        film_map=described.film_map,
        film_group=described.film_group,
        people_map=described.people_map,
        people_group=described.people_group,
        film_recent=faded(ratings, models.recipe.options.popularity.half_life),
    )
