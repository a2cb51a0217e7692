"""Film factors of an implicit matrix factorisation, fitted by Spark: for what outgrows one machine.

A second implementation of `recommender.ports.Fitters.kernel` beside irspack's. What comes back is
as small as the catalogue, and is served alike.
"""

import atexit
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.ml.recommendation import ALS
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import broadcast, col, count, countDistinct, lit
from scipy import sparse

from cinematch.kit.clock import from_iso
from cinematch.kit.errors import Invalid
from cinematch.recommender.core.arrays import Floats
from cinematch.recommender.core.heads.kernel import KernelHead, kernel_of
from cinematch.recommender.core.options import KernelOptions
from cinematch.recommender.core.progress import Progress

Sessions = Callable[[], AbstractContextManager[SparkSession]]
"""Yields a Spark session and ends it."""

_SEEN = pa.schema([("user", pa.int32()), ("film", pa.int32())])
_ROWS_AT_ONCE = 1_000_000
_LOOK_EVERY = 0.2  # seconds
_PATIENCE = 6.0  # seconds for jobs that were cancelled
_FRESH = timedelta(days=2)
"""Age of the nightly batch's training data at which a night has been missed."""
_CHECKPOINT_EVERY = 10
"""Sweeps after which Spark forgets how it came there: what it must remember overflows its stack."""


class SparkKernel:
    """Fits the kernel with Spark's alternating least squares.

    Spark minimises Σ c·(p − x·y)² + λ·Σ nᵤ·|xᵤ|² + λ·Σ nᵢ·|yᵢ|² with c = 1 + α where seen and 1
    elsewhere (Hu, Koren, Volinsky, ICDM 2008; Zhou et al., AAIM 2008). irspack weighs 1 + α₀ and
    α₀, and a user's regularisation by nᵤ + α₀·films (Rendle et al., arXiv 2110.14037). Both are
    the same problem up to a factor with α = 1/α₀ and, for the average user and film,
    λ = reg/α₀·(1 + α₀/density).

    All fits take the same session, made at the first one: a training fits many times, and a JVM
    takes longer to start than most fits. It ends with the process, or with `close`.

    Args:
        sessions: see `Sessions`.
        work: a folder of this job's own, on a disk that Spark's workers share with the driver.
    """

    def __init__(self, sessions: Sessions, work: Path) -> None:
        self._sessions = sessions
        self._work = work
        self._open = ExitStack()
        self._session: SparkSession | None = None

    def close(self) -> None:
        """End the session, if there is one; the next fit makes another."""
        atexit.unregister(self.close)
        self._session = None
        self._open.close()

    def __call__(
        self, seen: sparse.csr_array, options: KernelOptions, seed: int, progress: Progress
    ) -> KernelHead:
        """Fit to a matrix that fits into this process.

        Args:
            seen: (users, films) ones where seen.
            options: how; `threads` is Spark's own affair.
            seed: of the first factors.
            progress: hears of it a few times a second, and raises to leave off.

        Raises:
            ValueError: nobody has seen anything.
        """
        if not seen.nnz:
            raise ValueError("There is nothing to learn from: nobody has seen a film.")
        with self._folder() as folder:
            _write(seen, folder / "seen.parquet")
            path = str(folder / "seen.parquet")
            fitting = _Fitting(
                self._kept_session,
                lambda session: session.read.parquet(path),
                folder,
                seen.shape[1],
                options,
                seed,
            )
            return kernel_of(fitting.run(progress), options.damping)

    def of_training_data(
        self,
        training: Path,
        film_ids: Sequence[str],
        options: KernelOptions,
        seed: int,
        progress: Progress,
    ) -> KernelHead:
        """Fit to what the nightly batch has written (see `stats.parquet`); no row comes here.

        Args:
            training: the folder with the manifest.
            film_ids: what is to be known of films, in the order of the kernel's rows.
            options: as above.
            seed: as above.
            progress: as above.

        Raises:
            Invalid: there is no training data yet.
            ValueError: nobody has seen any of the films.
        """
        path = _ratings_of(training)
        with self._folder() as folder:
            fitting = _Fitting(
                self._kept_session,
                lambda session: _placed(session, path, film_ids),
                folder,
                len(film_ids),
                options,
                seed,
            )
            return kernel_of(fitting.run(progress), options.damping)

    def _kept_session(self) -> SparkSession:
        if self._session is None:
            self._session = self._open.enter_context(self._sessions())
            atexit.register(self.close)
        return self._session

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        shutil.rmtree(self._work, ignore_errors=True)
        self._work.mkdir(mode=0o700, parents=True)
        try:
            yield self._work
        finally:
            shutil.rmtree(self._work, ignore_errors=True)


def is_fresh(training: Path, now: datetime) -> bool:
    """Whether the nightly batch has written training data of late; see `of_training_data`."""
    try:
        told = msgspec.json.decode((training / "manifest.json").read_bytes())
    except FileNotFoundError:
        return False
    return bool(now - from_iso(told["created_at"]) < _FRESH)


def fit_factors(seen: DataFrame, films: int, options: KernelOptions, seed: int) -> Floats:
    """Return (films, K) factors; zeros for films that nobody has seen.

    Args:
        seen: columns `user` and `film`, a position below `films`; a pair stands once.
        films: how many there are.
        options: how.
        seed: of the first factors.

    Raises:
        ValueError: nobody has seen anything.
    """
    rows, users = _counted(seen)
    if not rows:
        raise ValueError("There is nothing to learn from: nobody has seen a film.")
    size = max(1, min(options.factors, users - 1, films - 1))
    density = rows / (users * films)
    blocks = int(seen.sparkSession.conf.get("spark.sql.shuffle.partitions") or 1)
    model = ALS(
        rank=size,
        maxIter=options.epochs,
        regParam=options.regularization / options.unobserved * (1 + options.unobserved / density),
        alpha=1.0 / options.unobserved,
        implicitPrefs=True,
        userCol="user",
        itemCol="film",
        ratingCol="seen",
        seed=seed,
        checkpointInterval=_CHECKPOINT_EVERY,
        numUserBlocks=blocks,
        numItemBlocks=blocks,
    ).fit(seen.withColumn("seen", lit(1.0)))
    held = model.itemFactors.toArrow()
    factors = np.zeros((films, size))
    told = held["features"].combine_chunks().flatten().to_numpy()
    factors[held["id"].to_numpy()] = told.reshape(-1, size)
    return factors


def _counted(seen: DataFrame) -> tuple[int, int]:
    row = seen.agg(count("*"), countDistinct("user")).first()
    return (int(row[0]), int(row[1])) if row is not None else (0, 0)


def _placed(session: SparkSession, path: Path, film_ids: Sequence[str]) -> DataFrame:
    """Return who has seen which of the films, these by their positions."""
    places = pa.table({"film_id": list(film_ids), "film": np.arange(len(film_ids), dtype=np.int32)})
    return (
        session.read.parquet(str(path))
        .where((col("watches") > 0) | col("half_stars").isNotNull())
        .join(broadcast(session.createDataFrame(places)), "film_id")
        .select(col("user").cast("int"), "film")
    )


def _ratings_of(training: Path) -> Path:
    try:
        version = msgspec.json.decode((training / "manifest.json").read_bytes())["version"]
    except FileNotFoundError:
        raise Invalid(
            "There is no training data yet; the nightly batch writes it: cinematch batch nightly",
            reason="no_training_data",
        ) from None
    return training / "ratings" / f"version={version}"


def _write(seen: sparse.csr_array, path: Path) -> None:
    rows = sparse.coo_array(seen)
    with pq.ParquetWriter(path, _SEEN, compression="zstd") as writer:
        for first in range(0, rows.nnz, _ROWS_AT_ONCE):
            some = slice(first, first + _ROWS_AT_ONCE)
            columns = [np.asarray(held[some], dtype=np.int32) for held in rows.coords]
            writer.write_table(pa.Table.from_arrays(list(map(pa.array, columns)), schema=_SEEN))


class _Fitting:
    """Spark's work in a thread of its own, the making of its session included: both take long."""

    def __init__(
        self,
        session_of: Callable[[], SparkSession],
        seen: Callable[[SparkSession], DataFrame],
        folder: Path,
        films: int,
        options: KernelOptions,
        seed: int,
    ) -> None:
        self._session_of, self._seen, self._films = session_of, seen, films
        self._folder = folder
        self._options, self._seed = options, seed
        self._session: SparkSession | None = None
        self._stopping = threading.Event()
        self._factors: Floats | None = None
        self._error: BaseException | None = None

    def run(self, progress: Progress) -> Floats:
        """Do the work, and ask meanwhile whether to go on."""
        thread = threading.Thread(target=self._work, name="spark-als", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_LOOK_EVERY)
                progress(0, 1)
        except BaseException:
            self._leave(thread)
            raise
        if self._error is not None:
            raise self._error
        assert self._factors is not None  # noqa: S101 - for the type; there was no error
        progress(1, 1)
        return self._factors

    def _leave(self, thread: threading.Thread) -> None:
        """Cancel job after job; in a session that is still being made none is begun."""
        self._stopping.set()
        until = monotonic() + _PATIENCE
        while self._session is not None and thread.is_alive() and monotonic() < until:
            self._session.sparkContext.cancelAllJobs()
            thread.join(_LOOK_EVERY)

    def _work(self) -> None:
        try:
            self._session = session = self._session_of()
            if not self._stopping.is_set():
                session.sparkContext.setCheckpointDir(str(self._folder / "checkpoints"))
                seen = self._seen(session)
                self._factors = fit_factors(seen, self._films, self._options, self._seed)
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that asked
            self._error = error
