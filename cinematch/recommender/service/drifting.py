"""Whether people have moved away from what a model learnt, counted from the ratings since."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store
from cinematch.recommender.core.drift import Drift, population_stability
from cinematch.recommender.core.model import Manifest
from cinematch.recommender.core.ratings import Rating
from cinematch.recommender.ports import TasteRepository

STEPS = tuple(f"{half / 2:g}" for half in range(1, 11))
"""The ten steps of stars, as in `Manifest.histograms`."""

_MOST = 20_000
"""Ratings by which drift is measured; more would say the same, and keep others waiting."""

_FEWEST_PREDICTED = 50
"""Predictions that came to be rated, under which their error says nothing."""


@dataclass(frozen=True)
class DriftFigures:
    """Drift with what it was found by: shares of the ten steps of stars then and now."""

    drift: Drift
    stars_before: Mapping[str, float]
    stars_now: Mapping[str, float]


def drift_since(
    manifest: Manifest, store: Store, taste: TasteRepository, films: FilmsRepository
) -> DriftFigures:
    """Compare what a model was fitted to with the ratings of this installation since then.

    What was imported or changed since counts, too, whenever it was given: the model has not learnt
    from it. Of very many the latest do.
    """
    rows = store.snapshot(lambda tx: taste.came_since(tx, manifest.created_at, _MOST))
    genres: Counter[str] = Counter()
    known = store.snapshot(lambda tx: films.get_many(tx, {row.film_id for row in rows}))
    for row in rows:
        if row.film_id in known:
            genres.update(known[row.film_id].genres)
    stars = Counter(f"{row.stars:g}" for row in rows if row.stars is not None)
    before = manifest.histograms.get("stars", {})
    drift = Drift(
        ratings=sum(stars.values()),
        stars=_moved(before, stars, STEPS),
        genres=_moved_genres(manifest.histograms.get("genres", {}), genres),
        error=_error(store, taste, rows, manifest),
    )
    return DriftFigures(drift, _shares(before), _shares(stars))


def _moved(before: Mapping[str, float], now: Mapping[str, float], names: Sequence[str]) -> float:
    if not sum(before.values()) or not sum(now.values()):
        return 0.0
    then, since = (np.array([told.get(name, 0) for name in names], float) for told in (before, now))
    # Before was counted over many more ratings: as shares of the same number the half count that
    # is added to each bucket weighs the same on both sides.
    return population_stability(then / then.sum() * since.sum(), since)


def _moved_genres(before: Mapping[str, float], now: Mapping[str, float]) -> float:
    return _moved(before, now, sorted({*before, *now}))


def _shares(told: Mapping[str, float]) -> dict[str, float]:
    whole = sum(told.values())
    return {step: told.get(step, 0) / whole if whole else 0.0 for step in STEPS}


def _error(
    store: Store, taste: TasteRepository, rows: Sequence[Rating], manifest: Manifest
) -> float:
    """Return the RMSE of what this model predicted and people gave since, over its hold-out's."""
    given = {(row.user_id, row.film_id): row.stars for row in rows if row.stars is not None}
    squares = []
    for user_id in {user_id for user_id, _ in given}:
        told = store.snapshot(partial(taste.shown, user_id=user_id))
        for film_id, shown in told.items():
            stars = given.get((user_id, film_id))
            if stars is not None and shown.model == manifest.version:
                squares.append((stars - shown.predicted) ** 2)
    measured = manifest.hold_out.get("rmse")
    if len(squares) < _FEWEST_PREDICTED or measured is None or not measured.value:
        return float("nan")
    return float(np.sqrt(np.mean(squares)) / measured.value)
