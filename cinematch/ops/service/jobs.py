"""Scheduled work: every night, or as soon as the machine is on; one job at a time, on record."""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, from_iso, to_iso
from cinematch.kit.errors import CineMatchError, Conflict, NotFound
from cinematch.ops.core.timetable import DAY, is_due, last_planned
from cinematch.ops.ports import JobRun, OpsRepository

log = logging.getLogger(__name__)

Report = Callable[[str, int, int], None]
"""`(what, done, of how many)`. A job calls it often: it raises when the server is to stop."""

_FIRST_LOOK = 60.0  # seconds: a start should serve people first
_LOOK_EVERY = 30.0
_LONGEST_STOP = 4.0


class Stopped(CineMatchError):
    """The server is stopping; the job is done at the next start."""


@dataclass(frozen=True)
class Job:
    """Work for every night at `time()`, an hour and minute in UTC; it says what it did."""

    name: str
    time: Callable[[], tuple[int, int]]
    run: Callable[[Report], dict[str, Any]]


@dataclass(frozen=True)
class JobState:
    """A job, when it comes next, and how it went the last time."""

    name: str
    next_run: datetime | None
    last: JobRun | None
    running: bool


class Scheduler:
    """Runs the jobs, in threads of their own, while the server is up."""

    def __init__(
        self,
        jobs: Sequence[Job],
        store: Store,
        records: OpsRepository,
        clock: Clock,
        *,
        first_look: float = _FIRST_LOOK,
        look_every: float = _LOOK_EVERY,
    ) -> None:
        self._jobs = {job.name: job for job in jobs}
        self._store = store
        self._records = records
        self._clock = clock
        self._first_look = first_look
        self._look_every = look_every
        self._turn = threading.Lock()
        self._running: str | None = None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin keeping the time."""
        self._stopping.clear()
        self._in_a_thread("scheduler", self._keep_time)

    def stop(self) -> None:
        """Begin no further job, and have one that runs leave off: its work is whole or not done."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(_LONGEST_STOP)
        self._threads.clear()

    def run(self, name: str) -> dict[str, Any]:
        """Run a job now and return what it said; its errors are recorded and raised.

        Raises:
            NotFound: there is no such job.
            Conflict: a job is running.
        """
        self._take_turn(name)
        return self._run_in_turn(name)

    def begin(self, name: str) -> None:
        """Run a job now, in a thread of its own.

        Raises:
            NotFound: there is no such job.
            Conflict: a job is running.
        """
        self._take_turn(name)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        self._in_a_thread(name, lambda: self._logged(self._run_in_turn, name))

    def run_due(self) -> list[str]:
        """Run what is due, one after the other, and return the names."""
        due = [name for name, last in self._last_runs().items() if self._is_due(name, last)]
        for name in due:
            self._logged(self.run, name)
        return due

    def states(self) -> list[JobState]:
        """Return every job with its next and last run."""
        return [
            JobState(name, self._next(name, last), last, name == self._running)
            for name, last in self._last_runs().items()
        ]

    def _keep_time(self) -> None:
        wait = self._first_look
        while not self._stopping.wait(wait):
            wait = self._look_every
            try:
                self.run_due()
            except Exception:  # the last line of a thread that nothing would start again
                log.exception("the scheduler goes on after an error")

    def _in_a_thread(self, name: str, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _last_runs(self) -> dict[str, JobRun | None]:
        runs = {run.name: run for run in self._store.snapshot(self._records.jobs)}
        return {name: runs.get(name) for name in self._jobs}

    def _is_due(self, name: str, last: JobRun | None) -> bool:
        now = self._clock()
        begun = from_iso(last.started_at) if last and last.started_at else None
        planned = last_planned(now, *self._jobs[name].time())
        return is_due(now, planned, begun=begun, succeeded=last is not None and last.succeeded)

    def _next(self, name: str, last: JobRun | None) -> datetime | None:
        if self._stopping.is_set() or not self._threads:
            return None
        now = self._clock()
        if self._is_due(name, last):
            return now
        return last_planned(now, *self._jobs[name].time()) + DAY

    def _take_turn(self, name: str) -> None:
        if name not in self._jobs:
            raise NotFound(f"There is no job called {name}.")
        if not self._turn.acquire(blocking=False):
            raise Conflict("Another job is running; try again when it has finished.")
        self._running = name

    def _run_in_turn(self, name: str) -> dict[str, Any]:
        try:
            self._store.transact(lambda tx: self._records.job_started(tx, name, self._now()))
            try:
                result = self._jobs[name].run(self._report)
            except Stopped:
                raise
            except Exception as error:
                self._finish(name, {"error": _words(error)})
                raise
            self._finish(name, result)
            return result
        finally:
            self._running = None
            self._turn.release()

    def _report(self, _what: str, _done: int, _total: int) -> None:
        if self._stopping.is_set():
            raise Stopped("The server is stopping.")

    def _logged(self, run: Callable[[str], dict[str, Any]], name: str) -> None:
        try:
            log.info("job %s: %s", name, run(name))
        except CineMatchError as refusal:
            log.warning("job %s: %s", name, refusal.detail)
        except Exception:  # the last line of a thread: the record of the job says it too
            log.exception("job %s failed", name)

    def _finish(self, name: str, result: dict[str, Any]) -> None:
        self._store.transact(lambda tx: self._records.job_finished(tx, name, self._now(), result))

    def _now(self) -> str:
        return to_iso(self._clock())


def _words(error: Exception) -> str:
    return error.detail if isinstance(error, CineMatchError) else f"{type(error).__name__}: {error}"
