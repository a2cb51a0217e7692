"""How much each ranking model is heard: learnt on ratings kept back, by trying."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.arrays import Bools, Floats
from cinematch.recommender.core.metrics import ndcg
from cinematch.recommender.core.progress import Progress

DEFAULT: Mapping[str, float] = {"ease": 1.0, "ials": 1.0, "content": 0.1, "popularity": 0.05}
"""What is heard where too few have rated to learn it: about what public data sets teach."""

FEWEST = 40
"""People under which nothing is learnt."""

LOUD: Mapping[str, float] = {"ease": 0.1, "ials": 0.1, "content": 0.1, "popularity": 1.0}
"""Where people watch what is of the day, the best weights are far from the usual ones."""

STEPS: Mapping[str, Sequence[float]] = {
    "ease": (0.1, 0.25, 0.5, 1.0, 1.5, 2.0),
    "ials": (0.1, 0.25, 0.5, 1.0, 1.5, 2.0),
    "content": (0.05, 0.1, 0.2, 0.35, 0.5, 1.0),
    "popularity": (0.01, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.0),
}
"""Weights that are tried. Never next to nothing: what a person rates is to move their list, also
where a list of what is of the day would be hit more often; and popularity is all that is said to
somebody of whom nothing is known."""

_ROUNDS = 3
_WHISPER = 1e-6
"""Of popularity beside a model that is heard alone: only where that one says nothing."""


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


def joined(sheets: Sequence[Sheet]) -> Sheet:
    """Put the people of several sheets of the same models and films together."""
    first = sheets[0]
    if len(sheets) == 1:
        return first
    return Sheet(
        first.names,
        np.concatenate([sheet.scores for sheet in sheets], axis=1),
        np.concatenate([sheet.seen for sheet in sheets]),
        np.concatenate([sheet.relevant for sheet in sheets]),
    )


@dataclass(frozen=True)
class Learnt:
    """Weights by model, and what they reached against where the search began."""

    weights: dict[str, float]
    ndcg: float
    before: float


def learn(sheet: Sheet, progress: Progress, *, timely: bool = True) -> Learnt:
    """Find weights by coordinate search: each model's in turn, until none changes.

    The objective is a step function of few variables, so the whole grid of a coordinate is tried.
    One search begins at the usual weights, which have proved themselves elsewhere: one of them is
    given up only for what is better by more than a standard error of the paired difference. Two
    others begin where popularity is loud and at the best model, all but alone, and take whatever
    is better; the better of their ends replaces the first by the same rule. That model quite alone
    has to be better by two standard errors, and is never popularity: a list is a person's own.

    Args:
        sheet: what models said, and what was watched next.
        progress: hears of all that is tried.
        timely: whether people were asked at one instant about what came later; where they were
            not, nothing is of the day, and the first search is the only one.
    """
    search = _Search(sheet, progress)
    usual, loud = ({name: start[name] for name in sheet.names} for start in (DEFAULT, LOUD))
    personal = [name for name in sheet.names if name != "popularity"]
    alone = {name: search.judge(_alone(name, sheet.names)) for name in personal}
    best = max(alone, key=lambda name: _mean(alone[name]))
    before = search.judge(usual)
    weights, reached = search.climb(usual, before, beyond_chance)
    starts = [loud, {name: STEPS[name][0] for name in sheet.names} | {best: 1.0}]
    if timely:
        ends = [search.climb(start, search.judge(start), _better) for start in starts]
        end = max(ends, key=lambda end: _mean(end[1]))
        if beyond_chance(end[1] - reached):
            weights, reached = end
    if beyond_chance(alone[best] - reached, errors=2.0):
        weights, reached = _alone(best, sheet.names), alone[best]
    return Learnt(weights, _mean(reached), _mean(before))


class _Search:
    """Tries weights, and tells how many it has tried."""

    def __init__(self, sheet: Sheet, progress: Progress) -> None:
        self._sheet = sheet
        self._progress = progress
        steps = sum(len(STEPS[name]) for name in sheet.names)
        self._done, self._of = 0, 3 * _ROUNDS * steps + len(sheet.names) + 3

    def judge(self, weights: Mapping[str, float]) -> Floats:
        """Return (people,) NDCG@10 by some weights."""
        return self._judged(self._total(weights))

    def climb(
        self,
        weights: Mapping[str, float],
        reached: Floats,
        gains: Callable[[Floats], bool],
    ) -> tuple[dict[str, float], Floats]:
        """Return weights of which changing one gains nothing, and what they reach.

        Args:
            weights: to begin with.
            reached: (people,) by them.
            gains: says of (people,) differences whether they are worth a change.
        """
        found, total = dict(weights), self._total(weights)
        for _ in range(_ROUNDS):
            changed = False
            for number, name in enumerate(self._sheet.names):
                scores = self._sheet.scores[number]
                rest = total - np.float32(found[name]) * scores
                tried = {
                    weight: self._judged(rest + np.float32(weight) * scores)
                    for weight in STEPS[name]
                }
                best = max(tried, key=lambda weight: _mean(tried[weight]))
                if gains(tried[best] - reached):
                    reached, changed, found[name] = tried[best], True, best
                    total = rest + np.float32(best) * scores
            if not changed:
                break
        return found, reached

    def _total(self, weights: Mapping[str, float]) -> Floats:
        shares = np.array([weights[name] for name in self._sheet.names], dtype=np.float32)
        return np.tensordot(shares, self._sheet.scores, axes=1)

    def _judged(self, total: Floats) -> Floats:
        self._done += 1
        self._progress(self._done, self._of)
        return self._sheet.judge(total)


def _alone(name: str, names: Sequence[str]) -> dict[str, float]:
    silent = {other: _WHISPER if other == "popularity" else 0.0 for other in names}
    return silent | {name: 1.0}


def _mean(values: Floats) -> float:
    return float(np.nanmean(values))


def _better(gains: Floats) -> bool:
    return _mean(gains) > 0


def beyond_chance(gains: Floats, errors: float = 1.0) -> bool:
    """Say whether a mean of paired differences, NaN left out, exceeds so many standard errors."""
    known = gains[~np.isnan(gains)]
    if len(known) < 2:
        return False
    return bool(known.mean() > errors * known.std(ddof=1) / np.sqrt(len(known)))
