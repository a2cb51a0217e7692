"""The ways of keeping ratings back, each with its own way of choosing on what is left."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.options import EvaluationOptions
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.splits import (
    Split,
    global_time,
    last_share,
    leave_last_out,
    random_folds,
    random_share,
    stratified,
)


@dataclass(frozen=True)
class Round:
    """One split to judge by, and how what is learnt from is split again to choose by."""

    split: Split
    inner: Split
    seed: int


def rounds(ratings: Ratings, options: EvaluationOptions) -> Iterator[Round]:
    """Yield the splits of a protocol; what is chosen is chosen without a look at the test rows.

    In time: everything after one instant is kept back, and of the rest what each person did last
    is chosen by, since hardly anybody who is known comes again after a second instant.
    """
    share = options.hold_out
    if options.protocol == "temporal":
        split = global_time(ratings, share)
        yield Round(split, last_share(split.train, 0.2), options.seed)
    elif options.protocol == "leave-last-out":
        split = leave_last_out(ratings)
        yield Round(split, leave_last_out(split.train), options.seed)
    elif options.protocol == "random" and options.folds:
        rng = np.random.default_rng(options.seed)
        for fold, split in enumerate(random_folds(ratings, options.folds, rng)):
            yield _again(split, 1.0 / options.folds, random_share, options.seed + fold)
    else:
        draw = random_share if options.protocol == "random" else stratified
        for seed in range(options.seed, options.seed + options.repeats):
            split = draw(ratings, share, np.random.default_rng(seed))
            yield _again(split, share, draw, seed)


def _again(
    split: Split,
    share: float,
    draw: Callable[[Ratings, float, np.random.Generator], Split],
    seed: int,
) -> Round:
    return Round(split, draw(split.train, share, np.random.default_rng(seed + 1_000)), seed)
