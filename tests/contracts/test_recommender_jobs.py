"""The contract of `recommender.ports.JobsRepository`, run over every store."""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import pytest
from msgspec.structs import replace

from cinematch.infra.ports import Store, Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import Conflict
from cinematch.recommender.core.records import Job, JobKind, Message
from cinematch.recommender.mongo import COLLECTIONS, MongoJobs
from cinematch.recommender.ports import JobsRepository
from cinematch.recommender.sqlite import SqliteJobs
from tests.support.mongo import fresh_store

T = TypeVar("T")
TRAINING = Job(job_id="t", kind="train", asked_at="2026-03-01T10:00:00.000000Z")


class Bench:
    """A store and the repository of jobs."""

    def __init__(self, store: Store, jobs: JobsRepository) -> None:
        self.store = store
        self.jobs = jobs

    def write(self, work: Callable[[Tx], T]) -> T:
        return self.store.transact(work)

    def add(self, *jobs: Job) -> None:
        for job in jobs:
            self.write(lambda tx, one=job: self.jobs.add(tx, one))  # type: ignore[misc]

    def get(self, job_id: str) -> Job | None:
        return self.store.snapshot(lambda tx: self.jobs.get(tx, job_id))

    def open(self) -> list[str]:
        return [job.job_id for job in self.store.snapshot(self.jobs.open)]

    def latest(self, kind: JobKind | None = None, limit: int = 9) -> list[str]:
        found = self.store.snapshot(lambda tx: self.jobs.latest(tx, kind, limit))
        return [job.job_id for job in found]

    def say(self, job_id: str, *said: dict[str, Any]) -> None:
        self.write(lambda tx: self.jobs.say(tx, job_id, [Message(0, data) for data in said]))

    def messages(self, job_id: str, after: int = 0, limit: int = 99) -> list[Message]:
        return self.store.snapshot(lambda tx: self.jobs.messages(tx, job_id, after, limit))


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bench]:
    if request.param == "mongo":
        with fresh_store(request.getfixturevalue("mongo_server"), COLLECTIONS) as store:
            yield Bench(store, MongoJobs())
        return
    database = open_database(tmp_path)
    yield Bench(database, SqliteJobs())
    database.close()


def at(hour: int) -> str:
    return f"2026-03-01T{hour:02}:00:00.000000Z"


def test_a_job_is_read_as_it_was_saved(bench: Bench) -> None:
    assert bench.get("t") is None
    asked = replace(TRAINING, options={"ease": {"a.b": 0.5}, "$k": [None, "più"]}, asked_by="ada")
    bench.add(asked)
    assert bench.get("t") == asked
    done = replace(
        asked,
        status="done",
        started_at=at(11),
        ended_at=at(12),
        beat_at=at(12),
        cancel=True,
        progress=100,
        phase="stars",
        result={"ndcg@10": 0.4, "4.5": {}},
        error="none",
    )
    bench.write(lambda tx: bench.jobs.save(tx, done))
    assert bench.get("t") == done


def test_what_waits_or_runs_is_open_and_the_oldest_first(bench: Bench) -> None:
    bench.add(
        replace(TRAINING, job_id="late", asked_at=at(13)),
        replace(TRAINING, job_id="runs", asked_at=at(9), status="running"),
        *[
            replace(TRAINING, job_id=status, status=status)
            for status in ("done", "failed", "cancelled")
        ],
    )
    assert bench.open() == ["runs", "late"]


def test_the_latest_come_first_of_a_kind_or_of_all(bench: Bench) -> None:
    search = replace(TRAINING, job_id="s", kind="optimise-k", asked_at=at(12))
    bench.add(TRAINING, search, replace(TRAINING, job_id="u", asked_at=at(14)))
    assert bench.latest() == ["u", "s", "t"]
    assert bench.latest(limit=2) == ["u", "s"]
    assert bench.latest("train") == ["u", "t"]
    assert bench.latest("evaluate") == []


def test_messages_are_numbered_within_their_job(bench: Bench) -> None:
    bench.add(TRAINING, replace(TRAINING, job_id="other"))
    bench.say("t", {"k.20": 1}, {"$": None})
    bench.say("other", {"of": "other"})
    bench.say("t", {"più": [0.5]})
    assert bench.messages("t") == [
        Message(1, {"k.20": 1}),
        Message(2, {"$": None}),
        Message(3, {"più": [0.5]}),
    ]
    assert bench.messages("t", after=1, limit=1) == [Message(2, {"$": None})]
    assert bench.messages("other") == [Message(1, {"of": "other"})]
    assert bench.messages("t", after=3) == bench.messages("none") == []


def test_a_job_that_is_gone_says_nothing(bench: Bench) -> None:
    bench.say("gone", {"a": 1})
    bench.say("gone")
    assert bench.messages("gone") == []


def test_several_who_speak_at_once_leave_no_gap(bench: Bench) -> None:
    bench.add(TRAINING)

    def speak() -> None:
        for number in range(5):
            bench.say("t", {"n": number}, {"n": number})

    speakers = [threading.Thread(target=speak) for _ in range(3)]
    for one in speakers:
        one.start()
    for one in speakers:
        one.join(60)
    assert [one.number for one in bench.messages("t")] == list(range(1, 31))


def test_a_job_that_goes_meanwhile_leaves_no_message_behind(bench: Bench) -> None:
    bench.add(replace(TRAINING, status="done"))
    said = threading.Event()

    def prune() -> None:
        said.wait(30)
        bench.write(lambda tx: bench.jobs.prune(tx, 0))

    def work(tx: Tx) -> None:
        bench.jobs.say(tx, "t", [Message(0, {"n": 1})])
        said.set()
        pruning.join(0.3)  # the other has its chance to run into ours

    pruning = threading.Thread(target=prune)
    pruning.start()
    bench.write(work)
    pruning.join(60)
    assert not pruning.is_alive()
    assert bench.get("t") is None
    assert bench.messages("t") == []


def test_of_two_who_ask_at_once_one_is_told_that_another_waits(bench: Bench) -> None:
    looked = threading.Barrier(2)
    outcomes: list[str] = []

    def ask(job_id: str) -> None:
        def work(tx: Tx) -> None:
            if bench.jobs.open(tx):
                raise Conflict("Another one waits.")
            with suppress(threading.BrokenBarrierError):
                looked.wait(0.5)  # in MongoDB both have looked, and nobody has written
            bench.jobs.add(tx, replace(TRAINING, job_id=job_id))

        try:
            bench.write(work)
            outcomes.append("asked")
        except Conflict:
            outcomes.append("refused")

    both = [threading.Thread(target=ask, args=(name,)) for name in ("a", "b")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(outcomes) == ["asked", "refused"]
    assert len(bench.open()) == 1


def test_of_two_who_would_begin_different_jobs_at_once_one_sees_the_other(bench: Bench) -> None:
    bench.add(TRAINING, replace(TRAINING, job_id="u"))
    looked = threading.Barrier(2)

    def begin(job_id: str) -> None:
        def work(tx: Tx) -> None:
            if any(job.status == "running" for job in bench.jobs.open(tx)):
                return
            with suppress(threading.BrokenBarrierError):
                looked.wait(0.5)
            bench.jobs.save(tx, replace(TRAINING, job_id=job_id, status="running"))

        bench.write(work)

    both = [threading.Thread(target=begin, args=(name,)) for name in ("t", "u")]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    found = bench.store.snapshot(bench.jobs.open)
    assert sorted(job.status for job in found) == ["running", "waiting"]


def test_jobs_of_somebody_who_goes_stay_without_their_name(bench: Bench) -> None:
    asked = replace(TRAINING, asked_by="ada")
    other = replace(TRAINING, job_id="u", asked_by="ben")
    bench.add(asked, other)
    bench.write(lambda tx: bench.jobs.erase_user(tx, "ada"))
    assert bench.get("t") == TRAINING
    assert bench.get("u") == other


def test_old_jobs_go_with_what_they_said_and_open_ones_stay(bench: Bench) -> None:
    for hour in range(10, 14):
        name = f"t{hour}"
        bench.add(replace(TRAINING, job_id=name, asked_at=at(hour), status="done"))
        bench.say(name, {"n": hour})
    bench.add(
        replace(TRAINING, job_id="s", kind="optimise-k", asked_at=at(8), status="failed"),
        replace(TRAINING, job_id="open", asked_at=at(7)),
    )
    assert bench.write(lambda tx: bench.jobs.prune(tx, 2)) == 2
    assert bench.latest() == ["t13", "t12", "s", "open"]
    assert bench.messages("t10") == bench.messages("t11") == []
    assert bench.messages("t12") == [Message(1, {"n": 12})]
    assert bench.write(lambda tx: bench.jobs.prune(tx, 2)) == 0
