"""How good the recommender is on public data sets, by protocols that others have published.

`python -m benchmarks.quality --dataset ml-100k --protocol stratified` and so on. The folder of the
data set is told by `--data`; only MovieLens 100k is fetched when it is not told: the wheel of
RecBole carries it (`pip download --no-deps recbole`), and it is kept in the user's cache.

Protocols:
- `random`: ML-100k in 5 folds (as Surprise's table has it), others 90/10; predicted stars.
- `stratified`: a quarter of each person's ratings kept back, every one of them relevant, three
  seeds (Microsoft Recommenders' table); lists.
- `temporal`, `leave-last-out`: lists and stars; what life is like.
- `strong`: ML-20M as Liang et al. (WWW 2018) have it: stars of 4 and more, people with five such,
  20,000 people held out whole, 80 % of each one's films given and 20 % ranked; NDCG@100.

Whatever is chosen is chosen on a part of what is learnt from. `--quick` takes fewer sweeps and one
split. The whole result, with intervals and baselines, goes to `--report`.
"""

import argparse
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import Figure, report
from cinematch.recommender.core.arrays import Floats, Ints
from cinematch.recommender.core.dataset import DataSet
from cinematch.recommender.core.evaluation import top
from cinematch.recommender.core.metrics import ndcg
from cinematch.recommender.core.options import EvaluationOptions, StarsOptions, TrainingOptions
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.core.ratings import Ratings
from cinematch.recommender.datasets import NAMES, read_dataset
from cinematch.recommender.evaluations import write_report
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.myfm import fit_stars
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.evaluating import evaluate
from cinematch.recommender.service.fitting import ease_task
from cinematch.recommender.sklearn import group

_PROTOCOLS = ("random", "stratified", "temporal", "leave-last-out", "strong")
_FITTERS = Fitters(stars=fit_stars, kernel=fit_kernel, group=group)
_FINE = {
    "ml-1m": StarsOptions(factors=32, iterations=512, samples=40),
    "ml-10m": StarsOptions(factors=32, iterations=512, samples=40),
}
"""What more ratings can carry."""

_SEED = 42


def main() -> None:
    """Measure what the command line asks for."""
    asked = _asked()
    data = read_dataset(asked.data or _fetched(asked.dataset), asked.dataset)
    if asked.protocol == "strong":
        figures = [strong(data, Held() if not asked.quick else Held(people=2_000))]
    else:
        options = protocol_options(asked.dataset, asked.protocol, quick=asked.quick)
        result = evaluate(data, options, _FITTERS, lambda *_: None)
        if asked.report:
            write_report(result, asked.report.with_suffix(".json"), asked.report)
        figures = figures_of(result)
    report(figures, as_json=asked.json)


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Quality on public data sets.")
    parser.add_argument("--dataset", choices=NAMES, default="ml-100k")
    parser.add_argument("--protocol", choices=_PROTOCOLS, default="random")
    parser.add_argument("--data", type=Path, help="the folder of the data set")
    parser.add_argument("--report", type=Path, help="a page to write, with its JSON beside it")
    parser.add_argument("--quick", action="store_true", help="fewer sweeps, one split")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    return parser.parse_args()


def protocol_options(dataset: str, protocol: str, *, quick: bool = False) -> EvaluationOptions:
    """Return how a data set is judged by a protocol; fixed before anything was judged."""
    stars = _FINE.get(dataset, StarsOptions(factors=16, iterations=512, samples=100))
    if quick:
        stars = StarsOptions(factors=stars.factors, iterations=60, samples=12)
    training = TrainingOptions(stars=stars)
    if protocol == "random":
        folds = 5 if dataset == "ml-100k" and not quick else None
        return EvaluationOptions(
            protocol="random", folds=folds, training=training, ranking=False, seed=_SEED
        )
    if protocol == "stratified":
        return EvaluationOptions(
            protocol="stratified",
            hold_out=0.25,
            repeats=1 if quick else 3,
            training=training,
            stars=False,
            seed=_SEED,
        )
    return EvaluationOptions(
        protocol="temporal" if protocol == "temporal" else "leave-last-out",
        training=training,
        cold_start=not quick,
        seed=_SEED,
    )


def figures_of(result: dict[str, Any]) -> list[Figure]:
    """Return the main figures of an evaluation, each beside its strongest plain baseline."""
    name = result["data"]["name"]
    splits = result["protocol"]["splits"][0].split(", fold")[0]
    figures = []
    for people, models in result["stars"].items():
        if people in {"all", "known people", "new people"} and models:
            ours, bias = models["factorisation machine"], models["user + film bias"]
            note = f"{result['data']['scale']}; the ratio is skill"
            title = f"{name}, {splits}, RMSE, {people}"
            figures.append(_figure(title, ours["rmse"], bias["rmse"], "stars", note))
    for model, measures in result["ranking"].items():
        title = f"{name}, {splits}, NDCG@10, {model}"
        best = result["ranking"]["popularity"]["ndcg@10"]
        figures.append(_figure(title, measures["ndcg@10"], best, "", "beside popularity"))
    for step in result["cold start"]:
        title = f"{name}, newcomers after {step['ratings']} ratings, RMSE"
        averages = step["film mean + bias rmse"]
        figures.append(_figure(title, step["rmse"], averages, "stars", "beside averages"))
    return figures


def _figure(name: str, ours: dict[str, Any], other: dict[str, Any], unit: str, note: str) -> Figure:
    interval = f"{ours['low']:.4f} to {ours['high']:.4f}; {note}"
    ratio = round(ours["value"] / other["value"], 4) if other["value"] else None
    value, beside = round(ours["value"], 4), round(other["value"], 4)
    return Figure(name, value, unit, beside, ratio, ours["people"], interval)


class Held:
    """Sizes of the protocol of held-out people."""

    def __init__(self, people: int = 10_000, regularization: float = 600.0) -> None:
        self.people = people
        self.regularization = regularization


def strong(data: DataSet, sizes: Held) -> Figure:
    """Hold people out whole; 80 % of each one's films say what the others are."""
    rng = np.random.default_rng(_SEED)
    ratings = data.ratings.where(data.ratings.stars >= 4)
    counts = np.bincount(ratings.user, minlength=ratings.users)
    ratings = ratings.where(counts[ratings.user] >= 5)
    people = rng.permutation(np.unique(ratings.user))
    # As many again are for choosing; λ is taken from the published run, so they stay unused.
    out = people[: 2 * sizes.people]
    train = ratings.where(~np.isin(ratings.user, out))
    task = ease_task(train, np.ones(len(train)), ratings.films, unwatched)
    head = task.among_all(task.solve(sizes.regularization, unwatched))
    values = [
        _of_person(_films_of(ratings, int(user)), head.scores, rng)
        for user in people[: sizes.people]
    ]
    found = float(np.mean(values))
    name = f"{data.name}, {len(values)} people held out, NDCG@100, EASE"
    return Figure(name, round(found, 4), "", None, None, len(values), "4 stars and more")


def _films_of(ratings: Ratings, user: int) -> Ints:
    start, end = np.searchsorted(ratings.user, [user, user + 1])
    return ratings.film[start:end]


def _of_person(films: Ints, scores: Any, rng: np.random.Generator) -> float:
    order = rng.permutation(films)
    given, wanted = np.split(order, [int(np.ceil(0.8 * len(order)))])
    if not len(wanted):
        given, wanted = order[:-1], order[-1:]
    said: Floats = scores(given, np.ones(len(given)))
    said[given] = -np.inf
    best = top(said, min(100, len(said)), np.arange(len(said)))
    return float(ndcg(np.isin(best, wanted)[None], np.array([len(wanted)]))[0])


def _fetched(dataset: str) -> Path:
    """Return the folder of ML-100k as a wheel carries it, fetched once."""
    if dataset != "ml-100k":
        raise SystemExit(f"Where is {dataset}? Say --data FOLDER.")
    kept = Path.home() / ".cache" / "cinematch-benchmarks" / "ml-100k"
    if not (kept / "ml-100k.inter").is_file():
        kept.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "-m", "pip", "download", "--no-deps", "--quiet"]
            subprocess.run([*command, "--dest", folder, "recbole"], check=True)
            with zipfile.ZipFile(next(Path(folder).glob("recbole-*.whl"))) as wheel:
                for name in ("ml-100k.item", "ml-100k.inter"):
                    inside = f"recbole/dataset_example/ml-100k/{name}"
                    (kept / name).write_bytes(wheel.read(inside))
    return kept


if __name__ == "__main__":
    main()
