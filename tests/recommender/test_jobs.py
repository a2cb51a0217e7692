"""Long tasks: asked for one at a time, watched, called off, taken over, and never lost."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import Database, open_database
from cinematch.kit.clock import system_clock, to_iso
from cinematch.kit.errors import Conflict, Invalid, NotFound
from cinematch.recommender.core.records import Job
from cinematch.recommender.service.jobs import DEAD_AFTER, JobsService
from cinematch.recommender.service.running import JobRunner, Patience
from cinematch.recommender.service.watching import LeftOff, Watch
from cinematch.recommender.sqlite import SqliteJobs

T = TypeVar("T")
SLEEPS = "import time; time.sleep(600)"
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
IMPATIENT = Patience(idle=0.05, look=0.02, cancel=0.2, stop=0.2)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def jobs(store: Database) -> JobsService:
    return JobsService(store, SqliteJobs(), system_clock, lambda: None)


def until(true: Callable[[], Any], seconds: float = 30) -> Any:
    """Wait for a condition, and return what it said."""
    deadline = time.monotonic() + seconds
    while not (said := true()):
        assert time.monotonic() < deadline, "It did not come about."
        time.sleep(0.02)
    return said


def said(jobs: JobsService, job: Job) -> list[dict[str, Any]]:
    return [message.data for message in jobs.messages(job.job_id, 0, 1000)]


class TestAsking:
    def test_a_second_job_is_refused_and_the_first_one_named(self, jobs: JobsService) -> None:
        first = jobs.ask("train", {"seed": 1}, "u1")
        with pytest.raises(Conflict, match="A training waits") as refusal:
            jobs.ask("optimise-k", {}, "u1")
        assert refusal.value.context == {"job_id": first.job_id}
        assert jobs.open() == first

    def test_what_nobody_does_any_more_is_in_nobodys_way(self, store: Database) -> None:
        now = system_clock()
        jobs = JobsService(store, SqliteJobs(), lambda: now, lambda: None)
        killed = jobs.claim("train", {}, None)
        now += DEAD_AFTER
        with pytest.raises(Conflict, match="A training runs"):
            jobs.claim("train", {}, None)
        now += timedelta(seconds=1)
        assert jobs.claim("evaluate", {}, None) == jobs.open()
        gone = jobs.get(killed.job_id)
        assert gone.status == "failed"
        assert gone.result is not None
        assert gone.result["failure"]["kind"] == "gone"

    @pytest.mark.parametrize(
        ("kind", "options", "field"),
        [
            ("train", {"seed": -1}, "seed"),
            ("train", {"stars": {"factors": 0}}, "stars.factors"),
            ("train", {"tsar": 1}, "tsar"),
            ("train", {"ease": {"tsar": 1}}, "ease.tsar"),
            ("train", {"weights": {"tsar": 1}}, "weights"),
            ("train", {"weights": {"ease": 1e308}}, "weights[...]"),
            ("train", {"weights": {"ease": -3}}, "weights[...]"),
            ("train", {"weights": {"ease": 0}}, "options"),
            ("evaluate", {"training": {"weights": {"tsar": 1}}}, "training.weights"),
            ("optimise-k", {"factors": [0]}, "factors[0]"),
            ("optimise-k", {"hold_out": "much"}, "hold_out"),
        ],
    )
    def test_an_option_that_cannot_be_used_is_named(
        self, jobs: JobsService, kind: Any, options: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refusal:
            jobs.ask(kind, options, None)
        assert [error.field for error in refusal.value.errors] == [field]
        assert jobs.open() is None

    def test_without_what_fits_models_it_says_so(self, store: Database) -> None:
        def missing() -> None:
            raise Invalid("Install it: pip install 'cinematch[recommender]'")

        with pytest.raises(Invalid, match="Install it"):
            JobsService(store, SqliteJobs(), system_clock, lambda: None, missing).ask(
                "train", {}, None
            )

    def test_what_waits_is_called_off_at_once_and_once(self, jobs: JobsService) -> None:
        job = jobs.ask("train", {}, None)
        assert jobs.cancel(job.job_id).status == "cancelled"
        assert [one["type"] for one in said(jobs, job)] == ["ended"]
        with pytest.raises(Conflict):
            jobs.cancel(job.job_id)
        jobs.ask("train", {}, None)

    def test_a_job_that_is_not_there_is_not_found(self, jobs: JobsService) -> None:
        with pytest.raises(NotFound):
            jobs.get("nothing")


class TestWatching:
    def watch(self, store: Database, job: Job) -> Watch:
        return Watch(store, SqliteJobs(), system_clock, job)

    def test_what_is_reported_can_be_read_while_it_runs(
        self, store: Database, jobs: JobsService
    ) -> None:
        job = jobs.claim("train", {}, None)
        with self.watch(store, job) as watch:
            watch.report("stars", 40)
            watch.say({"type": "status", "message": "half"})
            seen = until(lambda: said(jobs, job))
            assert seen[0]["message"] == "half"
            now = jobs.get(job.job_id)
            assert (now.progress, now.phase) == (40, "stars")
            watch.report("stars", 30)
            done = watch.finish({"k": 10})
        assert (done.status, done.progress, done.result) == ("done", 100, {"k": 10})
        assert said(jobs, job)[-1]["status"] == "done"

    def test_many_words_cost_few_transactions(self, store: Database, jobs: JobsService) -> None:
        job = jobs.claim("train", {}, None)
        with self.watch(store, job) as watch:
            for number in range(500):
                watch.say({"type": "status", "message": str(number)})
            watch.finish({})
        told = [one["message"] for one in said(jobs, job) if one["type"] == "status"]
        assert told == [str(number) for number in range(500)]

    def test_it_leaves_off_within_a_second_of_being_called_off(
        self, store: Database, jobs: JobsService
    ) -> None:
        job = jobs.claim("train", {}, None)
        with self.watch(store, job) as watch:
            jobs.cancel(job.job_id)
            with pytest.raises(LeftOff) as end:
                until(lambda: watch.report("stars", 1))
            assert end.value.why == "cancelled"
            assert watch.cancelled().status == "cancelled"

    def test_called_off_in_the_last_moment_nothing_else_comes_of_it(
        self, store: Database, jobs: JobsService
    ) -> None:
        job, along = jobs.claim("train", {}, None), list[int]()
        with self.watch(store, job) as watch:
            jobs.cancel(job.job_id)
            with pytest.raises(LeftOff, match="cancelled"):
                watch.finish({}, lambda _tx: along.append(1))
            assert watch.cancelled().status == "cancelled"
        assert not along

    def test_a_job_that_was_taken_over_is_left_alone(
        self, store: Database, jobs: JobsService
    ) -> None:
        job = jobs.claim("train", {}, None)
        with self.watch(store, job) as watch:
            store.transact(
                lambda tx: SqliteJobs().save(tx, Job(**{**_fields(job), "started_at": "2099"}))
            )
            with pytest.raises(LeftOff, match="superseded"):
                watch.finish({"k": 1})
        assert jobs.get(job.job_id).status == "running"

    def test_a_job_without_news_gives_signs_of_life(
        self, store: Database, jobs: JobsService
    ) -> None:
        job = jobs.claim("train", {}, None)
        with self.watch(store, job):
            until(lambda: jobs.get(job.job_id).beat_at != job.beat_at)


def _fields(job: Job) -> dict[str, Any]:
    return {name: getattr(job, name) for name in Job.__struct_fields__}


class Away:
    """A store whose first transaction has to wait."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.asked, self.back = threading.Event(), threading.Event()
        self.snapshot, self.close = store.snapshot, store.close

    def transact(self, work: Callable[[Tx], T]) -> T:
        if not self.asked.is_set():
            self.asked.set()
            self.back.wait(60)
        return self._store.transact(work)


class Bench:
    """A runner whose jobs are done by processes that do as they are told."""

    def __init__(self, store: Store, script: str) -> None:
        self.children: list[subprocess.Popen[bytes]] = []
        self.script = script
        self.runner = JobRunner(store, SqliteJobs(), system_clock, self.launch, IMPATIENT)

    def launch(self, _job_id: str) -> "subprocess.Popen[bytes]":
        self.children.append(subprocess.Popen([sys.executable, "-c", self.script]))
        return self.children[-1]


class TestRunning:
    @pytest.fixture
    def bench(self, store: Database, request: pytest.FixtureRequest) -> Iterator[Bench]:
        bench = Bench(store, request.param)
        bench.runner.start()
        yield bench
        bench.runner.stop()
        assert all(child.poll() is not None for child in bench.children)

    @pytest.mark.parametrize("bench", ["raise SystemExit(3)"], indirect=True)
    def test_a_process_that_says_nothing_has_failed(self, bench: Bench, jobs: JobsService) -> None:
        job = jobs.ask("optimise-k", {}, None)
        ended = until(lambda: (now := jobs.get(job.job_id)).ended_at and now)
        assert ended.status == "failed"
        assert "exit status 3" in ended.error
        assert ended.result == {"failure": {"kind": "silent", "values": {"status": 3}}}
        assert all(one["failure"]["kind"] == "silent" for one in said(jobs, job))
        assert [one["type"] for one in said(jobs, job)] == ["error", "ended"]
        jobs.ask("train", {}, None)

    @pytest.mark.parametrize("bench", [SLEEPS], indirect=True)
    def test_one_that_does_not_leave_off_is_ended(self, bench: Bench, jobs: JobsService) -> None:
        job = jobs.ask("train", {}, None)
        until(lambda: bench.children)
        jobs.cancel(job.job_id)
        until(lambda: jobs.get(job.job_id).status == "cancelled")
        assert jobs.get(job.job_id).error is None

    @pytest.mark.parametrize("bench", [DEAF], indirect=True)
    def test_when_the_server_stops_its_job_waits_again(
        self, bench: Bench, jobs: JobsService
    ) -> None:
        job = jobs.ask("train", {"seed": 3}, "u1")
        until(lambda: bench.children)
        bench.runner.stop()
        assert bench.children[0].poll() is not None
        again = jobs.get(job.job_id)
        assert (again.status, again.started_at, again.options) == ("waiting", None, {"seed": 3})
        bench.runner.start()
        until(lambda: len(bench.children) == 2)

    @pytest.mark.parametrize("bench", [SLEEPS], indirect=True)
    def test_a_process_that_cannot_give_a_sign_of_life_is_given_one(
        self, store: Database, bench: Bench, jobs: JobsService
    ) -> None:
        job = jobs.ask("train", {}, None)
        until(lambda: bench.children)
        taken = jobs.get(job.job_id)
        long_ago = to_iso(system_clock() - DEAD_AFTER)
        quiet = Job(**{**_fields(taken), "beat_at": long_ago})
        store.transact(lambda tx: SqliteJobs().save(tx, quiet))
        until(lambda: str(jobs.get(job.job_id).beat_at) > str(taken.beat_at))
        assert jobs.get(job.job_id).status == "running"
        assert bench.children[0].poll() is None

    def test_a_thread_that_waited_through_a_stop_does_not_go_on(
        self, store: Database, jobs: JobsService
    ) -> None:
        away, before = Away(store), set(threading.enumerate())
        bench = Bench(away, SLEEPS)
        bench.runner.start()
        until(away.asked.is_set)
        (first,) = set(threading.enumerate()) - before
        bench.runner.stop()
        assert first.is_alive()
        bench.runner.start()
        away.back.set()
        first.join(30)
        assert not first.is_alive()
        jobs.ask("train", {}, None)
        until(lambda: bench.children)
        bench.runner.stop()
        assert bench.children[0].poll() is not None

    @pytest.mark.parametrize("bench", [SLEEPS], indirect=True)
    def test_what_nobody_does_any_more_has_failed_and_the_next_one_is_done(
        self, store: Database, bench: Bench, jobs: JobsService
    ) -> None:
        long_ago = to_iso(system_clock() - DEAD_AFTER - timedelta(seconds=1))
        dead = Job(
            job_id="dead",
            kind="train",
            status="running",
            asked_at=long_ago,
            started_at=long_ago,
            beat_at=long_ago,
        )
        store.transact(lambda tx: SqliteJobs().add(tx, dead))
        until(lambda: jobs.get("dead").status == "failed")
        assert "sign of life" in str(jobs.get("dead").error)
        told = {"kind": "gone", "values": {"at": long_ago}}
        assert jobs.get("dead").result == {"failure": told}
        assert not bench.children
        jobs.ask("train", {}, None)
        until(lambda: bench.children)

    @pytest.mark.parametrize("bench", [SLEEPS], indirect=True)
    def test_while_a_command_trains_nothing_is_begun(
        self, store: Database, bench: Bench, jobs: JobsService
    ) -> None:
        mine = jobs.claim("train", {}, None)
        with pytest.raises(Conflict, match="A training runs"):
            jobs.ask("train", {}, None)
        with Watch(store, SqliteJobs(), system_clock, mine) as watch:
            watch.finish({})
        jobs.ask("train", {}, None)
        until(lambda: bench.children)
        assert len(bench.children) == 1
