"""Rows as columns, and what makes files of several releases one table."""

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from cinematch.lake.core import LAKE_VERSION, Row

SCHEMA = pa.schema(
    [
        ("user_id", pa.string()),
        ("seq", pa.int64()),
        ("event_id", pa.string()),
        ("event_type", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("film_id", pa.string()),
        ("title", pa.string()),
        ("year", pa.int32()),
        ("runtime", pa.int32()),
        ("rating_before", pa.int32()),
        ("rating_after", pa.int32()),
        ("viewings_before", pa.int32()),
        ("viewings_after", pa.int32()),
        ("liked", pa.bool_()),
        ("cause", pa.string()),
        ("schema_version", pa.int32()),
        ("payload", pa.string()),
    ],
    metadata={"cinematch.lake": str(LAKE_VERSION)},
)
"""The columns of a file; the day is the folder's name."""

_ROW_GROUP = 16_384


def table_of(rows: Sequence[Row]) -> pa.Table:
    """Return rows as a table."""
    return pa.Table.from_pylist([msgspec.structs.asdict(row) for row in rows], schema=SCHEMA)


def write(table: pa.Table, path: Path) -> None:
    """Write a table and have the disk keep it."""
    # So that a look for one user passes over the rest of the file.
    pq.write_table(table, path, compression="zstd", row_group_size=_ROW_GROUP)
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def read(path: Path) -> pa.Table:
    """Read a file of whatever release; columns that it lacks are null, those of later ones stay."""
    table = pq.ParquetFile(path).read()
    for field in SCHEMA:
        if field.name not in table.column_names:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    return table


def one_of(paths: Sequence[Path]) -> pa.Table:
    """Return the rows of several files by user and number, each event once."""
    table = pa.concat_tables([read(path) for path in paths], promote_options="default")
    table = table.sort_by([("user_id", "ascending"), ("seq", "ascending")])
    if len(table) < 2:
        return table
    return table.filter(pa.concat_arrays([pa.array([True]), _differs(table)]))


def holds(path: Path, user_ids: Collection[str]) -> int:
    """Return how many rows of these users are in a file; most of it is not even read."""
    chosen = [("user_id", "in", list(user_ids))]
    return len(pq.read_table(path, columns=["user_id"], filters=chosen, partitioning=None))


def without(path: Path, user_ids: Collection[str]) -> pa.Table:
    """Return the rows of a file that are nobody's of these."""
    table = read(path)
    return table.filter(pc.invert(pc.is_in(table["user_id"], pa.array(list(user_ids)))))


def keys(table: pa.Table) -> list[tuple[str, int]]:
    """Return users and numbers of a table's rows."""
    return list(
        zip(table.column("user_id").to_pylist(), table.column("seq").to_pylist(), strict=True)
    )


def _differs(table: pa.Table) -> Any:
    """Say of every row but the first whether it is another event than the row before."""
    rows = len(table)
    user, seq = table["user_id"].combine_chunks(), table["seq"].combine_chunks()
    return pc.or_(
        pc.not_equal(user.slice(1), user.slice(0, rows - 1)),
        pc.not_equal(seq.slice(1), seq.slice(0, rows - 1)),
    )
