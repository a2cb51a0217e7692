"""The lake counted anew by Spark: events by user and number, folded by the core in its workers.

Spark only reads, sorts and spreads the work; what a history comes to is `core.recount`'s to say.
What the workers found goes to files, in the order of users, so that the driver can take as much
of it at a time as it likes, and the JVM is gone by then.
"""

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import SparkSession
from pyspark.sql.functions import col

from cinematch.stats.core.recount import Recounted, pack, recounts, unpack
from cinematch.stats.service.batch import Report
from cinematch.stats.spark.session import SessionOptions, build_session, end_session

_READ = "user_id string, seq long, film_id string, payload string"
_MADE = pa.schema(
    [
        ("user_id", pa.string()),
        ("seq", pa.int64()),
        ("whole", pa.bool_()),
        ("content", pa.binary()),
    ]
)
_MADE_BY_SPARK = "user_id string, seq long, whole boolean, content binary"
_USERS_AT_ONCE = 64
_BYTES_OF_A_TASK = 64 * 1024 * 1024
_LOOK_EVERY = 0.2  # seconds
_PATIENCE = 6.0  # seconds for jobs that were cancelled


class LakeHistories:
    """Implements `stats.service.batch.Histories` on the lake's files.

    `session` yields a Spark session and ends it; `freeze` fills a folder with the lake's files as
    they are at one moment. `work` is a folder of this job's own, on a disk that Spark's workers
    share with the driver.
    """

    def __init__(
        self,
        session: Callable[[], AbstractContextManager[SparkSession]],
        freeze: Callable[[Path], object],
        work: Path,
    ) -> None:
        self._session = session
        self._freeze = freeze
        self._work = work

    @contextmanager
    def recounted(self, report: Report) -> Iterator[Iterator[Recounted]]:
        """Count all histories; yield them by user id."""
        shutil.rmtree(self._work, ignore_errors=True)
        frozen, made = self._work / "lake", self._work / "recounted"
        frozen.mkdir(parents=True)
        try:
            self._freeze(frozen)
            _Counting(self._session, frozen, made).run(report)
            shutil.rmtree(frozen)
            yield _read(made)
        finally:
            shutil.rmtree(self._work, ignore_errors=True)


@contextmanager
def session_of(options: SessionOptions) -> Iterator[SparkSession]:
    """Yield a session of its own, whose JVM is ended afterwards."""
    session = build_session(options)
    try:
        yield session
    finally:
        end_session(session)


def recount(session: SparkSession, lake: Path, made: Path) -> None:
    """Count the histories of a folder of the lake's files into files in the order of users."""
    size = sum(path.stat().st_size for path in lake.rglob("*.parquet"))
    least = int(session.conf.get("spark.sql.shuffle.partitions") or 1)
    events = session.read.schema(_READ).parquet(str(lake))
    (
        events.select("user_id", "seq", "film_id", col("payload").cast("binary"))
        .repartitionByRange(max(least, size // _BYTES_OF_A_TASK + 1), "user_id")
        .sortWithinPartitions("user_id", "seq")
        .mapInArrow(_recount_batches, _MADE_BY_SPARK)
        .write.parquet(str(made))
    )


def _recount_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Fold sorted events to one row for each user; runs in Spark's workers."""
    rows = (
        row
        for batch in batches
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    found = recounts(rows)
    while some := list(islice(found, _USERS_AT_ONCE)):
        columns = zip(*((one.user_id, one.seq, one.whole, pack(one)) for one in some), strict=True)
        arrays = [
            pa.array(column, field.type) for column, field in zip(columns, _MADE, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=_MADE)


def _read(made: Path) -> Iterator[Recounted]:
    for path in sorted(made.glob("part-*.parquet")):
        for batch in pq.ParquetFile(path).iter_batches(batch_size=_USERS_AT_ONCE):
            for user_id, seq, whole, content in zip(
                *(column.to_pylist() for column in batch.columns), strict=True
            ):
                yield unpack(user_id, seq, content, whole=whole)


class _Counting:
    """Spark's work in a thread of its own, its session included: both take long to answer."""

    def __init__(
        self, session: Callable[[], AbstractContextManager[SparkSession]], lake: Path, made: Path
    ) -> None:
        self._make_session = session
        self._lake, self._made = lake, made
        self._session: SparkSession | None = None
        self._stopping = threading.Event()
        self._error: BaseException | None = None

    def run(self, report: Report) -> None:
        """Do the work, and ask meanwhile whether to go on."""
        thread = threading.Thread(target=self._work, name="recount", daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_LOOK_EVERY)
                report("reading the lake", 0, 0)
        except BaseException:
            self._stopping.set()
            if self._session is not None:
                self._session.sparkContext.cancelAllJobs()
                thread.join(_PATIENCE)
            raise  # a session that is still being made ends as soon as it is there
        if self._error is not None:
            raise self._error

    def _work(self) -> None:
        try:
            with self._make_session() as session:
                self._session = session
                if not self._stopping.is_set():
                    recount(session, self._lake, self._made)
        except BaseException as error:  # noqa: BLE001 - it is raised in the thread that asked
            self._error = error
