"""Measures of a model beside those of the baselines, from its hold-out or from an evaluation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cinematch.recommender.core.model import Measure
from cinematch.recommender.service.evaluating import BIAS, MEAN, STARS
from cinematch.recommender.service.judging import ENSEMBLE

_OTHERS = ("bias", "mean", "popularity", "content", "described", "ease", "ials", "item-kNN")
"""Models whose measures have their name before them in `Manifest.hold_out`."""

_NAMES = {STARS: ENSEMBLE, BIAS: "bias", MEAN: "mean"}
"""What evaluations call otherwise."""


@dataclass(frozen=True)
class Evaluation:
    """Measures of the model that serves, by name, of parts of the people, and of baselines."""

    measures: Mapping[str, Measure]
    segments: Mapping[str, Mapping[str, Measure]]
    baselines: Mapping[str, Mapping[str, Measure]]
    evaluated_at: str | None
    note: str | None

    def value(self, name: str) -> float | None:
        """Return one of the measures, None when it was not taken."""
        return self.measures[name].value if name in self.measures else None


def of_hold_out(
    measured: Mapping[str, Measure],
    at: str,
    note: str | None,
    segments: Mapping[str, Mapping[str, Measure]] | None = None,
) -> Evaluation:
    """Read what was measured when the model was trained.

    >>> one = Measure(1.0, 0.9, 1.1, 30)
    >>> found = of_hold_out({"rmse": one, "bias rmse": one, "coverage 80 %": one}, "", None)
    >>> sorted(found.measures), found.baselines["bias"]["rmse"] is one
    (['coverage 80 %', 'rmse'], True)
    """
    own: dict[str, Measure] = {}
    others: dict[str, dict[str, Measure]] = {}
    for name, measure in measured.items():
        first, _, rest = name.partition(" ")
        if rest and first in _OTHERS:
            others.setdefault(first, {})[rest] = measure
        else:
            own[name] = measure
    return Evaluation(own, segments or {}, others, at, note)


def of_evaluation(result: Mapping[str, Any]) -> Evaluation:
    """Read the result of an evaluation; see `service.evaluating`."""
    by_model: dict[str, dict[str, Measure]] = {}
    stars = result["stars"].get("all", {})
    for told in (result["ranking"], stars):
        for model, figures in told.items():
            name = _NAMES.get(model, model)
            by_model.setdefault(name, {}).update(_measures(figures))
    return Evaluation(
        measures=by_model.pop(ENSEMBLE, {}),
        segments={name: _measures(figures) for name, figures in result["segments"].items()},
        baselines=by_model,
        evaluated_at=result["evaluated_at"],
        note=by_protocol(*result["protocol"]["splits"]),
    )


def by_protocol(*splits: str) -> str:
    """Say how ratings were kept back.

    >>> by_protocol("global temporal")
    'By the protocol global temporal.'
    """
    return f"By the protocol {', '.join(splits)}."


def _measures(figures: Mapping[str, Any]) -> dict[str, Measure]:
    return {
        name: Measure(one["value"], one["low"], one["high"], one["people"])
        for name, one in figures.items()
        if isinstance(one, Mapping) and "value" in one
    }
