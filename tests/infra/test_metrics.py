"""Figures in the text format of Prometheus, and what a process says of itself."""

import os
import threading
from pathlib import Path

import pytest

from cinematch.infra.metrics import Counter, Family, Histogram, Sample, exposition, gauges
from cinematch.infra.process import memory_limit, process_families
from tests.support.figures import told


def test_a_value_on_a_bound_lies_below_it_and_buckets_hold_all_below() -> None:
    histogram = Histogram("took_seconds", "Time.", (0.1, 1.0))
    for value in (0.05, 0.1, 0.5, 3.0):
        histogram.observe(value)
    assert told([histogram.family()]) == {
        'took_seconds_bucket{le="0.1"}': 2,
        'took_seconds_bucket{le="1.0"}': 3,
        'took_seconds_bucket{le="+Inf"}': 4,
        "took_seconds_sum": pytest.approx(3.65),
        "took_seconds_count": 4,
    }


def test_nothing_is_lost_when_many_count_at_once() -> None:
    counter, histogram = Counter("n_total", "N.", ("of",)), Histogram("s", "S.", (1.0,))

    def work() -> None:
        for _ in range(2_000):
            counter.add("a")
            histogram.observe(0.5)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told([counter.family()]) == {'n_total{of="a"}': 8_000}
    assert told([histogram.family()])["s_count"] == 8_000


def test_what_has_not_been_counted_yet_is_told_as_none() -> None:
    assert told([Counter("n_total", "N.").family()]) == {"n_total": 0}
    named = Counter("n_total", "N.", ("of",), [("a",)])
    named.add("b")
    assert told([named.family()]) == {'n_total{of="a"}': 0, 'n_total{of="b"}': 1}


def test_names_from_outside_cannot_break_a_line() -> None:
    family = gauges("n", 'A "word"\nand \\ another.', "of", {'a"b\\c\nd': 1})
    assert exposition([family]) == (
        '# HELP n A "word"\\nand \\\\ another.\n# TYPE n gauge\nn{of="a\\"b\\\\c\\nd"} 1\n'
    )


def test_a_family_without_a_number_is_left_out() -> None:
    assert exposition(
        [Family("n", "gauge", "N.", []), Family("m", "gauge", "M.", [Sample(1)])]
    ) == ("# HELP m M.\n# TYPE m gauge\nm 1\n")


def test_this_process_tells_its_memory_time_and_files() -> None:
    figures = told(process_families())
    resident = figures["process_resident_memory_bytes"]
    assert 10e6 < resident < figures["cinematch_memory_limit_bytes"]
    times = os.times()
    assert figures["process_cpu_seconds_total"] <= times.user + times.system + 1
    assert figures["process_open_fds"] >= 3


def test_the_least_limit_counts_also_that_of_a_group_around(tmp_path: Path) -> None:
    proc, groups = tmp_path / "proc", tmp_path / "groups"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal:       1000 kB\nMemFree: 1 kB\n")
    assert memory_limit(proc, groups) == 1_024_000
    (proc / "self" / "cgroup").write_text("1:name=x:/other\n0::/system.slice/cinematch.service\n")
    own = groups / "system.slice" / "cinematch.service"
    own.mkdir(parents=True)
    (own / "memory.max").write_text("max\n")
    assert memory_limit(proc, groups) == 1_024_000
    (groups / "system.slice" / "memory.max").write_text("600000\n")
    assert memory_limit(proc, groups) == 600_000
    (own / "memory.max").write_text("500000\n")
    assert memory_limit(proc, groups) == 500_000


def test_where_the_system_tells_nothing_there_is_the_release_alone(tmp_path: Path) -> None:
    assert [one.name for one in process_families(tmp_path)] == ["cinematch_build_info"]
    assert memory_limit(tmp_path, tmp_path) is None
