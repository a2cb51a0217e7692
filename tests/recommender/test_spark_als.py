"""Spark's factorisation beside irspack's: the same problem, the same taste found."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from pyspark.sql import SparkSession
from scipy import sparse
from scipy.stats import spearmanr

from cinematch.kit.errors import Invalid
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.heads.kernel import KernelHead
from cinematch.recommender.core.options import KernelOptions
from cinematch.recommender.core.progress import unwatched
from cinematch.recommender.irspack import fit_kernel
from cinematch.recommender.spark import SparkKernel
from cinematch.stats.core.recount import Rating
from cinematch.stats.parquet import TrainingFolder
from tests.support.builders import film
from tests.support.spark import spark_session

pytestmark = [pytest.mark.java, pytest.mark.slow, pytest.mark.timeout(600)]

PEOPLE, FILMS, TASTES = 240, 80, 4
OPTIONS = KernelOptions(factors=4, epochs=5, threads=1)


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with spark_session("als") as session:
        yield session


@pytest.fixture
def kernel(spark: SparkSession, tmp_path: Path) -> SparkKernel:
    return SparkKernel(lambda: nullcontext(spark), tmp_path / "als")


@pytest.fixture(scope="module")
def blocks() -> tuple[sparse.csr_array, sparse.csr_array]:
    """People who each see films of one kind, and now and then others; three of each are hidden."""
    rng = np.random.default_rng(3)
    chance = np.where(np.arange(FILMS) % TASTES == np.arange(PEOPLE)[:, None] % TASTES, 0.5, 0.03)
    seen = rng.random((PEOPLE, FILMS)) < chance
    hidden = np.zeros_like(seen)
    for person in range(PEOPLE):
        liked = np.flatnonzero(seen[person] & (chance[person] > 0.1))
        hidden[person, rng.permutation(liked)[:3]] = True
    return sparse.csr_array((seen & ~hidden).astype(float)), sparse.csr_array(hidden.astype(float))


def weights(head: KernelHead) -> Floats:
    """Return the whole item–item matrix."""
    films = np.arange(FILMS)
    return np.array([head.scores(np.array([at]), np.ones(1)) for at in films])


def alike(one: KernelHead, other: KernelHead) -> float:
    """Return the rank correlation of two kernels, films with themselves left out."""
    apart = ~np.eye(FILMS, dtype=bool)
    return float(spearmanr(weights(one)[apart], weights(other)[apart]).statistic)


def ndcg(head: KernelHead, seen: sparse.csr_array, hidden: sparse.csr_array) -> float:
    """Return the mean NDCG@10 of what was hidden, over all films not seen."""
    found = []
    for person in range(PEOPLE):
        rated, wanted = seen[[person]].indices, hidden[[person]].indices
        scores = head.scores(rated, np.ones(len(rated)))
        scores[rated] = -np.inf
        hits = np.isin(np.argsort(-scores)[:10], wanted)
        gain = 1 / np.log2(np.arange(2, 12))
        found.append(float(hits @ gain / gain[: len(wanted)].sum()))
    return float(np.mean(found))


@pytest.fixture(scope="module")
def fitted(
    spark: SparkSession,
    blocks: tuple[sparse.csr_array, sparse.csr_array],
    tmp_path_factory: pytest.TempPathFactory,
) -> KernelHead:
    work = tmp_path_factory.mktemp("fitted") / "als"
    return SparkKernel(lambda: nullcontext(spark), work)(blocks[0], OPTIONS, 5, unwatched)


def test_both_find_the_same_taste(
    fitted: KernelHead, blocks: tuple[sparse.csr_array, sparse.csr_array]
) -> None:
    seen, hidden = blocks
    local = fit_kernel(seen, OPTIONS, 1, unwatched)
    by_chance = KernelHead(*np.random.default_rng(0).random((2, FILMS, 4)))
    assert ndcg(fitted, seen, hidden) > 0.45 > 3 * ndcg(by_chance, seen, hidden)
    assert ndcg(fitted, seen, hidden) == pytest.approx(ndcg(local, seen, hidden), abs=0.02)
    assert alike(fitted, local) > 0.98


def test_the_nightly_training_data_come_to_the_same_as_their_rows(
    kernel: SparkKernel,
    fitted: KernelHead,
    blocks: tuple[sparse.csr_array, sparse.csr_array],
    tmp_path: Path,
) -> None:
    training = TrainingFolder(tmp_path / "training")
    training.begin("v1")
    for person in range(PEOPLE):
        films = [f"f{at:02}" for at in blocks[0][[person]].indices.tolist()]
        training.add(
            person, [Rating(one, None, "2026", False, 1, 1) for one in [*films, "not ours"]]
        )
    training.finish([], [film("f01")], "2026-01-01T00:00:00.000000Z")
    training.publish()
    ids = [f"f{at:02}" for at in range(FILMS)]
    read = kernel.of_training_data(tmp_path / "training", ids, OPTIONS, 5, unwatched)
    assert alike(read, fitted) > 0.98
    with pytest.raises(ValueError, match="nobody has seen a film"):
        kernel.of_training_data(tmp_path / "training", ["other"], OPTIONS, 5, unwatched)


def test_films_that_nobody_has_seen_have_no_weight(kernel: SparkKernel) -> None:
    seen = sparse.csr_array(np.array([[1.0, 1, 0, 0], [1, 0, 1, 0], [0, 1, 1, 0]]))
    head = kernel(seen, KernelOptions(factors=64, epochs=2), 1, unwatched)
    assert head.seen_side.shape == (4, 2)  # never more than the smaller side
    assert not head.scores(np.array([0, 1]), np.ones(2))[3]
    assert not head.scores(np.array([3]), np.ones(1)).any()


def test_what_cannot_be_is_refused(kernel: SparkKernel, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="nobody has seen a film"):
        kernel(sparse.csr_array((3, 4)), OPTIONS, 1, unwatched)
    with pytest.raises(Invalid, match="batch nightly"):
        kernel.of_training_data(tmp_path, ["f00"], OPTIONS, 1, unwatched)


def test_it_may_be_left_off_and_nothing_stays(
    kernel: SparkKernel,
    spark: SparkSession,
    blocks: tuple[sparse.csr_array, sparse.csr_array],
    tmp_path: Path,
) -> None:
    class Left(Exception):
        pass

    asked = 0

    def leave(_done: int, _of: int) -> None:
        nonlocal asked
        asked += 1
        if asked == 3:  # at work by then
            raise Left

    with pytest.raises(Left):
        kernel(blocks[0], KernelOptions(factors=4, epochs=200), 1, leave)
    assert list(tmp_path.iterdir()) == []
    assert spark.range(3).count() == 3  # the session serves on
