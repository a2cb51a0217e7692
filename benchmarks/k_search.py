"""The search for K over its whole grid, beside the described one with scikit-learn.

On an invented matrix of the size of MovieLens 100k (943 people, 1,682 films, 100,000 ratings), or
on that data set itself (`--data FOLDER`). Ours fits every candidate to the ratings that exist and
judges it by ratings kept back; the described one takes a truncated SVD of the zero-filled matrix
for each, and both group people for each number of groups. The short form takes a fifth of it.
"""

import argparse
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.metrics import silhouette_score

from benchmarks.harness import Figure, against, in_turns, report
from benchmarks.train import FITTERS, invented
from cinematch.recommender.core.options import SearchOptions
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.core.search_k import grid
from cinematch.recommender.datasets import read_dataset
from cinematch.recommender.service.optimising import optimise

_OPTIONS = SearchOptions()


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="The search for K.")
    parser.add_argument("--data", type=Path, help="the folder of MovieLens 100k")
    parser.add_argument("--quick", action="store_true", help="end within a minute")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    asked = parser.parse_args()
    sizes = (400, 700, 20_000) if asked.quick else (943, 1_682, 100_000)
    data = read_dataset(asked.data, "ml-100k") if asked.data else invented(*sizes)
    report(measured(data.ratings), as_json=asked.json)


def measured(ratings: Ratings) -> list[Figure]:
    """Return the whole search and its longest silence, ours and as described."""
    silences: list[float] = []
    taken = in_turns(
        {"ours": lambda: _ours(ratings, silences), "described": lambda: _described(ratings)}
    )
    count = len(taken["ours"])
    candidates = f"{len(grid(ratings))} K and {len(_OPTIONS.groups)} C"
    note = f"{len(ratings):,} ratings, {candidates}; medians of {count} rounds in turns"
    search = against(
        "search for K", taken["ours"], taken["described"], unit="s", n=count, note=note
    )
    longest = Figure(
        "longest wait for the next result",
        round(max(silences), 3),
        "s",
        None,
        None,
        len(silences),
        "between two messages of a search",
    )
    return [search, longest]


def _ours(ratings: Ratings, silences: list[float]) -> float:
    began = last = perf_counter()

    def say(_message: dict[str, Any]) -> None:
        nonlocal last
        now = perf_counter()
        silences.append(now - last)
        last = now

    optimise(ratings, _OPTIONS, FITTERS, say, lambda *_: None)
    return perf_counter() - began


def _described(ratings: Ratings) -> float:
    began = perf_counter()
    filled = ratings.matrix(np.nan_to_num(ratings.stars.astype(np.float64)))
    rows = filled
    for k in grid(ratings):
        rows = TruncatedSVD(k, random_state=42).fit_transform(filled)
    for groups in _OPTIONS.groups:
        labels = KMeans(groups, n_init=4, random_state=42).fit_predict(rows)
        silhouette_score(rows, labels)
    return perf_counter() - began


if __name__ == "__main__":
    main()
