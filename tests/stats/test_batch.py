"""The nightly batch: whatever the lake and the stream hold, its figures are those of the films."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from msgspec.structs import replace

from cinematch.kit.errors import Conflict, StoreBusy
from cinematch.stats.service import batch
from tests.support.nightly import NightBench, mongo_night, silent, sqlite_night

USERS = ("ada", "bea", "cleo")
CHILD = """
import signal, sys
from pathlib import Path
from cinematch.stats.service import batch
from tests.support.nightly import sqlite_night

def stop(what, done, total):
    if (what, done) == ("counting users anew", 2):
        print("there", flush=True)
        signal.pause()

batch._USERS = 1
with sqlite_night(Path(sys.argv[1])) as bench:
    bench.live(("ada", "bea", "cleo"), 25)
    bench.stream()
    bench.fill()
    print(bench.run().version, flush=True)
    bench.run(stop)
"""


@pytest.fixture(params=["sqlite", "mongo"])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NightBench]:
    if request.param == "sqlite":
        with sqlite_night(tmp_path) as built:
            built.live(USERS, 25)
            yield built
        return
    with mongo_night(request.getfixturevalue("mongo_server"), tmp_path) as built:
        built.live(USERS, 25)
        yield built


def test_the_batch_view_is_what_the_stream_has(bench: NightBench) -> None:
    bench.stream()
    bench.fill()
    done = bench.run()
    assert bench.differing() == []
    assert (done.users, done.from_lake, done.from_films, done.differing) == (3, 3, 0, 0)
    again = bench.run()
    assert bench.differing() == []
    assert again.version != done.version
    standing = bench.store.snapshot(bench.records.standing)
    assert (standing.version, standing.previous) == (again.version, done.version)
    assert again.training["fingerprint"] == done.training["fingerprint"]
    assert bench.rebuilt == []


def test_a_history_that_is_not_whole_is_not_counted(bench: NightBench) -> None:
    bench.stream()
    bench.fill("ada", without=[7])
    bench.fill("bea", without=[1])
    done = bench.run()
    assert bench.differing() == []
    assert (done.from_lake, done.from_films) == (0, 3)
    bench.fill("cleo")
    assert bench.run().from_lake == 1


def seq_seen(bench: NightBench, user_id: str) -> int:
    """Return up to which event the batch view has a user's figures."""
    seen = bench.seen(user_id)
    assert seen is not None
    return seen.seq


def test_a_lake_that_is_behind_gives_figures_of_an_earlier_event(bench: NightBench) -> None:
    bench.fill()
    bench.later("ada", 3)
    bench.stream()
    done = bench.run()
    assert (done.behind, done.differing) == (1, 0)
    assert seq_seen(bench, "ada") == 25


def test_a_stream_that_is_behind_is_not_wrong(bench: NightBench) -> None:
    bench.stream()
    bench.later("ada", 3)
    bench.fill()
    done = bench.run()
    assert (done.behind, done.differing) == (0, 0)
    assert seq_seen(bench, "ada") == 28


def test_wrong_figures_of_the_stream_are_told_and_rebuilt(bench: NightBench) -> None:
    bench.stream()
    bench.fill()
    bench.ground.tamper("bea", "liked", 99)
    found = bench.run(repair=False)
    [told] = found.differences
    assert told["user_id"] == "bea"
    assert "liked: 99, but recomputed" in told["stream"][0]
    assert (told["lake"], told["repaired"], found.unrepaired) == ([], False, 1)
    assert bench.differing() == ["bea"]
    done = bench.run()
    assert (done.differing, done.repaired, bench.rebuilt) == (1, 1, ["bea"])
    assert bench.differing() == []
    assert bench.run().differing == 0


def test_wrong_figures_of_a_stream_that_is_behind_are_found(bench: NightBench) -> None:
    bench.stream()
    bench.later("bea", 2)
    bench.fill()
    bench.ground.tamper("bea", "viewings", 1)
    assert bench.run().repaired == 1
    assert bench.differing() == []


def test_a_history_that_tells_something_else_than_the_films_is_not_believed(
    bench: NightBench,
) -> None:
    bench.stream()
    forged = bench.written["cleo"][-1]
    bench.written["cleo"][-1] = bench.written["cleo"][0].__class__(
        **{name: getattr(forged, name) for name in ("event_id", "user_id", "seq", "event_type")},
        occurred_at=forged.occurred_at,
        after=bench.written["ada"][0].after,
    )
    bench.fill()
    done = bench.run()
    [told] = done.differences
    assert (told["user_id"], told["stream"], done.repaired) == ("cleo", [], 0)
    assert told["lake"]
    assert (done.from_lake, done.from_films) == (2, 1)
    assert bench.differing() == []


def test_a_restored_store_is_not_overruled_by_a_lake_from_its_future(bench: NightBench) -> None:
    bench.stream()
    lost = bench.written["ada"][-1]
    bench.fill()
    bench.lake.take([replace(lost, seq=lost.seq + 1)])
    done = bench.run()
    assert (done.from_lake, done.from_films) == (2, 1)
    assert bench.differing() == []


def test_who_came_without_events_and_who_went_with_them(bench: NightBench) -> None:
    bench.stream()
    bench.fill()
    bench.ground.add_users(["newcomer"])
    bench.store.transact(lambda tx: _remove(tx, "bea"))
    done = bench.run()
    assert done.users == 3
    assert bench.seen("bea") is None
    seen = bench.seen("newcomer")
    assert seen is not None
    assert (seen.seq, seen.figures) == (0, {"scalars": {}, "counters": [], "affinities": []})


def _remove(tx: object, user_id: str) -> None:
    if hasattr(tx, "db"):
        for name in ("users", "movies", "user_stats", "user_affinities", "user_stats_batch"):
            tx.db[name].delete_many({"user_id": user_id}, session=tx.session)  # type: ignore[attr-defined]
    else:
        tx.execute("DELETE FROM users WHERE user_id = ?", (user_id,))  # type: ignore[attr-defined]


class Told(Exception):
    pass


def test_told_to_stop_the_last_batch_stays_and_the_next_removes_what_was_begun(
    bench: NightBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "_USERS", 1)
    bench.stream()
    bench.fill()
    first = bench.run()
    bench.later("ada")
    bench.stream()

    def stop(what: str, done: int, _total: int) -> None:
        if (what, done) == ("counting users anew", 2):
            raise Told

    with pytest.raises(Told):
        bench.run(stop)
    assert bench.store.snapshot(bench.records.standing).version == first.version
    assert bench.manifest()["version"] == first.version
    assert not (bench.folder / "training" / "work").exists()
    again = bench.run()
    assert again.leftovers == 2
    assert bench.manifest()["version"] == again.version


@pytest.mark.slow
def test_killed_before_the_switch_the_last_batch_stays(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        try:
            version = child.stdout.readline().strip()
            assert child.stdout.readline() == "there\n"
        finally:
            child.kill()
    with sqlite_night(tmp_path, fresh=False) as bench:
        standing = bench.store.snapshot(bench.records.standing)
        assert (standing.version, bench.manifest()["version"]) == (version, version)
        assert standing.building not in {None, version}
        before = [bench.seen(user_id) for user_id in USERS]
        assert None not in before
        done = bench.run()
        assert (done.leftovers, done.users, done.differing) == (2, 3, 0)
        assert [bench.seen(user_id) for user_id in USERS] == before
        assert not (tmp_path / "training" / "work").exists()


def test_who_is_overtaken_by_another_batch_does_not_switch(bench: NightBench) -> None:
    bench.stream()
    bench.fill()
    other: list[str] = []

    def overtake(what: str, _done: int, _total: int) -> None:
        if what == "reading the lake" and not other:
            other.append("other")
            bench.store.transact(lambda tx: bench.records.begin(tx, "other"))

    with pytest.raises(Conflict):
        bench.run(overtake)
    assert bench.seen("ada") is None
    assert not (bench.folder / "training" / "manifest.json").exists()
    assert bench.run().leftovers == 3


def test_who_goes_while_the_batch_runs_is_not_in_the_training_data(bench: NightBench) -> None:
    bench.stream()
    bench.fill()

    def erase(what: str, done: int, total: int) -> None:
        if what == "counting users anew" and done == total:
            bench.store.transact(lambda tx: _remove(tx, "bea"))

    done = bench.run(erase)
    assert (done.users, done.training["users"]) == (2, 2)
    assert bench.seen("bea") is None
    assert done.training["rows"] == len(_truth(bench, "ada")) + len(_truth(bench, "cleo"))


def test_the_training_data_is_everybodys_films(bench: NightBench) -> None:
    bench.stream()
    bench.fill("ada", "cleo")
    manifest = bench.run().training
    assert manifest == bench.manifest()
    folder = bench.folder / "training"
    glob = str(folder / "ratings" / f"version={manifest['version']}" / "*.parquet")
    ratings = pl.read_parquet(glob, hive_partitioning=False)
    assert ratings.columns == ["user", "film_id", "half_stars", "date", "liked", "watches", "seq"]
    expected = [
        (number, *row) for number, user_id in enumerate(USERS) for row in _truth(bench, user_id)
    ]
    assert ratings.rows() == expected
    assert manifest["rows"] == len(expected)
    with duckdb.connect() as connection:
        films = connection.execute(
            "SELECT count(*), count(DISTINCT r.film_id), min(f.title) IS NOT NULL"
            " FROM read_parquet(?) r JOIN read_parquet(?) f USING (film_id)",
            [glob, str(folder / "films" / "version=*" / "*.parquet")],
        ).fetchone()
    assert films == (len(expected), manifest["films"], True)
    bench.later("bea")
    bench.stream()
    again = bench.run().training
    assert again["fingerprint"] != manifest["fingerprint"]
    assert [path.name for path in (folder / "ratings").iterdir()] == [f"version={again['version']}"]


def _truth(bench: NightBench, user_id: str) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for event in bench.last_events(user_id):
        image = event.after
        assert image is not None
        date = max(watch.date for watch in image.watches) or None
        known = (image.rating, date, image.liked, len(image.watches), event.seq)
        rows.append((event.film_id, *known))
    return rows


def test_figures_too_large_for_a_document_are_left_out_of_the_view(
    bench: NightBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "LARGEST", 20)
    bench.stream()
    bench.fill()
    done = bench.run()
    assert (done.users, done.too_large) == (3, 3)
    assert bench.seen("ada") is None
    assert done.training["users"] == 3


def test_a_speed_layer_is_flushed_first_and_a_failure_of_it_is_told(bench: NightBench) -> None:
    bench.fill()
    service = bench.service(flush=bench.stream)
    assert service.nightly(silent).differing == 0
    assert bench.differing() == []

    def away() -> None:
        raise StoreBusy("Redis is away.")

    before = bench.store.snapshot(bench.records.standing)
    with pytest.raises(StoreBusy):
        bench.service(flush=away).nightly(silent)
    assert bench.store.snapshot(bench.records.standing) == before


def test_an_account_that_cannot_be_rebuilt_is_told_and_the_others_go_on(bench: NightBench) -> None:
    bench.stream()
    bench.fill()
    for user_id in ("ada", "bea"):
        bench.ground.tamper(user_id, "liked", 99)

    def rebuild(user_id: str) -> None:
        if user_id == "ada":
            raise Conflict("Somebody is at it.")
        bench.stats.rebuild(user_id)

    done = bench.service(rebuild=rebuild).nightly(silent)
    assert (done.differing, done.repaired, done.unrepaired) == (2, 1, 1)
    assert done.differences[0]["refused"] == "Somebody is at it."
