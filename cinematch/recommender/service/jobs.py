"""Long tasks as their users see them: asked for, looked at, called off. Others do them."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import Conflict, Invalid, NotFound
from cinematch.kit.ids import new_id
from cinematch.recommender.core.options import EvaluationOptions, SearchOptions, TrainingOptions
from cinematch.recommender.core.records import OPEN, Failure, Job, JobKind, JobStatus, Message
from cinematch.recommender.ports import JobsRepository

KEPT_JOBS = 50
"""Ended jobs of each kind that stay on record."""

DEAD_AFTER = timedelta(seconds=30)
"""A job without a sign of life for so long has nobody who does it."""

T = TypeVar("T")
_OPTIONS: Mapping[JobKind, type] = {
    "train": TrainingOptions,
    "evaluate": EvaluationOptions,
    "optimise-k": SearchOptions,
}
_UNKNOWN = re.compile(r"unknown field `([^`]*)`")
_NAMES: Mapping[JobKind, str] = {
    "train": "A training",
    "evaluate": "An evaluation",
    "optimise-k": "A search for K",
}


def read_options(shape: type[T], given: Mapping[str, Any]) -> T:
    """Read the options of a job.

    Raises:
        Invalid: one is unknown or cannot be used; the error names it.

    >>> read_options(TrainingOptions, {"seed": 7}).seed
    7
    """
    try:
        return msgspec.convert(dict(given), shape)
    except msgspec.ValidationError as error:
        told = str(error).replace(" - at `key` in `$.", " - at `$.")
        message, _, path = told.partition(" - at `$.")
        unknown = _UNKNOWN.search(message)
        parts = [path.rstrip("`"), unknown[1] if unknown else ""]
        field = ".".join(part for part in parts if part) or "options"
        mend = "leave it out to have the default"
        raise Invalid.field(field, message, mend) from None


class JobsService:
    """What can be asked of long tasks. One waits or runs at a time in the whole installation."""

    def __init__(
        self,
        store: Store,
        jobs: JobsRepository,
        clock: Clock,
        wake: Callable[[], object],
        ready: Callable[[], object] = lambda: None,
    ) -> None:
        """Build it.

        Args:
            store: where jobs are.
            jobs: how.
            clock: tells the time.
            wake: called when there is something to do.
            ready: raises `Invalid` where what fits models is not installed.
        """
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._wake = wake
        self._ready = ready

    def ask(self, kind: JobKind, options: Mapping[str, Any], actor: str | None) -> Job:
        """Put a job down to be done.

        Raises:
            Invalid: an option cannot be used, or what the job needs is not installed.
            Conflict: another one waits or runs; the error names it.
        """
        job = self._begin(kind, options, actor, "waiting")
        self._wake()
        return job

    def claim(self, kind: JobKind, options: Mapping[str, Any], actor: str | None) -> Job:
        """Put a job down that the caller does at once, in its own process; raises as `ask`."""
        return self._begin(kind, options, actor, "running")

    def get(self, job_id: str) -> Job:
        """Return a job.

        Raises:
            NotFound: there is none.
        """
        return self._store.snapshot(lambda tx: self._found(tx, job_id))

    def latest(self, kind: JobKind | None, limit: int) -> list[Job]:
        """Return the latest jobs (of a kind), newest first."""
        return self._store.snapshot(lambda tx: self._jobs.latest(tx, kind, limit))

    def open(self) -> Job | None:
        """Return the job that waits or runs, None when none does."""
        return next(iter(self._store.snapshot(self._jobs.open)), None)

    def last_done(self, kind: JobKind, source: str | None = None) -> Job | None:
        """Return the last job of a kind (and of ratings of a source) that came to its end."""
        return last_done(self.latest(kind, KEPT_JOBS), source)

    def cancel(self, job_id: str) -> Job:
        """Have a job leave off; one that only waits is over at once.

        Raises:
            NotFound: there is none.
            Conflict: it has ended.
        """

        def work(tx: Tx) -> Job:
            job = self._found(tx, job_id)
            if job.status not in OPEN:
                raise Conflict(f"{_NAMES[job.kind]} that has ended cannot be called off.")
            if job.status == "waiting":
                return ended(self._jobs, tx, job, "cancelled", to_iso(self._clock()))
            job = replace(job, cancel=True)
            self._jobs.save(tx, job)
            return job

        return self._store.transact(work)

    def messages(self, job_id: str, after: int, limit: int) -> list[Message]:
        """Return what a job said, from message `after` on; nothing when there is no such job."""
        return self._store.snapshot(lambda tx: self._jobs.messages(tx, job_id, after, limit))

    def prune(self, keep: int = KEPT_JOBS) -> int:
        """Forget ended jobs of old; return how many went."""
        return self._store.transact(lambda tx: self._jobs.prune(tx, keep))

    def _begin(
        self, kind: JobKind, options: Mapping[str, Any], actor: str | None, status: JobStatus
    ) -> Job:
        read_options(_OPTIONS[kind], options)
        self._ready()
        job_id = new_id()

        def work(tx: Tx) -> Job:
            for other in self._jobs.open(tx):
                if bury_dead(self._jobs, tx, other, self._clock):
                    continue
                state = "runs" if other.status == "running" else "waits"
                raise Conflict(
                    f"{_NAMES[other.kind]} {state} since {other.started_at or other.asked_at}; "
                    "cancel it, or wait for its end.",
                    job_id=other.job_id,
                )
            now = to_iso(self._clock())
            begun = now if status == "running" else None
            job = Job(
                job_id=job_id,
                kind=kind,
                status=status,
                options=dict(options),
                asked_by=actor,
                asked_at=now,
                started_at=begun,
                beat_at=begun,
            )
            self._jobs.add(tx, job)
            return job

        return self._store.transact(work)

    def _found(self, tx: Tx, job_id: str) -> Job:
        job = self._jobs.get(tx, job_id)
        if job is None:
            raise NotFound(f"There is no job {job_id}.")
        return job


def last_done(latest: Iterable[Job], source: str | None = None) -> Job | None:
    """Return the first that is done, of jobs from the newest on; of any source when none is given.

    The source is the one that `auto` came to.
    """
    done = (job for job in latest if job.status == "done")
    of_source = (job for job in done if source in {None, (job.result or {}).get("source")})
    return next(of_source, None)


def ended(  # noqa: PLR0913 - what it comes to
    jobs: JobsRepository,
    tx: Tx,
    job: Job,
    status: JobStatus,
    at: str,
    *,
    result: dict[str, Any] | None = None,
    failure: Failure | None = None,
) -> Job:
    """Save a job as it ended, with the last message that its readers get."""
    progress = 100 if status == "done" else job.progress
    error, why = None, dict[str, Any]()
    if failure is not None:
        error, why = failure.detail, {"failure": failure.told()}
        result = why
    job = replace(job, status=status, ended_at=at, progress=progress, result=result, error=error)
    jobs.save(tx, job)
    said: list[dict[str, Any]] = []
    if error is not None and job.kind == "optimise-k":
        said.append({"type": "error", "message": error, **why})
    said.append({"type": "ended", "status": status, **({"error": error} if error else {}), **why})
    # The store numbers them.
    jobs.say(tx, job.job_id, [Message(0, {**data, "at": at}) for data in said])
    return job


def bury_dead(jobs: JobsRepository, tx: Tx, job: Job, clock: Clock) -> bool:
    """Put a running job down as ended that nobody does any more; return whether it was one."""
    now = clock()
    quiet = now - from_iso(job.beat_at or job.asked_at)
    if job.status != "running" or quiet <= DEAD_AFTER:
        return False
    if job.cancel:
        ended(jobs, tx, job, "cancelled", to_iso(now))
        return True
    failure = Failure(
        kind="gone",
        detail=f"The process that did it gave its last sign of life at {job.beat_at} and is "
        "gone: the machine was switched off, or had too little memory. Ask for it again.",
        values={"at": job.beat_at},
    )
    ended(jobs, tx, job, "failed", to_iso(now), failure=failure)
    return True


def waiting_again(job: Job) -> Job:
    """Return a job as it was before it was begun; what it said stays."""
    return replace(job, status="waiting", started_at=None, beat_at=None, progress=0, phase="")
