"""Baselines, tuned with the same number of trials and on the same validation as our own models."""

from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.baselines import (
    Biases,
    Neighbours,
    fit_biases,
    fit_neighbours,
    global_mean,
)
from cinematch.recommender.core.options import EvaluationOptions
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.splits import Split
from cinematch.recommender.service.judging import asked_of
from cinematch.recommender.service.protocols import Round
from cinematch.recommender.service.tuning import Panel

_NEIGHBOURS = ((20, 0.0), (50, 10.0), (100, 10.0), (200, 10.0), (100, 50.0))
"""How many, and shrinkage."""

_SHRINKAGES = (1.0, 2.0, 5.0, 10.0, 25.0)


@dataclass(frozen=True)
class Rivals:
    """Baselines, fitted; `chosen` says with what, `watched` is (films,) how many saw each."""

    watched: Ints
    neighbours: Neighbours
    biases: Biases
    mean: float
    chosen: dict[str, float]


def fit_rivals(one: Round, options: EvaluationOptions, progress: Progress) -> Rivals:
    """Tune on the inner split, and fit to all that may be learnt from."""
    train = one.split.train
    count, shrinkage = _NEIGHBOURS[0]
    if options.ranking:
        count, shrinkage = _best_neighbours(one, options, progress)
    drawn = _best_shrinkage(one.inner) if options.stars else _SHRINKAGES[0]
    return Rivals(
        np.bincount(train.film, minlength=train.films),
        fit_neighbours(train, count, shrinkage, progress),
        fit_biases(train, drawn),
        global_mean(train),
        {"item-kNN.neighbours": count, "item-kNN.shrinkage": shrinkage, "bias.shrinkage": drawn},
    )


def _best_neighbours(
    one: Round, options: EvaluationOptions, progress: Progress
) -> tuple[int, float]:
    people = asked_of(one.inner, one.seed)
    if not len(people):
        return _NEIGHBOURS[0]
    panel = Panel(one.inner, people, options.training)
    reached = []
    for count, shrinkage in _NEIGHBOURS:
        tried = fit_neighbours(one.inner.train, count, shrinkage, progress)
        values: Floats = panel.judge(lambda seen, _, tried=tried: tried.scores(seen))  # type: ignore[misc]
        reached.append(float(np.nanmean(values)))
    return _NEIGHBOURS[int(np.argmax(reached))]


def _best_shrinkage(split: Split) -> float:
    test = split.test.where(split.test.rated)
    errors = [
        np.mean((fit_biases(split.train, tried).predict(test.user, test.film) - test.stars) ** 2)
        for tried in _SHRINKAGES
    ]
    return _SHRINKAGES[int(np.argmin(errors))]
