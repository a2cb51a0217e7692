"""The lake's files read by DuckDB, Polars and Spark with a plain glob, old columns and new."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cinematch.infra.sqlite import open_database
from cinematch.kit.clock import from_iso
from cinematch.lake.core import by_day
from cinematch.lake.parquet.table import read, table_of
from tests.support.lake import LakeBench, by_duckdb, by_polars, events, keys

COLUMNS = "user_id, seq, day, rating_after, cause"


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[LakeBench]:
    store = open_database(tmp_path / "data")
    yield LakeBench(tmp_path / "lake", store)
    store.close()


def write_as_it_was(bench: LakeBench, user_id: str, without: tuple[str, ...]) -> None:
    """Put a file of an older release into the lake: some columns were not there yet."""
    [(day, rows)] = by_day(events(user_id, 1, 2, days_ago=3)).items()
    table = table_of(rows).drop_columns(list(without)).replace_schema_metadata(None)
    bench.files.events.joinpath(f"day={day}").mkdir(exist_ok=True)
    name = bench.files.stage(day, rows)
    bench.files.show(name)
    pq.write_table(table, bench.files.events / f"day={day}" / name.text)


def fill(bench: LakeBench) -> list[tuple[Any, ...]]:
    """Write two days, one of them partly by an older release; return what is to be read."""
    bench.take([*events("u", 1, 3), *events("v", 7, 8, days_ago=3, cause="import:1")])
    write_as_it_was(bench, "old", ("cause", "liked", "runtime"))
    today, before = date(2026, 11, 21), date(2026, 11, 18)
    return [
        *[("old", seq, before, 8, None) for seq in (1, 2)],
        *[("u", seq, today, 8, None) for seq in (1, 2, 3)],
        *[("v", seq, before, 8, "import:1") for seq in (7, 8)],
    ]


def test_duckdb_reads_all_of_it(bench: LakeBench) -> None:
    expected = fill(bench)
    assert by_duckdb(bench.glob, COLUMNS) == expected


def test_polars_reads_all_of_it(bench: LakeBench) -> None:
    expected = fill(bench)
    assert by_polars(bench.glob, COLUMNS) == expected


@pytest.mark.java
@pytest.mark.slow
@pytest.mark.timeout(300)
def test_spark_reads_all_of_it(bench: LakeBench) -> None:
    from tests.support.spark import spark_session

    expected = fill(bench)
    with spark_session("lake") as spark:
        frame = spark.read.option("mergeSchema", "true").parquet(str(bench.files.events))
        frame = frame.orderBy("user_id", "seq")
        rows = frame.select(*COLUMNS.split(", ")).collect()
        assert [tuple(row) for row in rows] == expected
        occurred = frame.selectExpr("date_format(occurred_at, 'yyyy-MM-dd HH:mm:ss')").collect()
    assert occurred[2][0] == "2026-11-21 10:00:01"


def test_files_of_two_releases_become_one_with_all_columns(bench: LakeBench) -> None:
    fill(bench)
    write_as_it_was(bench, "older", ("cause",))
    assert bench.lake.compact() == 2
    [path] = [path for path in bench.paths() if "day=2026-11-18" in str(path)]
    table = read(path)
    assert table.column("cause").to_pylist() == [None, None, None, None, "import:1", "import:1"]
    assert table.column("liked").to_pylist() == [None, None, False, False, False, False]
    assert len(by_duckdb(bench.glob, COLUMNS)) == 9


def test_columns_of_a_later_release_stay_when_files_become_one(bench: LakeBench) -> None:
    old = events("u", 1, 2, days_ago=3)
    bench.take(old)
    bench.take(events("v", 1, 1, days_ago=3))
    newer = bench.paths()[0]
    table = read(newer)
    pq.write_table(table.append_column("mood", pa.array(["glad"] * len(table))), newer)
    bench.lake.compact()
    [path] = bench.paths()
    assert sorted(filter(None, read(path).column("mood").to_pylist())) == ["glad"] * len(table)
    assert bench.seen() == keys(old, events("v", 1, 1))


def test_an_instant_is_utc_in_every_engine(bench: LakeBench) -> None:
    [event] = events("u", 1, 1)
    bench.take([event])
    expected = from_iso(event.occurred_at)
    assert by_polars(bench.glob, "occurred_at") == [(expected,)]
    [(found,)] = by_duckdb(bench.glob, "epoch_us(occurred_at)")
    assert datetime.fromtimestamp(found / 1e6, UTC) == expected
