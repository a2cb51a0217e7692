"""A list of 20 for somebody with 200 films, of 10,000: in process, with its store, in memory.

Ours: the person is folded in, every film scored, the list re-ranked, and the twenty shown
decomposed whole, into ranking terms and into stars. The baseline is `recommend` of `implicit` with
`recalculate_user=True` for the same person: no variety, no stars, no reasons. It is no dependency;
where it is not installed (`pip install implicit`), irspack's scoring of a new user stands in. All
have one thread. The kernel is fitted with irspack; the other arrays have the shapes of a default
training and drawn values, of which the time does not depend.
"""

import multiprocessing
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from benchmarks.harness import Figure, against, in_turns, options, percentile, report
from benchmarks.workload import make_films
from cinematch.bootstrap import Services, build
from cinematch.diary.core import Edit
from cinematch.events.core import FilmFacts
from cinematch.films.core.film import Film, popularity_of
from cinematch.recommender.core.model import Manifest, Model
from cinematch.recommender.core.options import KernelOptions, TrainingOptions
from cinematch.recommender.core.profile import Profile
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.rerank import Knobs
from cinematch.recommender.core.stars import StarsModel
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.schemas.shapes import suggestions_out
from cinematch.recommender.service.explaining import listing_of
from cinematch.recommender.service.person import Turned, read_person
from cinematch.recommender.service.serving import Standing
from cinematch.settings import Settings

FILMS, PEOPLE, SEEN, SHOWN = 10_000, 1_000, 200, 20
_OPTIONS = TrainingOptions()


@dataclass(frozen=True)
class Community:
    """Invented people over invented films.

    Attributes:
        films: the catalogue, best known first.
        seen: (people, films) ones.
        stars: the same, 0.5 to 5.
    """

    films: Sequence[Film]
    seen: sparse.csr_matrix
    stars: sparse.csr_matrix


def invent(seed: int = 1) -> Community:
    """Return people who have seen 200 films each, the known ones more often."""
    rng = np.random.default_rng(seed)
    films = [_film(facts, rank) for rank, facts in enumerate(make_films(FILMS))]
    known = 1.0 / (np.arange(FILMS) + 50.0) ** 0.7
    rows = np.repeat(np.arange(PEOPLE), SEEN)
    drawn = [rng.choice(FILMS, SEEN, replace=False, p=known / known.sum()) for _ in range(PEOPLE)]
    columns = np.concatenate(drawn)
    stars = rng.integers(1, 11, len(rows)) / 2
    ones = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(PEOPLE, FILMS))
    return Community(films, ones, sparse.csr_matrix((stars, (rows, columns)), ones.shape))


def _film(facts: FilmFacts, rank: int) -> Film:
    votes = 1_000_000 // (rank + 1)
    values = {name: getattr(facts, name) for name in facts.__struct_fields__}
    return Film(**values, votes=votes, popularity=popularity_of(votes), mean_rating=6.9)


def model_of(made: Community, film_ids: tuple[str, ...]) -> Model:
    """Return a model with the shapes of a default training."""
    rng = np.random.default_rng(2)
    kernel = fit_kernel(sparse.csr_array(made.seen), KernelOptions(epochs=2), 3, unwatched)
    samples, factors = _OPTIONS.stars.samples, _OPTIONS.stars.factors
    most = min(_OPTIONS.ease.most_films, FILMS)

    def drawn(*shape: int) -> "np.ndarray[tuple[int, ...], np.dtype[np.float32]]":
        return 0.1 * rng.standard_normal(shape, dtype=np.float32)

    return Model(
        manifest=_manifest(),
        film_ids=film_ids,
        film_means=rng.uniform(2.5, 4.0, FILMS),
        film_counts=np.asarray(made.seen.sum(axis=0)).ravel().astype(np.int64) + 1,
        ease_films=np.arange(most),
        ease_weights=drawn(most, most),
        kernel_seen=kernel.seen_side,
        kernel_scored=kernel.shown_side,
        stars=StarsModel(
            overall=np.full(samples, 3.5),
            film_bias=drawn(FILMS, samples),
            film_factors=drawn(FILMS, samples, factors),
            seen_bias=drawn(FILMS, samples),
            seen_factors=drawn(FILMS, samples, factors),
            usual_bias=np.zeros(samples),
            usual_factors=np.zeros((samples, factors)),
            selection=np.zeros(FILMS),
            prior_mean=np.zeros((samples, 1 + factors)),
            prior_precision=np.full((samples, 1 + factors), 5.0),
            noise_precision=np.full(samples, 1.4),
        ),
        film_map=drawn(FILMS, 2),
        film_group=np.full(FILMS, -1, dtype=np.int64),
        people_map=drawn(0, 2),
        people_group=np.zeros(0, dtype=np.int64),
    )


def _manifest() -> Manifest:
    return Manifest(
        version="benchmark",
        created_at="2026-11-21T10:00:00.000000Z",
        code="",
        source="own",
        origins=[],
        fingerprint="",
        options=_OPTIONS,
        users=PEOPLE,
        films=FILMS,
        ratings=PEOPLE * SEEN,
        density=SEEN / FILMS,
        weights={"ease": 0.4, "ials": 0.3, "content": 0.2, "popularity": 0.1},
        scales={"ease": 1.0, "ials": 0.1, "content": 0.5, "popularity": 0.2},
        hold_out={},
    )


def fill(folder: Path, made: Community) -> str:
    """Fill a data folder with the films, the first person's ratings, and the model; return who."""
    house = build(Settings.model_validate({"data_dir": folder}))
    house.films.load(made.films, "starter")
    house.accounts.add("ada", "a password of the benchmark")
    signed_in = house.sessions.sign_in(
        "ada", "a password of the benchmark", "127.0.0.1", renewable=False
    )
    user_id = house.sessions.authenticate(signed_in.access).user_id
    stars = made.stars[[0]].tocoo()
    for film, given in zip(stars.col.tolist(), stars.data.tolist(), strict=True):
        edit = Edit(seen=True, rating=round(2 * given))
        house.diary.edit(user_id, made.films[film].film_id, edit)
    house.models.register(model_of(made, tuple(film.film_id for film in made.films)), won=True)
    house.stop()
    return user_id


def timed(
    work: Callable[[int], object],
    people: Sequence[int],
    clock: Callable[[], float] = time.perf_counter,
) -> list[float]:
    """Return the milliseconds of each call."""
    taken = []
    for one in people:
        began = clock()
        work(one)
        taken.append(1000 * (clock() - began))
    return taken


Evidence = tuple[Sequence[str], "np.ndarray[tuple[int], np.dtype[np.float64]]"]
"""Ids of the films that a person has seen, and their stars."""


def evidence(made: Community) -> list[Evidence]:
    """Return what each person has given, as a store would have it."""
    given = (made.stars[[person]].tocoo() for person in range(PEOPLE))
    return [([made.films[film].film_id for film in row.col.tolist()], row.data) for row in given]


def ours(standing: Standing, told: Sequence[Evidence], person: int) -> None:
    """Make one list in process, with all its sums."""
    film_ids, stars = told[person]
    profile = Profile.of(standing.shelf.at(film_ids), stars)
    ranker = standing.ranker("learnt")
    allowed = np.ones(FILMS, dtype=np.bool_)
    sums = ranker.listing(profile, Knobs(), allowed, SHOWN)
    listing = listing_of(standing, ranker, profile, sums)
    shapes = sums.by_seen.shape, listing.predictions.by_rating.shape
    if shapes != ((SEEN, SHOWN), (SEEN, SHOWN)):
        raise AssertionError(f"The sums are {shapes}.")


def baseline(made: Community) -> tuple[str, Callable[[int], object]]:
    """Return what to compare with, fitted."""
    if find_spec("implicit") is None:
        return "irspack get_score_cold_user and a sort", _irspack(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from implicit.als import AlternatingLeastSquares
    model = AlternatingLeastSquares(
        factors=_OPTIONS.kernel.factors, iterations=2, num_threads=1, random_state=4
    )
    seen = made.seen.astype(np.float32)
    model.fit(seen, show_progress=False)

    def recommend(person: int) -> None:
        found, _ = model.recommend(person, seen[person], N=SHOWN, recalculate_user=True)
        if len(found) != SHOWN:
            raise AssertionError(f"implicit found {len(found)} films.")

    return "implicit's recommend(recalculate_user=True), 128 factors", recommend


def _irspack(made: Community) -> Callable[[int], object]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from irspack import IALSRecommender
    model = IALSRecommender(
        made.seen, n_components=_OPTIONS.kernel.factors, train_epochs=2, n_threads=1
    )
    model.start_learning()
    for _ in range(2):
        model.run_epoch()

    def recommend(person: int) -> None:
        row = made.seen[person]
        scores = model.get_score_cold_user(row)[0]
        scores[row.indices] = -np.inf
        best = np.argpartition(-scores, SHOWN)[:SHOWN]
        best[np.argsort(-scores[best])].tolist()

    return recommend


@contextmanager
def opened(folder: Path) -> Iterator[Services]:
    """Open a filled data folder; nothing runs in the background."""
    house = build(Settings.model_validate({"data_dir": folder}), role="none")
    try:
        yield house
    finally:
        house.stop()


def resident(folder: Path, user_id: str, answer: Connection) -> None:
    """Send the megabytes that a process holds which has served a hundred lists."""
    with opened(folder) as house:
        for _ in range(100):
            suggestions_out(house.recommending.suggest(user_id, Turned(), SHOWN))
        told = Path("/proc/self/status").read_text(encoding="ascii")
        kilobytes = next(line for line in told.splitlines() if line.startswith("VmRSS")).split()[1]
        answer.send(int(kilobytes) / 1024)


def memory(folder: Path, user_id: str) -> float:
    """Return the resident megabytes of a process of its own."""
    here, there = multiprocessing.Pipe()
    child = multiprocessing.get_context("spawn").Process(
        target=resident, args=(folder, user_id, there)
    )
    child.start()
    there.close()
    held = float(here.recv())
    child.join()
    return held


def measure(folder: Path, made: Community, user_id: str, *, quick: bool) -> list[Figure]:
    """Take all figures."""
    rng = np.random.default_rng(5)
    rounds, calls = (5, 60) if quick else (7, 300)
    told, theirs = baseline(made)
    with opened(folder) as house:
        standing = house.recommending.refresh()
        runs: dict[str, Callable[[int], object]] = {
            "ours": partial(ours, standing, evidence(made)),
            "baseline": theirs,
            "read": lambda _: house.store.snapshot(
                lambda tx: read_person(tx, house.adapters.recommender.taste, user_id)
            ),
            "suggest": lambda _: house.recommending.suggest(user_id, Turned(), SHOWN),
            "answer": lambda _: suggestions_out(
                house.recommending.suggest(user_id, Turned(), SHOWN)
            ).model_dump_json(),
        }
        for work in runs.values():
            timed(work, range(10))
        taken: dict[str, list[float]] = {name: [] for name in runs}

        def turn(name: str) -> float:
            found = timed(runs[name], rng.integers(0, PEOPLE, calls).tolist())
            taken[name] += found
            return percentile(found, 0.5)

        medians = in_turns({name: partial(turn, name) for name in runs}, rounds)
        everybody = rng.integers(0, PEOPLE, calls * rounds).tolist()
        taken["processor"] = timed(runs["ours"], everybody, time.thread_time)
    return _figures(told, medians, taken)


def _figures(
    told: str, medians: dict[str, list[float]], taken: dict[str, list[float]]
) -> list[Figure]:
    n = len(taken["ours"])
    return [
        against(
            f"list of {SHOWN} with all its sums, median, against {told}",
            medians["ours"],
            medians["baseline"],
            unit="ms",
            n=n,
            note=f"{SEEN} films seen, {FILMS:,} to choose from; aim ≤ 1; one thread",
        ),
        _share("the same, p95", taken["ours"], n, "aim ≤ 5, wished for ≤ 2", taken["baseline"]),
        _share("the same, processor time, p95", taken["processor"], n, "whoever else works here"),
        _share("reading a person from SQLite, p95", taken["read"], n, "four queries"),
        _share("the service, with its store, p95", taken["suggest"], n, "with cards of the films"),
        _share("the answer as JSON, p95", taken["answer"], n, "with every line told"),
    ]


def _share(
    name: str, taken: Sequence[float], n: int, note: str, other: Sequence[float] | None = None
) -> Figure:
    value = percentile(taken, 0.95)
    middle = percentile(taken, 0.5)
    beside = None if other is None else percentile(other, 0.95)
    ratio = None if beside is None else round(value / beside, 4)
    told = f"{note}; p50 {middle:.3g}"
    return Figure(
        name, round(value, 4), "ms", None if beside is None else round(beside, 4), ratio, n, told
    )


def main() -> None:
    """Measure and print."""
    chosen = options(__doc__ or "")
    made = invent()
    with tempfile.TemporaryDirectory() as name, threadpool_limits(1):
        folder = Path(name)
        user_id = fill(folder, made)
        figures = measure(folder, made, user_id, quick=chosen.quick)
        held = memory(folder, user_id)
    figures.append(
        Figure(
            f"memory of a serving process, {FILMS:,} films",
            round(held, 1),
            "MB",
            None,
            None,
            1,
            "aim ≤ 512; resident, the model's mapped files included",
        )
    )
    report(figures, as_json=chosen.json)


if __name__ == "__main__":
    main()
