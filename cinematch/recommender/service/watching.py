"""A job that runs, from the inside: what it reports, and what makes it leave off."""

import logging
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Literal, Self

from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import CineMatchError
from cinematch.recommender.core.records import Failure, Job, Message
from cinematch.recommender.ports import JobsRepository
from cinematch.recommender.service.jobs import ended, waiting_again

log = logging.getLogger(__name__)

LOOK_SECONDS = 0.25
"""How often what was reported goes to the store, and whether to leave off is looked up."""

BEAT_SECONDS = 2.0
"""How often a job gives a sign of life when it has nothing to say."""

Why = Literal["cancelled", "stopped", "superseded"]


class LeftOff(Exception):
    """The job leaves off: called off, its process is to end, or another has taken it over."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Watch:
    """Carries what a job says to the store, in a thread of its own, in few transactions.

    Within the `with` block the job gives signs of life. `report` and `say` are cheap, may be
    called from the computing thread as often as it likes, and raise `LeftOff` when it shall end.
    """

    def __init__(
        self,
        store: Store,
        jobs: JobsRepository,
        clock: Clock,
        job: Job,
        *,
        orphaned: Callable[[], bool] = lambda: False,
    ) -> None:
        """Build it.

        Args:
            store: where the job is.
            jobs: how.
            clock: tells the time.
            job: as it was claimed; `started_at` tells this claim from others.
            orphaned: whether nobody waits for this process any more.
        """
        self._store = store
        self._jobs = jobs
        self._clock = clock
        self._job = job
        self._orphaned = orphaned
        self._lock = threading.Lock()
        self._turn = threading.RLock()
        self._said: list[dict[str, Any]] = []
        self._progress = job.progress
        self._phase = job.phase
        self._told = (job.progress, job.phase)
        self._leave: Why | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="watch", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def leave(self, why: Why) -> None:
        """Have the job leave off at its next report; callable from a signal handler."""
        self._leave = self._leave or why

    def check(self) -> None:
        """Go on, unless the job shall leave off.

        Raises:
            LeftOff: it shall.
        """
        if self._leave is not None:
            raise LeftOff(self._leave)

    def report(self, phase: str, progress: int) -> None:
        """Say how far the job is, from 0 to 100; raises as `check`."""
        self.check()
        with self._lock:
            self._phase = phase
            self._progress = max(self._progress, min(progress, 100))

    def say(self, data: dict[str, Any]) -> None:
        """Say something to those who read along; raises as `check`."""
        self.check()
        with self._lock:
            self._said.append({**data, "at": to_iso(self._clock())})

    def flush(self) -> None:
        """Write what is waiting, with a sign of life.

        Raises:
            LeftOff: the job is not this process's any more.
        """
        with self._turn:
            with self._lock:
                said, self._said = self._said, []
                told = self._progress, self._phase
            try:
                job = self._store.transact(lambda tx: self._write(tx, said, told))
            except CineMatchError:
                with self._lock:
                    self._said = said + self._said
                raise
            self._told = told
        if job.cancel:
            self.leave("cancelled")

    def finish(
        self, result: dict[str, Any], along: Callable[[Tx], object] = lambda _tx: None
    ) -> Job:
        """Put the job down as done, and do what goes `along` with that, both or neither.

        Raises:
            LeftOff: it is not this process's any more, or was called off; nothing was done.
        """

        def work(tx: Tx) -> Job:
            job = self._own(tx)
            if job.cancel:
                raise LeftOff("cancelled")
            along(tx)
            return ended(self._jobs, tx, job, "done", to_iso(self._clock()), result=result)

        with self._turn:
            self.flush()
            return self._store.transact(work)

    def fail(self, failure: Failure) -> Job:
        """Put the job down as failed; raises as `finish`."""
        return self._end("failed", failure=failure)

    def cancelled(self) -> Job:
        """Put the job down as called off; raises as `finish`."""
        return self._end("cancelled")

    def put_back(self) -> None:
        """Let the job wait again: it is done at the next start. Nothing happens to another's."""

        def work(tx: Tx) -> None:
            job = self._jobs.get(tx, self._job.job_id)
            if job is not None and self._is_own(job):
                self._jobs.save(tx, waiting_again(job))

        with self._turn:
            self._store.transact(work)

    def _end(self, status: Literal["failed", "cancelled"], failure: Failure | None = None) -> Job:
        def work(tx: Tx) -> Job:
            job, at = self._own(tx), to_iso(self._clock())
            return ended(self._jobs, tx, job, status, at, failure=failure)

        with self._turn:
            self.flush()
            return self._store.transact(work)

    def _write(self, tx: Tx, said: list[dict[str, Any]], told: tuple[int, str]) -> Job:
        beat = to_iso(self._clock())
        job = replace(self._own(tx), progress=told[0], phase=told[1], beat_at=beat)
        self._jobs.save(tx, job)
        if said:
            self._jobs.say(tx, job.job_id, [Message(0, data) for data in said])
        return job

    def _own(self, tx: Tx) -> Job:
        job = self._jobs.get(tx, self._job.job_id)
        if job is None or not self._is_own(job):
            raise LeftOff("superseded")
        return job

    def _is_own(self, job: Job) -> bool:
        return job.status == "running" and job.started_at == self._job.started_at

    def _loop(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            if self._orphaned():
                self.leave("stopped")
            try:
                self._look()
            except LeftOff as end:
                self.leave(end.why)
            except CineMatchError:
                continue  # the store is busy or full: what was said goes with the next look
            except Exception:  # without signs of life another would take the job over
                log.exception(
                    "The job %s could not be looked after; tried again.", self._job.job_id
                )

    def _look(self) -> None:
        with self._lock:
            news = bool(self._said) or self._told != (self._progress, self._phase)
        job = self._store.snapshot(self._own)
        if job.cancel:
            self.leave("cancelled")
        quiet = (self._clock() - from_iso(job.beat_at or job.asked_at)).total_seconds()
        if news or quiet >= BEAT_SECONDS:
            self.flush()
