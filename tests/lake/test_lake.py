"""The lake: each event once under a plain glob, whatever is killed, merged, erased or doubled."""

import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from cinematch.events.core import decode
from cinematch.infra.ports import Tx
from cinematch.infra.sqlite import open_database
from cinematch.kit.errors import StoreDamaged
from cinematch.lake.core import MERGED_AT_ONCE, FileName
from cinematch.lake.parquet import swap
from tests.support.lake import LakeBench, events, keys


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[LakeBench]:
    store = open_database(tmp_path / "data")
    yield LakeBench(tmp_path / "lake", store)
    store.close()


def test_events_lie_in_the_folder_of_the_day_on_which_they_occurred(bench: LakeBench) -> None:
    today, before = events("u", 1, 3), events("v", 1, 2, days_ago=1)
    bench.take([*today, *before])
    assert bench.seen() == keys(today, before)
    assert [path.parent.name for path in bench.paths()] == ["day=2026-11-20", "day=2026-11-21"]


def test_a_row_holds_the_whole_event_and_columns_to_ask_for(bench: LakeBench) -> None:
    written = events("u", 1, 1, cause="import:1")
    bench.take(written)
    payload, rating, title, viewings = bench.columns(
        "payload", "rating_after", "title", "viewings_after"
    )
    assert decode(payload[0].as_py().encode()) == written[0]
    assert (rating[0].as_py(), title[0].as_py(), viewings[0].as_py()) == (8, "Kes", 1)


def test_what_is_not_committed_is_never_seen(bench: LakeBench) -> None:
    def work(tx: Tx) -> None:
        bench.handler.handle(tx, events("u", 1, 3))
        raise KeyError

    with pytest.raises(KeyError):
        bench.store.transact(work)
    bench.handler.afterwards()
    assert bench.paths() == []


def test_what_is_committed_is_shown_after_a_crash_in_between(bench: LakeBench) -> None:
    written = events("u", 1, 3)
    bench.store.transact(lambda tx: bench.handler.handle(tx, written))
    assert bench.paths() == []
    again = LakeBench(bench.root, bench.store)
    again.take(events("u", 4, 4))
    assert again.seen() == keys(written, events("u", 4, 4))


def test_a_crash_between_showing_and_noting_it_changes_nothing(bench: LakeBench) -> None:
    written = events("u", 1, 3)
    bench.store.transact(lambda tx: bench.handler.handle(tx, written))
    with bench.files.alone():
        for name in bench.store.snapshot(lambda tx: bench.records.waiting(tx, 9)):
            bench.files.show(name)
    bench.handler.afterwards()
    assert bench.seen() == keys(written)
    assert bench.lake.status().waiting == 0


def test_a_transaction_run_again_shows_its_events_once(bench: LakeBench) -> None:
    written = events("u", 1, 5)

    def work(tx: Tx) -> None:
        bench.handler.handle(tx, written[:3])
        bench.handler.handle(tx, written)

    def torn(tx: Tx) -> None:
        bench.handler.handle(tx, written[:3])
        raise KeyError

    with pytest.raises(KeyError):
        bench.store.transact(torn)
    bench.store.transact(lambda tx: bench.handler.handle(tx, written))
    bench.handler.afterwards()
    assert bench.seen() == keys(written)


def test_a_file_that_is_gone_is_told(bench: LakeBench) -> None:
    with pytest.raises(StoreDamaged, match="lacks the file"), bench.files.alone():
        bench.files.show(FileName("2026-11-21", 3, "ff"))


def test_many_small_files_become_one_and_large_ones_are_left_alone(bench: LakeBench) -> None:
    large = events("big", 1, 300)
    bench.take(large)
    [before] = bench.paths()
    for seq in range(1, MERGED_AT_ONCE + 1):
        bench.take(events("u", seq, seq))
    assert len(bench.paths()) == 2
    assert before in bench.paths()
    assert bench.seen() == keys(large, events("u", 1, MERGED_AT_ONCE))


def test_a_day_that_is_over_becomes_one_file(bench: LakeBench) -> None:
    old = [events(user, 1, 4, days_ago=2) for user in "abc"]
    for batch in (*old, events("u", 1, 2), events("v", 1, 2)):
        bench.take(batch)
    assert bench.lake.compact() == 2
    assert len(bench.paths()) == 3
    assert bench.seen() == keys(*old, events("u", 1, 2), events("v", 1, 2))
    assert bench.lake.compact() == 0


def test_events_written_twice_after_a_restore_are_once_when_merged(bench: LakeBench) -> None:
    bench.take(events("u", 1, 4, days_ago=1))
    bench.take(events("u", 3, 6, days_ago=1))
    bench.take(events("u", 1, 4, days_ago=1))
    assert len(bench.seen()) == 8
    bench.lake.compact()
    assert bench.seen() == keys(events("u", 1, 6))


def test_who_leaves_is_in_no_file_any_more_staged_ones_included(bench: LakeBench) -> None:
    for days in (0, 1, 2):
        bench.take([*events("u", 1 + 3 * days, 3 + 3 * days, days), *events("v", days, days, days)])
    bench.take(events("u", 20, 22, days_ago=5))
    bench.store.transact(lambda tx: bench.handler.handle(tx, events("u", 30, 31)))
    assert bench.lake.erase_user("u") == 14
    assert bench.lake.erase_user("u") == 0
    assert bench.seen() == [("v", 0), ("v", 1), ("v", 2)]
    everything = b"".join(path.read_bytes() for path in bench.root.rglob("*.parquet"))
    assert b"u-30" not in everything
    assert not any((bench.root / "work").iterdir())
    assert sorted(bench.files.files()) == ["2026-11-19", "2026-11-20", "2026-11-21"]


def test_who_has_left_the_house_leaves_the_lake_with_the_next_compaction(
    bench: LakeBench,
) -> None:
    bench.take([*events("u", 1, 3), *events("v", 1, 2), *events("w", 1, 1, days_ago=4)])
    bench.store.transact(lambda tx: bench.lake.owe_erasure(tx, "u"))
    bench.store.transact(lambda tx: bench.lake.owe_erasure(tx, "w"))
    assert len(bench.seen()) == 6
    bench.lake.compact()
    assert bench.seen() == keys(events("v", 1, 2))
    assert bench.store.snapshot(bench.records.owed) == []


def test_days_past_the_time_to_keep_are_removed(bench: LakeBench) -> None:
    for days in (0, 9, 10, 11):
        bench.take(events("u", 1 + days, 1 + days, days))
    assert bench.lake.expire(10) == 1
    assert bench.seen() == [("u", 1), ("u", 10), ("u", 11)]
    status = bench.lake.status()
    assert (status.days, status.rows, status.first_day) == (3, 3, "2026-11-11")


def test_staged_files_of_transactions_that_never_were_are_swept_in_time(bench: LakeBench) -> None:
    with pytest.raises(KeyError):
        bench.store.transact(lambda tx: fail(bench, tx))
    [orphan] = (bench.root / "staged").iterdir()
    bench.lake.compact()
    assert orphan.exists()
    at = (bench.now - timedelta(days=1, seconds=1)).timestamp()
    os.utime(orphan, (at, at))
    bench.lake.compact()
    assert not orphan.exists()


def fail(bench: LakeBench, tx: Tx) -> None:
    bench.handler.handle(tx, events("u", 1, 1))
    raise KeyError


def test_where_folders_cannot_be_exchanged_two_names_are_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(swap, "_exchange", lambda *_: False)
    one, other = tmp_path / "a" / "one", tmp_path / "b" / "other"
    for folder in (one, other):
        folder.mkdir(parents=True)
        (folder / f"in-{folder.name}").touch()
    swap.swap(one, other)
    assert [path.name for path in other.iterdir()] == ["in-one"]
    assert [path.name for path in one.iterdir()] == ["in-other"]
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["one"]


def test_folders_are_exchanged_at_one_stroke(bench: LakeBench) -> None:
    """A reader who looks all the while never finds a day missing or an event twice."""
    whole = keys(events("u", 1, 40, days_ago=1))
    for seq in range(1, 41, 10):
        bench.take(events("u", seq, seq + 9, days_ago=1))
    stop = threading.Event()
    odd: list[object] = []

    def look() -> None:
        while not stop.is_set():
            try:
                found = bench.seen()
            except FileNotFoundError:
                continue  # listed before, opened after: the reader is told
            if found != whole:
                odd.append(found)

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(30):
        names = [name for name, _ in bench.files.files("2026-11-20")["2026-11-20"]]
        with bench.files.alone():
            bench.files.merge("2026-11-20", names)
    stop.set()
    reader.join(30)
    assert not reader.is_alive()
    assert odd == []
