"""The capacity page is computed from the table of constants, and the table can be taken anew."""

import json
import shutil
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from benchmarks.capacity import (
    CONSTANTS,
    PAGE,
    SIZES,
    Constants,
    load,
    machines,
    need,
    page,
    per_user,
    rates,
    take,
    users_of_one_machine,
)
from benchmarks.sizes import event_sizes
from benchmarks.workload import make_events, make_films

ROOT = Path(__file__).resolve().parents[2]


def with_values(**values: float) -> Constants:
    """Return the table with some values changed, wherever they stand."""
    tables = json.loads(CONSTANTS.read_text("utf-8"))
    for table in tables.values():
        for name in table.keys() & values.keys():
            table[name]["value"] = values[name]
    return Constants(**tables)


def test_the_page_is_what_the_table_says() -> None:
    again = "python -m benchmarks.capacity --write"
    assert PAGE.read_text("utf-8") == page(load()), f"written anew by: {again}"


def test_another_constant_makes_another_page() -> None:
    assert page(with_values(event_kafka=6_720)) != page(load())


def test_the_arithmetic_by_hand() -> None:
    c = with_values(
        daily_active=0.5, changes_per_day=17.28, newcomers=0, peak=3, reads_per_change=9,
        stream_events=100, cores_measured=2, machine_cores=8, load=0.5,
    )  # fmt: skip
    # 10,000 users × 0.5 × 17.28 changes / 86,400 seconds = 1 event a second.
    assert rates(c, 10_000) == pytest.approx((1.0, 3.0, 30.0))
    # 100 events on 2 cores are 400 on 8, of which half is used: 200 a machine.
    assert [machines(c, rate, "stream_events") for rate in (1, 200, 201, 1000)] == [1, 1, 2, 5]


def test_a_users_bytes_are_the_sum_of_what_is_kept() -> None:
    c = with_values(
        account=10, entry=100, figures=3_000, event_outbox=50, films_per_user=30, changes_per_film=2
    )
    assert per_user(c) == 10 + 30 * 100 + 3_000 * 30 / 300 + 30 * 2 * 50


def test_bytes_and_rates_grow_with_the_users_and_machines_never_fall() -> None:
    needs = [need(load(), users) for users in SIZES]
    for small, large in pairwise(needs):
        times = large.users / small.users
        assert large.events == pytest.approx(small.events * times)
        assert large.lake == pytest.approx(small.lake * times)
        assert large.kafka_kept == pytest.approx(small.kafka_kept * times)
        assert large.machines >= small.machines
        assert large.euro > small.euro
        assert large.euro / large.users < small.euro / small.users


def test_slower_parts_ask_for_more_machines() -> None:
    usual, slow = load(), with_values(api_calls=1, store_events=1)
    assert need(slow, SIZES[1]).api > need(usual, SIZES[1]).api
    assert need(slow, SIZES[1]).shards > need(usual, SIZES[1]).shards
    assert users_of_one_machine(slow) < users_of_one_machine(usual)


def test_every_constant_names_a_benchmark_and_whether_the_machine_was_quiet() -> None:
    for name, one in load().measured.items():
        assert (ROOT / "benchmarks" / f"{one['command']}.py").is_file(), name
        assert one["part"] in {"value", "baseline"}, name
        assert isinstance(one["busy"], bool), name
        assert one["value"] > 0, name
        assert date.fromisoformat(one["date"]) >= date(2026, 11, 21), name


def test_what_a_benchmark_prints_is_taken_into_the_table(tmp_path: Path) -> None:
    copy = shutil.copy(CONSTANTS, tmp_path)
    constants = json.loads(Path(copy).read_text("utf-8"))
    wanted = constants["measured"]["store_events"]
    printed = json.dumps(
        [
            {"name": wanted["figure"], "value": 5.0, "baseline": 1234.5},
            {"name": "nobody's figure", "value": 1, "baseline": None},
        ]
    )
    before = dict(constants["measured"]["account"])
    assert take(constants, f"words for people\n{printed}\n", "2027-01-02", busy=False) == [
        "store_events"
    ]
    assert (wanted["value"], wanted["date"], wanted["busy"]) == (1234.5, "2027-01-02", False)
    assert constants["measured"]["account"] == before


def test_the_bytes_of_an_event_are_still_those_of_the_table() -> None:
    c = load()
    figures = {one["figure"]: one["value"] for one in c.measured.values()}
    for figure in event_sizes(make_events(make_films(4000), "user0001", 2_000, seed=2)):
        assert figure.value == pytest.approx(figures[figure.name], rel=0.1), (
            f"{figure.name}: take it anew, python -m benchmarks.sizes"
        )
