"""Judging lists and stars by ratings kept back: every film ranked, nothing sampled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from cinematch.recommender.core.arrays import Bools, Floats, Ints
from cinematch.recommender.core.histories import Histories
from cinematch.recommender.core.intervals import Measured, root_mean_of, weighted_mean_of
from cinematch.recommender.core.metrics import average_precision, ndcg, recall
from cinematch.recommender.core.metrics.catalogue import novelty
from cinematch.recommender.core.metrics.variety import (
    genre_miscalibration,
    intra_list_distance,
    serendipity,
)
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.progress import Progress
from cinematch.recommender.core.ratings import HIGHEST, LOWEST, Ratings
from cinematch.recommender.core.stars import Predictions, StarsModel

LENGTH = 20
"""Places of the lists that are judged; NDCG looks at the first ten."""

Scoring = Callable[[Profile], Mapping[str, Floats]]
"""What several models say to one person: (films,) scores by model."""

_AT_ONCE = 4_000_000
"""Numbers of one prediction: samples · films · ratings of the person."""


@dataclass(frozen=True)
class Lists:
    """What some people were shown.

    Attributes:
        users: (n,) who.
        shown: by model, (n, length) films, best first; -1 where there were no more.
        hits: by model, (n, length) whether each was kept back.
        relevant: (n,) how many were kept back of each.
    """

    users: Ints
    shown: Mapping[str, Ints]
    hits: Mapping[str, Bools]
    relevant: Ints

    def measures(self, model: str) -> dict[str, Floats]:
        """Return (n,) of every measure of ranking; NaN where nothing was kept back."""
        hits = self.hits[model]
        return {
            "ndcg@10": ndcg(hits[:, :10], self.relevant),
            "recall@20": recall(hits, self.relevant),
            "recall@20 of reachable": recall(hits, self.relevant, "reachable"),
            "map@20": average_precision(hits, self.relevant),
        }


@dataclass(frozen=True)
class Shelf:
    """What variety is measured by.

    Attributes:
        likeness: (films, features), rows of length 1 or 0.
        genres: (films, genres) whether a film is of each.
        watched: (films,) how many have seen each.
        people: how many there are.
    """

    likeness: sparse.csr_array
    genres: Bools
    watched: Ints
    people: int


def variety_of(lists: Lists, model: str, known: Histories, shelf: Shelf) -> dict[str, Floats]:
    """Return (n,) of the measures beside accuracy, of the first ten; lists that are not full have
    NaN.
    """
    shown = lists.shown[model][:, :10]
    full = (shown >= 0).all(axis=1)
    whole = shown[full]
    popular = lists.shown["popularity"][:, :10]
    expected = np.array([np.isin(mine, all_) for mine, all_ in zip(shown, popular, strict=True)])
    history = np.array(
        [shelf.genres[profile.films].sum(axis=0) for profile in known.profiles(lists.users)],
        dtype=np.float64,
    )
    found = {
        "intra-list distance": intra_list_distance(whole, shelf.likeness),
        "novelty, bits": novelty(whole, shelf.watched, shelf.people),
        "genre miscalibration": genre_miscalibration(
            _shares(history[full]), _shares(shelf.genres[whole].sum(axis=1).astype(np.float64))
        ),
        "serendipity": serendipity(
            lists.hits[model][full, :10], expected.reshape(shown.shape)[full]
        ),
    }
    every = {name: np.full(len(shown), np.nan) for name in found}
    for name, values in found.items():
        every[name][full] = values
    return every


def _shares(counts: Floats) -> Floats:
    total = counts.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(counts, total, out=np.zeros_like(counts), where=total > 0))


def make_lists(
    scoring: Scoring,
    known: Histories,
    kept_back: Histories,
    users: Ints,
    progress: Progress,
    *,
    allowed: Bools | None = None,
) -> Lists:
    """Rank all films that each person has not seen, by every model.

    Args:
        scoring: the models.
        known: what they may know of people.
        kept_back: what people did then.
        users: who is asked.
        progress: hears of every person.
        allowed: (films,) which may be shown; all by default.
    """
    films = known.ratings.films
    places = min(LENGTH, films)
    # Equal scores are put in an order that has nothing to do with the films' own.
    chance = np.random.default_rng(0).permutation(films)
    shown: dict[str, list[Ints]] = {}
    hits: dict[str, list[Bools]] = {}
    relevant = []
    for number, user in enumerate(users):
        profile = known.profile(int(user))
        target = np.zeros(films, dtype=np.bool_)
        target[kept_back.profile(int(user)).films] = True
        out = np.zeros(films, dtype=np.bool_) if allowed is None else ~allowed
        out[profile.films] = True
        relevant.append(int((target & ~out).sum()))
        for name, scores in scoring(profile).items():
            best = top(np.where(out, -np.inf, scores), places, chance)
            shown.setdefault(name, []).append(best)
            hits.setdefault(name, []).append((best >= 0) & target[best])
        progress(number + 1, len(users))
    return Lists(
        users,
        {name: np.array(rows) for name, rows in shown.items()},
        {name: np.array(rows) for name, rows in hits.items()},
        np.array(relevant, dtype=np.int64),
    )


def top(scores: Floats, places: int, chance: Ints) -> Ints:
    """Return (places,) the films with the largest scores, equal ones by `chance`; -1 for none.

    >>> top(np.array([1.0, 3.0, -np.inf, 3.0]), 4, np.array([0, 2, 1, 3])).tolist()
    [1, 3, 0, -1]
    """
    least = np.partition(scores, len(scores) - places)[len(scores) - places]
    candidates = np.flatnonzero((scores >= least) & (scores > -np.inf))
    order = np.lexsort((chance[candidates], -scores[candidates]))[:places]
    best = np.full(places, -1, dtype=np.int64)
    best[: len(order)] = candidates[order]
    return best


@dataclass(frozen=True)
class StarsJudged:
    """Predicted and given stars, row by row.

    Attributes:
        user: (rows,) whose.
        given: (rows,) stars.
        predicted: (rows,) cut to the lowest and highest that anybody gave before.
        low, high: (rows,) bounds of the 80 % interval.
        surprise: (rows,) |given − mean| over the deviation.
    """

    user: Ints
    given: Floats
    predicted: Floats
    low: Floats
    high: Floats
    surprise: Floats


def judge_stars(
    model: StarsModel, known: Histories, kept_back: Ratings, progress: Progress
) -> StarsJudged:
    """Predict the stars that were kept back, each person folded in by what is known of them."""
    low_end, high_end = ends_of(known.ratings)
    rated = kept_back.where(kept_back.rated)
    target = Histories.of(rated)
    people = np.flatnonzero(target.counts)
    columns: list[Floats] = [np.empty((4, 0))]
    for number, user in enumerate(people):
        profile = known.profile(int(user))
        films = rated.film[target.rows(int(user))]
        columns += [
            np.stack([said.mean, said.deviation, *said.interval()])
            for said in _predictions(model, profile, films)
        ]
        progress(number + 1, len(people))
    mean, deviation, low, high = np.concatenate(columns, axis=1)
    return StarsJudged(
        rated.user,
        rated.stars.astype(np.float64),
        np.clip(mean, low_end, high_end),
        low,
        high,
        np.abs(rated.stars - mean) / deviation,
    )


def ends_of(ratings: Ratings) -> tuple[float, float]:
    """Return the lowest and highest stars given: the scale as it is used."""
    stars = ratings.stars[ratings.rated]
    return (float(stars.min()), float(stars.max())) if len(stars) else (LOWEST, HIGHEST)


def _predictions(model: StarsModel, profile: Profile, films: Ints) -> list[Predictions]:
    """Predict in portions: a person's ratings times their films would not fit into memory."""
    person = model.fold_in(profile)
    portion = max(1, _AT_ONCE // max(1, len(model.overall) * (len(profile.rated) + 1)))
    return [
        model.predict(person, films[start : start + portion])
        for start in range(0, len(films), portion)
    ]


def row_mean(user: Ints, values: Floats, rng: np.random.Generator) -> Measured:
    """Return the mean over some rows, with its interval over people."""
    return weighted_mean_of(*_by_person(user, values), rng)


def root_mean_square(user: Ints, errors: Floats, rng: np.random.Generator) -> Measured:
    """Return the RMSE of some rows, with its interval over people."""
    return root_mean_of(*_by_person(user, errors**2), rng)


def _by_person(user: Ints, values: Floats) -> tuple[Floats, Floats]:
    """Return the mean of each person's rows and their number, of those who have any."""
    counts = np.bincount(user)
    people = np.flatnonzero(counts)
    means = np.bincount(user, weights=values)[people] / counts[people]
    return means, counts[people].astype(np.float64)
