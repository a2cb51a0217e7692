"""K-means, its silhouette, and how much of it comes again, by scikit-learn."""

import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import adjusted_rand_score, silhouette_score

from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.clusters import Grouping, balance

_SAMPLED = 2_000
"""Rows by which a silhouette is estimated; it takes every pair."""


def group(rows: Floats, groups: int, seed: int) -> Grouping:
    """Group rows by K-means (Lloyd), and say how good it is.

    Args:
        rows: (rows, K).
        groups: C, at most the number of rows.
        seed: of everything drawn.

    Raises:
        ValueError: more groups than rows, or fewer than one.
    """
    if not 1 <= groups <= len(rows):
        raise ValueError(f"{groups} groups of {len(rows)} rows cannot be made.")
    fitted = _fit(rows, groups, seed)
    labels = fitted.labels_.astype(np.int64)
    different = len(np.unique(labels))
    silhouette = 0.0
    if different > 1:
        silhouette = _silhouette(rows, labels, seed)
    return Grouping(
        labels,
        np.asarray(fitted.cluster_centers_),
        silhouette,
        balance(labels, groups),
        _stability(rows, groups, seed),
    )


def _silhouette(rows: Floats, labels: Ints, seed: int) -> float:
    """Estimate the silhouette by a sample, which has a row of every label."""
    if len(rows) > _SAMPLED:
        order = np.random.default_rng(seed).permutation(len(rows))
        _, firsts = np.unique(labels[order], return_index=True)
        rest = np.delete(order, firsts)[: max(_SAMPLED - len(firsts), 0)]
        sample = np.concatenate([order[firsts], rest])
        rows, labels = rows[sample], labels[sample]
    if len(np.unique(labels)) >= len(rows):
        return 0.0  # each row is a group of its own
    return float(silhouette_score(rows, labels))


def _stability(rows: Floats, groups: int, seed: int) -> float:
    """Compare what two halves would call everybody (Ben-Hur, Elisseeff, Guyon, PSB 2002)."""
    order = np.random.default_rng(seed).permutation(len(rows))
    halves = np.array_split(order, 2)
    if min(len(half) for half in halves) < groups:
        return 0.0
    first, second = (_fit(rows[half], groups, seed).predict(rows) for half in halves)
    return float(adjusted_rand_score(first, second))


def _fit(rows: Floats, groups: int, seed: int) -> KMeans:
    with warnings.catch_warnings():
        # Fewer different rows than groups: a group stays empty, and the sizes say so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return KMeans(groups, n_init=4, random_state=seed).fit(rows)
