"""Figures by how much is known of people: newcomers are served otherwise than old hands."""

from collections.abc import Iterator

import numpy as np

from cinematch.recommender.core.arrays import Bools, Ints
from cinematch.recommender.core.evaluation import root_mean_square
from cinematch.recommender.core.intervals import mean_of
from cinematch.recommender.core.model import Measure
from cinematch.recommender.service.judging import Judged

_SEGMENTS = ((1, 20, "under 20 ratings"), (20, 100, "20 to 99"), (100, 10**9, "100 and more"))
"""People by how many ratings are known of them."""


def segments(*counts: Ints) -> Iterator[tuple[str, list[Bools]]]:
    """Yield each segment with what of each of some counts of ratings falls into it."""
    for least, most, name in _SEGMENTS:
        yield name, [np.asarray((one >= least) & (one < most)) for one in counts]


def segments_of(judged: Judged, before: Ints, seed: int) -> dict[str, dict[str, Measure]]:
    """Return NDCG@10 and RMSE of a hold-out by segment, those of nobody left out.

    Args:
        judged: what a recipe came to.
        before: (users,) how many ratings are known of each.
        seed: of the intervals.
    """
    rng = np.random.default_rng(seed)
    stars = judged.stars
    told: dict[str, dict[str, Measure]] = {}
    for name, (people, rows) in segments(before[judged.lists.users], before[stars.user]):
        found = {"rmse": root_mean_square(stars.user[rows], judged.errors()[rows], rng)}
        if people.any():
            found["ndcg@10"] = mean_of(judged.ndcg()[people], rng)
        measures = {
            measure: Measure(one.value, one.low, one.high, one.people)
            for measure, one in found.items()
            if one.people
        }
        if measures:
            told[name] = measures
    return told
