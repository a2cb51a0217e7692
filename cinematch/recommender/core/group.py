"""One film for several people: a rule, and who gives up what by it."""

from typing import Literal

import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints

Rule = Literal["mean", "least misery", "take turns"]
RULES: tuple[Rule, ...] = ("mean", "least misery", "take turns")


def choose_together(stars: Floats, rule: Rule, count: int) -> Ints:
    """Return films for all of them, best first.

    `mean`: the largest mean. `least misery`: the largest least (O'Connor et al., "PolyLens", ECSCW
    2001). `take turns`: each in turn takes the best that is left, the first to choose first.

    Args:
        stars: (people, films) predicted stars; NaN for a film that may not be shown to all.
        rule: which.
        count: how many.

    >>> stars = np.array([[5.0, 3.0, 4.0], [1.0, 4.0, 3.5]])
    >>> [choose_together(stars, rule, 2).tolist() for rule in RULES]
    [[2, 1], [2, 1], [0, 1]]
    """
    possible = np.flatnonzero(~np.isnan(stars).any(axis=0))
    if rule == "take turns":
        return _in_turns(stars, possible, count)
    worth = stars[:, possible].mean(axis=0) if rule == "mean" else stars[:, possible].min(axis=0)
    # Among equals the one that pleases most in all.
    order = np.lexsort((possible, -stars[:, possible].mean(axis=0), -worth))
    return possible[order][:count]


def _in_turns(stars: Floats, possible: Ints, count: int) -> Ints:
    left = set(possible.tolist())
    chosen: list[int] = []
    while left and len(chosen) < count:
        whose = stars[len(chosen) % len(stars)]
        best = max(left, key=lambda film: (whose[film], -film))
        left.remove(best)
        chosen.append(best)
    return np.array(chosen, dtype=np.int64)
