"""How much each ranking model is heard: learnt on ratings kept back, by trying."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats
from cinematch.recommender.core.metrics import ndcg
from cinematch.recommender.core.progress import Progress

DEFAULT: Mapping[str, float] = {"ease": 1.0, "ials": 1.0, "content": 0.1, "popularity": 0.05}
"""What is heard where too few have rated to learn it: about what public data sets teach."""

FEWEST = 40
"""People under which nothing is learnt."""

STEPS: Mapping[str, Sequence[float]] = {
    "ease": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0),
    "ials": (0.0, 0.25, 0.5, 1.0, 1.5, 2.0),
    "content": (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0),
    # Never nothing: it is all that is said to somebody of whom nothing is known.
    "popularity": (0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0),
}
"""Weights that are tried."""

_ROUNDS = 3


@dataclass(frozen=True)
class Sheet:
    """What every model said to some people, and what they watched next.

    Attributes:
        names: of the models.
        scores: (models, people, films) float32, each model's divided by its scale.
        seen: (people, films) what is not to be shown.
        relevant: (people, films) what was kept back.
    """

    names: Sequence[str]
    scores: Floats
    seen: Bools
    relevant: Bools

    def judge(self, total: Floats, at: int = 10) -> Floats:
        """Return (people,) NDCG@n of lists by `total`, (people, films)."""
        held = np.where(self.seen, -np.inf, total)
        places = min(at, held.shape[1])
        best = np.argpartition(-held, places - 1, axis=1)[:, :places]
        rows = np.arange(len(held))[:, None]
        best = best[rows, np.argsort(-held[rows, best], axis=1, kind="stable")]
        return ndcg(self.relevant[rows, best], self.relevant.sum(axis=1))


@dataclass(frozen=True)
class Learnt:
    """Weights by model, and what they reached against where the search began."""

    weights: dict[str, float]
    ndcg: float
    before: float


def learn(sheet: Sheet, progress: Progress) -> Learnt:
    """Find weights by coordinate search: each model's in turn, until none changes.

    The objective is a step function of few variables, so the whole grid of a coordinate is tried.
    A weight is given up for the best of its grid only when that is better by more than one
    standard error of the paired difference: what is less may be chance, and the weights to begin
    with have proved themselves elsewhere.
    """
    weights = {name: DEFAULT[name] for name in sheet.names}
    start = np.array([weights[name] for name in sheet.names], dtype=np.float32)
    total = np.tensordot(start, sheet.scores, axes=1)
    reached = sheet.judge(total)
    before = float(np.nanmean(reached))
    done, of = 0, _ROUNDS * sum(len(STEPS[name]) for name in sheet.names)
    for _ in range(_ROUNDS):
        changed = False
        for number, name in enumerate(sheet.names):
            rest = total - np.float32(weights[name]) * sheet.scores[number]
            tried = {}
            for weight in STEPS[name]:
                tried[weight] = sheet.judge(rest + np.float32(weight) * sheet.scores[number])
                done += 1
                progress(done, of)
            best = max(tried, key=lambda weight: float(np.nanmean(tried[weight])))
            if beyond_chance(tried[best] - reached):
                reached, changed, weights[name] = tried[best], True, best
                total = rest + np.float32(best) * sheet.scores[number]
        if not changed:
            break
    return Learnt(weights, float(np.nanmean(reached)), before)


def beyond_chance(gains: Floats) -> bool:
    """Say whether a mean of paired differences, NaN left out, exceeds its standard error."""
    known = gains[~np.isnan(gains)]
    if len(known) < 2:
        return False
    return bool(known.mean() > known.std(ddof=1) / np.sqrt(len(known)))
