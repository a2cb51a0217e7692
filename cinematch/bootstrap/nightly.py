"""The nightly batch as a process: one at a time, on record among the jobs, ended by SIGTERM."""

import logging
import os
import secrets
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from cinematch.bootstrap.cluster import needed
from cinematch.bootstrap.house import build
from cinematch.bootstrap.services import Services
from cinematch.bootstrap.speed import base_of, speed_flusher
from cinematch.kit.errors import Conflict
from cinematch.ops.service.jobs import Job, Report, Scheduler, Stopped
from cinematch.settings import Settings
from cinematch.stats.ports import BatchRecords
from cinematch.stats.service.batch import BatchParts, BatchService

if TYPE_CHECKING:
    from cinematch.lake.parquet import ParquetFiles

JOB = "batch"
_AT = (3, 0)
_LEASE = 15.0
"""Seconds until a batch that was killed gives way to the next."""
_LOG_EVERY = 10.0  # seconds
_BUSY = "Another nightly batch is running; try again when it has finished."
_log = logging.getLogger(__name__)


def run_nightly(
    settings: Settings,
    report: Report,
    *,
    repair: bool,
) -> dict[str, Any]:
    """Run the nightly batch to its end, or until SIGTERM, and return its report.

    Args:
        settings: the same as those of the roles.
        report: is told how far it is.
        repair: whether figures of the stream that are wrong are rebuilt.

    Raises:
        Conflict: another batch is running.
        Invalid: there is no lake, or what a cluster needs is not installed.
        KeyboardInterrupt: it was told to stop; the last batch stays.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    services = build(settings, role="none")
    try:

        def work(going_on: Report) -> dict[str, Any]:
            batch = batch_service(services)
            told = _all(_logged(), report, going_on)
            return batch.nightly(told, repair=repair).as_dict()

        jobs = Scheduler(
            [Job(JOB, lambda: _AT, work)], services.store, services.ops, services.clock
        )
        with _ended_by_sigterm(jobs.stop), _alone(services, jobs.stop):
            return jobs.run(JOB)
    except Stopped:
        raise KeyboardInterrupt from None
    finally:
        services.stop()


def batch_service(services: Services) -> BatchService:
    """Put the use case together on a house."""
    settings = services.settings
    services.lake  # noqa: B018 - refuses where there is none
    with needed():
        from cinematch.lake.parquet import ParquetFiles
        from cinematch.stats.parquet import TrainingFolder
        from cinematch.stats.spark.nightly import LakeHistories, session_of
        from cinematch.stats.spark.session import SessionOptions
    session = SessionOptions(
        name="cinematch-batch",
        master=settings.spark_master,
        driver_memory=settings.spark_memory,
        jars=settings.spark_jars,
        # No topic is read: the connector need not be fetched.
        extra={"spark.jars.packages": ""},
    )
    files = ParquetFiles(settings.data_dir / "lake")
    flusher = speed_flusher(services)
    return BatchService(
        BatchParts(
            store=services.store,
            records=_records(settings),
            figures=services.adapters.figures,
            entries=services.entries,
            outbox=services.outbox,
            clock=services.clock,
            histories=LakeHistories(
                lambda: session_of(session),
                lambda folder: freeze(files, folder),
                settings.data_dir / "batch",
            ),
            training=TrainingFolder(settings.data_dir / "training"),
            films=services.adapters.films.get_many,
            rebuild=services.stats.rebuild,
            flush=flusher.flush if flusher else None,
        )
    )


def freeze(files: "ParquetFiles", folder: Path) -> None:
    """Fill a folder with the lake's files as they are at one moment, without copying them."""
    with files.alone():
        for day, found in files.files().items():
            there, here = files.events / f"day={day}", folder / f"day={day}"
            here.mkdir()
            for name, _ in found:
                try:
                    os.link(there / name.text, here / name.text)
                except OSError:  # another file system, or one without links
                    shutil.copyfile(there / name.text, here / name.text)


def _records(settings: Settings) -> BatchRecords:
    if settings.mongodb is None:
        from cinematch.stats.sqlite.batch import SqliteBatchRecords

        return SqliteBatchRecords()
    from cinematch.stats.mongo import MongoBatchRecords

    return MongoBatchRecords()


@contextmanager
def _alone(services: Services, lost: Callable[[], object]) -> Iterator[None]:
    """Keep other batches away: by a lease in the database, or by a file in the data folder."""
    if services.settings.mongodb is None:
        lock = FileLock(services.data_dir / "batch.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise Conflict(_BUSY) from None
        try:
            yield
        finally:
            lock.release()
        return
    from cinematch.infra.mongo import MongoStore
    from cinematch.infra.mongo.leases import MongoLease

    store = base_of(services.store)
    assert isinstance(store, MongoStore)  # noqa: S101 - for the type; MONGODB_URL says so
    holder = f"{os.uname().nodename}-{os.getpid()}-{secrets.token_hex(4)}"
    lease = MongoLease(store, JOB, holder, services.clock, seconds=_LEASE)
    won = threading.Event()
    lease.keep(won.set, lost)
    try:
        # One that was killed is not heard of any more by then.
        if not won.wait(_LEASE * 4 / 3 + 2):
            raise Conflict(_BUSY)
        yield
    finally:
        lease.stop()


@contextmanager
def _ended_by_sigterm(end: Callable[[], object]) -> Iterator[None]:
    def heard(_number: int, _frame: FrameType | None) -> None:
        end()

    before = signal.signal(signal.SIGTERM, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _all(*reports: Report) -> Report:
    def report(what: str, done: int, total: int) -> None:
        for one in reports:
            one(what, done, total)

    return report


def _logged() -> Report:
    """Return a report that logs each new thing, and then every few seconds how far it is."""
    last: tuple[str, float] = ("", 0.0)

    def report(what: str, done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if what != last[0] or now - last[1] >= _LOG_EVERY:
            last = (what, now)
            _log.info("batch: %s: %d of %s", what, done, total or "?")

    return report
