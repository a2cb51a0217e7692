"""Which ratings are learnt from, and which are kept back to judge by."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from cinematch.recommender.core.arrays import Bools, Ints
from cinematch.recommender.core.ratings import Ratings

_FEWEST_JUDGED = 20
"""Ratings of known people kept back under which a split in time says nothing."""


@dataclass(frozen=True)
class Split:
    """Rows to learn from and rows to judge by; no row is in both.

    Attributes:
        name: of the protocol, as in a report.
        train: what a model may see.
        test: what it is judged by.
        warm: (users,) who has at least one row in `train`.
    """

    name: str
    train: Ratings
    test: Ratings
    warm: Bools


def split_by(name: str, ratings: Ratings, held_back: Bools) -> Split:
    """Split by rows."""
    train, test = ratings.where(~held_back), ratings.where(held_back)
    warm = np.bincount(train.user, minlength=ratings.users) > 0
    return Split(name, train, test, warm)


def global_time(ratings: Ratings, share: float = 0.1) -> Split:
    """Hold back everything after one instant, so that about `share` of the rows are held back.

    Nothing that was not known at that instant is learnt from (Ji et al., "A critical study on data
    leakage in recommender system offline evaluation", TOIS 2023). Rows of the instant itself are
    held back with what follows.
    """
    if not len(ratings):
        return split_by("global temporal", ratings, np.zeros(0, dtype=np.bool_))
    instant = np.quantile(ratings.at, 1.0 - share, method="higher")
    return split_by("global temporal", ratings, ratings.at >= instant)


def hold_out(ratings: Ratings, share: float) -> Split:
    """Hold back the latest ratings, or each person's latest where instants say nothing.

    They say nothing where nearly all carry the same one, or nobody is known from before.
    """
    split = global_time(ratings, share)
    enough = len(split.train) >= len(ratings) * (1 - 2 * share)
    if enough and split.warm[split.test.user].sum() >= _FEWEST_JUDGED:
        return split
    return last_share(ratings, max(share, 0.1))


def windows(ratings: Ratings, share: float = 0.1, most: int = 4, enough: int = 200) -> list[Split]:
    """Cut in time several times, the latest first: what was before each cut, and what came then.

    Each of them is what `global_time` gives, one window of `share` of the rows after the other, so
    that those of whom something is known and who come again become more. A person may be in
    several. (Rolling origin: Tashman, "Out-of-sample tests of forecasting accuracy", 2000.)

    Args:
        ratings: all that may be chosen by.
        share: of the rows, in one window.
        most: windows.
        enough: people known before who come again, all windows together; no more are cut then.
    """
    found: list[Split] = []
    until, again = np.inf, 0
    for number in range(1, most + 1):
        if not len(ratings) or again >= enough:
            break
        instant = np.quantile(ratings.at, 1.0 - number * share, method="higher")
        split = split_by(f"window {number} in time", ratings, ratings.at >= instant)
        test = split.test.where(split.test.at < until)
        if len(test) and len(split.train):
            found.append(replace(split, test=test))
            again += len(np.unique(test.user[split.warm[test.user]]))
        until = instant
    return found


def leave_last_out(ratings: Ratings) -> Split:
    """Hold back the last row of each user who has two or more; it leaks the future of others."""
    count = np.bincount(ratings.user, minlength=ratings.users)[ratings.user]
    return split_by("leave last out", ratings, (_places(ratings) == count - 1) & (count >= 2))


def last_share(ratings: Ratings, share: float) -> Split:
    """Hold back the latest rows of each user, rounded down; who has but few keeps all.

    It leaks the future of others, so it is for choosing, not for judging.
    """
    count = np.bincount(ratings.user, minlength=ratings.users)
    kept = count - np.floor(count * share).astype(np.int64)
    held_back = _places(ratings) >= kept[ratings.user]
    return split_by(f"last {share:.0%} of each user", ratings, held_back)


def _places(ratings: Ratings) -> Ints:
    """Return (rows,) the place of each row among its user's, by time, from 0; ties by lot.

    An import gives all its ratings one instant. Were ties decided by film, then the same films
    would be held back from everybody, and nobody's taste could lead to them.
    """
    lots = np.random.default_rng(0).random(len(ratings))
    order = np.lexsort((lots, ratings.at, ratings.user))
    count = np.bincount(ratings.user, minlength=ratings.users)
    places = np.empty(len(ratings), dtype=np.int64)
    places[order] = np.arange(len(ratings)) - np.repeat(np.cumsum(count) - count, count)
    return places


def random_folds(ratings: Ratings, folds: int, rng: np.random.Generator) -> Iterator[Split]:
    """Yield as many splits, each row held back in one of them."""
    fold = rng.permutation(len(ratings)) % folds
    for number in range(folds):
        yield split_by(f"random {folds}-fold, fold {number}", ratings, fold == number)


def random_share(ratings: Ratings, share: float, rng: np.random.Generator) -> Split:
    """Hold back a random share of all rows."""
    held_back = np.zeros(len(ratings), dtype=np.bool_)
    count = round(share * len(ratings))
    held_back[rng.permutation(len(ratings))[:count]] = True
    return split_by(f"random {1 - share:.0%}/{share:.0%}", ratings, held_back)


def stratified(ratings: Ratings, share: float, rng: np.random.Generator) -> Split:
    """Hold back a random share of each user's rows, rounded to the nearest whole row."""
    order = rng.permutation(len(ratings))
    order = order[np.argsort(ratings.user[order], kind="stable")]
    count = np.bincount(ratings.user, minlength=ratings.users)
    place = np.arange(len(ratings)) - np.repeat(np.cumsum(count) - count, count)
    held_back = np.zeros(len(ratings), dtype=np.bool_)
    held_back[order] = place < np.round(count * share)[ratings.user[order]]
    return split_by(f"random {1 - share:.0%}/{share:.0%} of each user", ratings, held_back)


def cold_users(
    ratings: Ratings, share: float, known: int, rng: np.random.Generator
) -> tuple[Split, Ints]:
    """Hold some users back whole, but for `known` of their rows, which are not learnt from.

    Returns:
        the split, whose test rows are the rows of cold users beyond the known; and (rows,) the
        positions, in `ratings`, of the known rows: what a cold user is folded in by.
    """
    users = rng.permutation(ratings.users)[: max(1, round(share * ratings.users))]
    cold = np.isin(ratings.user, users)
    order = rng.permutation(len(ratings))
    order = order[np.argsort(ratings.user[order], kind="stable")]
    count = np.bincount(ratings.user, minlength=ratings.users)
    place = np.empty(len(ratings), dtype=np.int64)
    place[order] = np.arange(len(ratings)) - np.repeat(np.cumsum(count) - count, count)
    given = cold & (place < known)
    whole = split_by(f"cold users with {known} ratings", ratings, cold)
    return Split(whole.name, whole.train, ratings.where(cold & ~given), whole.warm), (
        np.flatnonzero(given)
    )
