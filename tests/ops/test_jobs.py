"""The night's work: when it is due, one job at a time, what is on record, and how it ends."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.errors import Conflict, NotFound, StoreFull
from cinematch.ops.service.jobs import Job, Report, Scheduler
from cinematch.ops.sqlite import SqliteOps
from tests.support.house import PushedClock


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> PushedClock:
    return PushedClock()  # 20:15 UTC


class Work:
    """Counts its runs; fails or waits as it is told."""

    def __init__(self) -> None:
        self.runs = 0
        self.error: Exception | None = None
        self.gate: threading.Event | None = None

    def __call__(self, report: Report) -> dict[str, Any]:
        self.runs += 1
        while self.gate is not None and not self.gate.wait(0.01):
            report("waiting", 0, 1)
        if self.error is not None:
            raise self.error
        return {"run": self.runs}


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def scheduler(store: Database, clock: PushedClock, work: Work) -> Iterator[Scheduler]:
    jobs = [Job("backup", lambda: (2, 30), work), Job("verify", lambda: (3, 30), Work())]
    made = Scheduler(jobs, store, SqliteOps(), clock, first_look=0.0, look_every=0.01)
    yield made
    made.stop()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_never_ran_is_due_and_then_every_night_once(
    scheduler: Scheduler, clock: PushedClock
) -> None:
    assert scheduler.run_due() == ["backup", "verify"]
    assert scheduler.run_due() == []
    clock.push(hours=6, minutes=14)  # 02:29
    assert scheduler.run_due() == []
    clock.push(minutes=1)
    assert scheduler.run_due() == ["backup"]
    clock.push(hours=1)
    assert scheduler.run_due() == ["verify"]
    clock.push(hours=22)
    assert scheduler.run_due() == []


def test_a_machine_that_was_off_at_night_does_the_work_when_it_is_on(
    scheduler: Scheduler, clock: PushedClock, work: Work
) -> None:
    scheduler.run_due()
    clock.push(days=9)
    assert scheduler.run_due() == ["backup", "verify"]
    assert work.runs == 2


def test_what_failed_is_tried_again_after_an_hour_and_says_why(
    scheduler: Scheduler, clock: PushedClock, work: Work
) -> None:
    work.error = StoreFull("No room for the backup.")
    scheduler.run_due()
    backup = scheduler.states()[0]
    assert backup.last is not None
    assert backup.last.result == {"error": "No room for the backup."}
    clock.push(minutes=59)
    assert scheduler.run_due() == []
    clock.push(minutes=1)
    work.error = None
    assert scheduler.run_due() == ["backup"]
    clock.push(minutes=90)
    assert scheduler.run_due() == []


def test_a_run_that_was_cut_off_by_a_power_cut_is_done_again(
    scheduler: Scheduler, store: Database, clock: PushedClock
) -> None:
    scheduler.run_due()
    store.transact(lambda tx: SqliteOps().job_started(tx, "verify", "2026-03-01T20:15:00.000000Z"))
    assert scheduler.run_due() == []
    clock.push(hours=1)
    assert scheduler.run_due() == ["verify"]


def test_a_clock_that_was_set_back_keeps_no_failed_job_waiting(
    scheduler: Scheduler, clock: PushedClock, work: Work
) -> None:
    work.error = StoreFull("No room.")
    scheduler.run_due()
    clock.push(days=-30)
    assert "backup" in scheduler.run_due()


def test_an_unforeseen_error_is_recorded_and_raised_and_the_next_job_runs(
    scheduler: Scheduler, work: Work
) -> None:
    work.error = ZeroDivisionError("of ours")
    with pytest.raises(ZeroDivisionError):
        scheduler.run("backup")
    last = scheduler.states()[0].last
    assert last is not None
    assert last.result == {"error": "ZeroDivisionError: of ours"}
    assert scheduler.run("verify") == {"run": 1}


def test_jobs_run_one_at_a_time(scheduler: Scheduler, work: Work) -> None:
    work.gate = threading.Event()
    scheduler.begin("backup")
    until(lambda: work.runs == 1)
    assert [state.running for state in scheduler.states()] == [True, False]
    for refused in (scheduler.run, scheduler.begin):
        with pytest.raises(Conflict):
            refused("verify")
    work.gate.set()
    until(lambda: not scheduler.states()[0].running)
    assert scheduler.run("verify") == {"run": 1}


def test_a_job_that_is_not_there_is_not_found(scheduler: Scheduler) -> None:
    with pytest.raises(NotFound):
        scheduler.begin("holiday")


def test_while_it_runs_it_looks_by_itself(
    scheduler: Scheduler, clock: PushedClock, work: Work
) -> None:
    assert scheduler.states()[0].next_run is None
    scheduler.start()
    until(lambda: work.runs == 1)
    until(lambda: not scheduler.states()[0].running)
    assert scheduler.states()[0].next_run == clock.at.replace(hour=2, minute=30) + timedelta(days=1)
    clock.push(days=1)
    until(lambda: work.runs == 2)


def test_a_store_that_fails_for_a_while_does_not_end_the_night_watch(
    scheduler: Scheduler, store: Database, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object) -> None:
        raise StoreFull("no room")

    with monkeypatch.context() as patch:
        patch.setattr(store, "snapshot", full)
        scheduler.start()
        time.sleep(0.1)
        assert work.runs == 0
    until(lambda: work.runs == 1)


def test_stopping_has_a_running_job_leave_off_and_leaves_it_due(
    scheduler: Scheduler, clock: PushedClock, work: Work
) -> None:
    work.gate = threading.Event()
    scheduler.begin("backup")
    until(lambda: work.runs == 1)
    began = time.monotonic()
    scheduler.stop()
    assert time.monotonic() - began < 2
    last = scheduler.states()[0].last
    assert last is not None
    assert not last.succeeded
    clock.push(hours=1)
    work.gate.set()
    assert "backup" in scheduler.run_due()
