"""What our training takes beside the bare libraries, and how long all heads take.

On an invented matrix of the size of MovieLens 100k (943 people, 1,682 films, 100,000 ratings), or
on that data set itself (`--data FOLDER`): each of our fits against the library's own fit of the
same matrix with the same settings and types, in turns, medians. Both sides of the autoencoder lay
out the ratings and solve the graded problem; the kernel of the factors is on our side alone. Then
one whole training, from ratings to a model: what is chosen, judged and fitted anew. The long form
adds the autoencoder of 4,000 films, and a training on a million invented ratings.
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

from benchmarks.harness import ROUNDS, Figure, against, in_turns, report
from cinematch.films.core.film import GENRES, Film
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.features import kinds_of_film
from cinematch.recommender.core.histories import graded
from cinematch.recommender.core.options import Grading, KernelOptions, StarsOptions, TrainingOptions
from cinematch.recommender.core.profile import film_means
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
    figures = [*beside_libraries(small), *beside_scipy(small.ratings, 15), whole(small)]
    if not asked.quick:
        large = invented(6_000, 4_000, 1_000_000)
        figures += [*beside_scipy(large.ratings), whole(large)]
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


def beside_libraries(data: DataSet) -> list[Figure]:
    """Return our two factorisations against the libraries' own, of the same matrix."""
    ratings = data.ratings
    named = {film.film_id: film for film in data.films}
    kinds = kinds_of_film([named[film_id] for film_id in ratings.film_ids])
    blocks = _blocks(ratings, kinds)
    return [
        _beside(
            "stars, 30 sweeps, beside myFM",
            lambda: fit_stars(ratings, kinds, _STARS, 1, unwatched),
            lambda: _bare_stars(ratings, blocks),
            ratings,
        ),
        _beside(
            "factorisation, beside irspack",
            lambda: fit_kernel(ratings.matrix(), _KERNEL, 1, unwatched),
            lambda: _bare_ials(ratings),
            ratings,
            rounds=15,
        ),
    ]


def beside_scipy(ratings: Ratings, rounds: int = ROUNDS) -> list[Figure]:
    """Return our autoencoder against one with SciPy's inverse, and its longest silence."""
    means = film_means(ratings.film, ratings.stars, ratings.films).of_film
    said = graded(ratings, means, Grading())
    silences: list[float] = []
    last = 0.0

    def told(_done: int, _of: int) -> None:
        nonlocal last
        now = perf_counter()
        silences.append(now - last)
        last = now

    def ours() -> None:
        nonlocal last
        last = perf_counter()
        ease_task(ratings, said, ratings.films, told).solve(_REGULARIZATION, told)
        told(1, 1)

    name = f"autoencoder, {ratings.films:,} films"
    return [
        _beside(
            f"{name}, beside SciPy's inverse",
            ours,
            lambda: _bare_ease(ratings, said),
            ratings,
            rounds,
        ),
        Figure(
            f"{name}, longest until it can be left off",
            round(max(silences), 3),
            "s",
            None,
            None,
            len(silences),
            "between two signs of progress",
        ),
    ]


def _beside(
    name: str,
    ours: Callable[[], object],
    bare: Callable[[], object],
    ratings: Ratings,
    rounds: int = ROUNDS,
) -> Figure:
    taken = in_turns({"ours": _timed(ours), "bare": _timed(bare)}, rounds)
    count = len(taken["ours"])
    note = f"{len(ratings):,} ratings; medians of {count} rounds in turns"
    return against(name, taken["ours"], taken["bare"], unit="s", n=count, note=note)


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


def _blocks(
    ratings: Ratings, kinds: sparse.csr_array
) -> tuple[sparse.csr_matrix, sparse.csr_matrix]:
    seen = sparse.csr_matrix(ratings.matrix())

    def shares(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
        counts = np.maximum(np.diff(matrix.indptr), 1)
        return sparse.csr_matrix(sparse.diags(1.0 / np.sqrt(counts)) @ matrix)

    films = sparse.csr_matrix(seen.T)
    return (
        sparse.hstack([sparse.identity(ratings.users), shares(seen)], format="csr"),
        sparse.hstack([sparse.identity(ratings.films), shares(films), kinds], format="csr"),
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
            group_shapes=[users, films, films, users, blocks[1].shape[1] - films - users],
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


def _bare_ease(ratings: Ratings, said: Floats) -> None:
    inputs, seen = (
        sparse.csr_matrix(ratings.matrix(values), dtype=np.float32) for values in (said, None)
    )
    gram, products = (inputs.T @ inputs).toarray(), (inputs.T @ seen).toarray()
    gram[np.diag_indices_from(gram)] += _REGULARIZATION
    inverse = linalg.inv(gram)
    weights = inverse @ products
    weights -= inverse * (np.diag(weights) / np.diag(inverse))
    np.fill_diagonal(weights, 0.0)


if __name__ == "__main__":
    main()
