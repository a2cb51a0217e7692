"""The ways of keeping ratings back, each with its own way of choosing on what is left."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from cinematch.recommender.core.options import EvaluationOptions
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.splits import (
    Split,
    hold_out,
    leave_last_out,
    random_folds,
    random_share,
    stratified,
)
from cinematch.recommender.service.judging import in_time, inner


@dataclass(frozen=True)
class Round:
    """One split to judge by, and how what is learnt from is split again to choose by.

    Attributes:
        split: to judge by.
        inner: to choose by.
        later: cuts in time to choose by what depends on it; none where `inner` is like `split`.
        seed: of what is drawn.
    """

    split: Split
    inner: Split
    seed: int
    later: Sequence[Split] = ()


def rounds(ratings: Ratings, options: EvaluationOptions) -> Iterator[Round]:
    """Yield the splits of a protocol; what is chosen is chosen without a look at the test rows.

    In time: everything after one instant is kept back, or what each person did last where instants
    say nothing, as in a training; the split has its name of that. What is popular, and how much
    each model is heard, is chosen by cuts in time before it. The rest is chosen by what each person
    did last before it: it depends less on when that was, and hardly anybody comes again after each
    cut.
    """
    share = options.hold_out
    if options.protocol == "temporal":
        split = hold_out(ratings, share)
        yield Round(split, inner(split.train), options.seed, in_time(split.train))
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
