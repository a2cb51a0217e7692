"""The thread that has waiting jobs done, each by a process of its own, one after the other."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.records import Failure, Job, JobStatus
from cinematch.recommender.ports import JobsRepository
from cinematch.recommender.service.jobs import DEAD_AFTER, bury_dead, ended, waiting_again

log = logging.getLogger(__name__)

_LET_BEAT = DEAD_AFTER / 6
"""A process that has given no sign of life for so long, and is there, has one given for it."""


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long the runner waits for what, in seconds."""

    idle: float = 2.0
    """Between two looks for a job, when no bell rings: another process may have put one down."""

    look: float = 0.2
    """Between two looks at the process of a job."""

    cancel: float = 0.8
    """For a job that was called off to leave off by itself."""

    stop: float = 3.0
    """For the same when the server stops, which has ten seconds in all."""


class Child(Protocol):
    """A process that does one job."""

    def poll(self) -> int | None:
        """Return its exit status, None while it runs."""
        ...

    def terminate(self) -> None:
        """Ask it to leave off."""
        ...

    def kill(self) -> None:
        """End it at once."""
        ...


class JobRunner:
    """Has waiting jobs done while the server is up. Any number of processes may have one."""

    def __init__(
        self,
        store: Store,
        jobs: JobsRepository,
        clock: Clock,
        launch: Callable[[str], Child],
        patience: Patience | None = None,
    ) -> None:
        """Build it.

        Args:
            store: where jobs are.
            jobs: how.
            clock: tells the time.
            launch: begins a process that does the job of this id.
            patience: how long to wait for what.
        """
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._launch = launch
        self._patience = patience or Patience()
        self._bell = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look for jobs.

        A thread of before may still wait for a store that is away; it ends by its own event.
        """
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._loop, args=(self._stopping,), name="model jobs", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """End what runs; it waits again, and is done at the next start."""
        self._stopping.set()
        self._bell.set()
        if self._thread is not None:
            self._thread.join(timeout=self._patience.stop + 3.0)
            self._thread = None

    def wake(self) -> None:
        """Say that there is something to do."""
        self._bell.set()

    def _loop(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            try:
                job = self._store.transact(self._claim)
                if job is not None:
                    self._have_done(job, stopping)
                    continue
            except CineMatchError as refusal:
                log.warning("model jobs wait: %s", refusal.detail)
            except Exception:  # one job must not stop all others
                log.exception("model jobs go on after an error")
            self._bell.wait(self._patience.idle)
            self._bell.clear()

    def _claim(self, tx: Tx) -> Job | None:
        """Take the job that waits, when none runs; put down as failed what nobody does."""
        waiting = None
        for job in self._jobs.open(tx):
            if job.status == "waiting":
                waiting = waiting or job
            elif not bury_dead(self._jobs, tx, job, self._clock):
                return None
        if waiting is None:
            return None
        at = to_iso(self._clock())
        claimed = replace(waiting, status="running", started_at=at, beat_at=at)
        self._jobs.save(tx, claimed)
        return claimed

    def _have_done(self, job: Job, stopping: threading.Event) -> None:
        log.info("model job %s (%s) begins", job.job_id, job.kind)
        try:
            child = self._launch(job.job_id)
        except OSError as error:
            why = f"Its process could not be begun: {error.strerror}."
            self._settle(job, Failure(kind="not_begun", detail=why))
            return
        try:
            self._wait_for(child, job, stopping)
        finally:
            if child.poll() is None:
                child.kill()
                _gone(child, self._patience)
        status = child.poll()
        if stopping.is_set():
            self._store.transact(lambda tx: self._put_back(tx, job))
        else:
            self._settle(job, _silent(status))
        log.info("model job %s ended with the exit status %s", job.job_id, status)

    def _wait_for(self, child: Child, job: Job, stopping: threading.Event) -> None:
        """Return when the process has ended, or its time to leave off is over."""
        until: float | None = None
        while child.poll() is None:
            if until is None and stopping.is_set():
                child.terminate()
                until = time.monotonic() + self._patience.stop
            elif until is None and self._called_off(job):
                until = time.monotonic() + self._patience.cancel
            elif until is not None and time.monotonic() > until:
                return
            if stopping.is_set():
                time.sleep(min(self._patience.look, 0.05))
            else:
                stopping.wait(self._patience.look)

    def _called_off(self, job: Job) -> bool:
        """Look whether a job was called off, and give the sign of life that its process owes.

        That one begins with long imports, and a library may keep it from saying anything.
        """
        try:
            now = self._store.snapshot(lambda tx: self._jobs.get(tx, job.job_id))
            if now is None or now.cancel:
                return True
            if self._clock() - from_iso(now.beat_at or now.asked_at) > _LET_BEAT:
                self._store.transact(lambda tx: self._beat(tx, job))
        except CineMatchError:
            log.debug("The job %s cannot be looked at just now.", job.job_id)
        return False

    def _beat(self, tx: Tx, job: Job) -> None:
        now = self._still(tx, job)
        if now is not None:
            self._jobs.save(tx, replace(now, beat_at=to_iso(self._clock())))

    def _settle(self, job: Job, failure: Failure) -> None:
        """Put a job down as ended whose process did not do so itself."""

        def work(tx: Tx) -> None:
            now = self._still(tx, job)
            if now is not None:
                status: JobStatus = "cancelled" if now.cancel else "failed"
                told = None if now.cancel else failure
                ended(self._jobs, tx, now, status, to_iso(self._clock()), failure=told)

        self._store.transact(work)

    def _put_back(self, tx: Tx, job: Job) -> None:
        now = self._still(tx, job)
        if now is None:
            return
        if now.cancel:
            ended(self._jobs, tx, now, "cancelled", to_iso(self._clock()))
            return
        self._jobs.save(tx, waiting_again(now))

    def _still(self, tx: Tx, job: Job) -> Job | None:
        """Return the job when it is still as this runner claimed it."""
        now = self._jobs.get(tx, job.job_id)
        ours = now is not None and now.status == "running" and now.started_at == job.started_at
        return now if ours else None


def _silent(status: int | None) -> Failure:
    """Return why a job failed whose process ended without a word."""
    detail = (
        f"Its process ended with the exit status {status} and said nothing. Status -9 "
        "stands for too little memory; the log of the server may say more."
    )
    return Failure(kind="silent", detail=detail, values={"status": status})


def _gone(child: Child, patience: Patience) -> None:
    """Wait until the system has taken a killed process away."""
    until = time.monotonic() + patience.stop
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
