"""What our training takes beside the bare libraries, and how long all heads take.

On an invented matrix of the size of MovieLens 100k (943 people, 1,682 films, 100,000 ratings), or
on that data set itself (`--data FOLDER`): each of our fits against the library's own fit of the
same matrix with the same settings, in turns, medians. Then one whole training, from ratings to a
model: what is chosen, judged and fitted anew. The long form adds a training on a million invented
ratings.
"""

import argparse
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from irspack import IALSRecommender
from myfm import MyFMRegressor, RelationBlock
from scipy import linalg, sparse

from benchmarks.harness import Figure, against, in_turns, report
from cinematch.films.core.film import GENRES, Film
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.options import KernelOptions, StarsOptions, TrainingOptions
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.datasets import read_dataset
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.myfm import fit_stars
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.fitting import ease_task
from cinematch.recommender.service.sources import Gathered
from cinematch.recommender.service.training import train
from cinematch.recommender.sklearn import group

FITTERS = Fitters(stars=fit_stars, kernel=fit_kernel, group=group)
"""The libraries, as one machine has them."""
_STARS = StarsOptions(iterations=30, samples=10)
_KERNEL = KernelOptions()
_REGULARIZATION = 500.0


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description="Training beside the bare libraries.")
    parser.add_argument("--data", type=Path, help="the folder of MovieLens 100k")
    parser.add_argument("--quick", action="store_true", help="end within a few minutes")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    asked = parser.parse_args()
    small = read_dataset(asked.data, "ml-100k") if asked.data else invented(943, 1_682, 100_000)
    figures = [*beside_libraries(small.ratings), whole(small)]
    if not asked.quick:
        figures.append(whole(invented(6_000, 4_000, 1_000_000)))
    report(figures, as_json=asked.json)


def invented(people: int, films: int, rows: int, seed: int = 1) -> DataSet:
    """Draw ratings with a few tastes in them; films are watched by a power law."""
    rng = np.random.default_rng(seed)
    weights = (1.0 + np.arange(films)) ** -0.7
    film = rng.choice(films, size=2 * rows, p=weights / weights.sum())
    user = rng.integers(0, people, 2 * rows)
    pairs = rng.permutation(np.unique(user * films + film))[:rows]
    user, film = np.divmod(np.sort(pairs), films)
    taste, kind = rng.normal(size=(people, 4)), rng.normal(size=(films, 4))
    drawn = 3.5 + 0.5 * (taste[user] * kind[film]).sum(axis=1) + rng.normal(0, 0.7, len(user))
    at = rng.integers(0, 10**9, len(user))
    order = np.lexsort((film, at, user))
    ratings = Ratings(
        user_ids=tuple(str(one) for one in range(people)),
        film_ids=tuple(str(one) for one in range(films)),
        user=user[order].astype(np.int32),
        film=film[order].astype(np.int32),
        stars=np.clip(np.round(drawn[order] * 2) / 2, 0.5, 5.0).astype(np.float32),
        at=at[order],
        liked=np.zeros(len(user), dtype=np.bool_),
    )
    named = [
        Film(film_id=str(one), title=str(one), genres=(GENRES[one % 20],), year=1950 + one % 70)
        for one in range(films)
    ]
    return DataSet(f"invented, {len(user):,} ratings", "0.5 to 5 stars", ratings, tuple(named))


def beside_libraries(ratings: Ratings) -> list[Figure]:
    """Return our fits against the libraries' own, of the same matrix."""
    blocks = _blocks(ratings)
    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "stars, 30 sweeps, beside myFM": (
            lambda: fit_stars(ratings, _STARS, 1, unwatched),
            lambda: _bare_stars(ratings, blocks),
        ),
        "factorisation, beside irspack": (
            lambda: fit_kernel(ratings.matrix(), _KERNEL, 1, unwatched),
            lambda: _bare_ials(ratings),
        ),
        "autoencoder, beside SciPy's inverse": (
            lambda: ease_task(ratings, np.ones(len(ratings)), 5_000, unwatched).solve(
                _REGULARIZATION, unwatched
            ),
            lambda: _bare_ease(ratings),
        ),
    }
    figures = []
    for name, (ours, bare) in pairs.items():
        runs = {"ours": _timed(ours), "bare": _timed(bare)}
        taken = in_turns(runs)
        note = f"{len(ratings):,} ratings; medians of {len(taken['ours'])} rounds in turns"
        figures.append(
            against(name, taken["ours"], taken["bare"], unit="s", n=len(taken["ours"]), note=note)
        )
    return figures


def whole(data: DataSet) -> Figure:
    """Return the seconds of one training: chosen, judged, and fitted on everything."""
    began, before = perf_counter(), process_time()
    trained = train(
        Gathered(data.ratings, [], "own"),
        data.films,
        TrainingOptions(),
        FITTERS,
        lambda *_: None,
        version="benchmark",
        created_at="",
        code="",
        champion=None,
    )
    taken, spent = perf_counter() - began, process_time() - before
    seconds = trained.model.manifest.seconds
    phases = ", ".join(f"{phase} {lasted:.1f}" for phase, lasted in seconds.items())
    note = f"{spent:.0f} s of processor time; {phases}"
    name = f"all heads, {data.name}"
    return Figure(name, round(taken, 2), "s", None, None, len(data.ratings), note)


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    def run() -> float:
        began = perf_counter()
        work()
        return perf_counter() - began

    return run


def _blocks(ratings: Ratings) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    seen = sparse.csr_matrix(ratings.matrix())

    def shares(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        counts = np.maximum(np.diff(matrix.indptr), 1)
        return sparse.csr_matrix(sparse.diags(1.0 / np.sqrt(counts)) @ matrix)

    films = sparse.csr_matrix(seen.T)
    return (
        sparse.hstack([sparse.identity(ratings.users), shares(seen)], format="csr"),
        sparse.hstack([sparse.identity(ratings.films), shares(films)], format="csr"),
    )


def _bare_stars(ratings: Ratings, blocks: tuple[sparse.csr_matrix, sparse.csr_matrix]) -> None:
    rated = ratings.where(ratings.rated)
    users, films = ratings.users, ratings.films
    with redirect_stderr(StringIO()):
        MyFMRegressor(rank=_STARS.factors, random_seed=1).fit(
            None,
            rated.stars.astype(np.float64),
            X_rel=[RelationBlock(rated.user, blocks[0]), RelationBlock(rated.film, blocks[1])],
            n_iter=_STARS.iterations,
            n_kept_samples=_STARS.samples,
            group_shapes=[users, films, films, users],
        )


def _bare_ials(ratings: Ratings) -> None:
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
        IALSRecommender(
            sparse.csr_matrix(ratings.matrix()),
            n_components=_KERNEL.factors,
            alpha0=_KERNEL.unobserved,
            reg=_KERNEL.regularization,
            nu=1.0,
            train_epochs=_KERNEL.epochs,
            random_seed=1,
            n_threads=_KERNEL.threads,
        ).learn()


def _bare_ease(ratings: Ratings) -> None:
    seen = ratings.matrix()
    gram = (seen.T @ seen).toarray()
    gram[np.diag_indices_from(gram)] += _REGULARIZATION
    inverse = linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    np.fill_diagonal(weights, 0.0)


if __name__ == "__main__":
    main()
