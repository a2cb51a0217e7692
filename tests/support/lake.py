"""A lake on a folder with a store beside it, and its rows as different engines see them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow.dataset as ds

from cinematch.events.core import Event
from cinematch.infra.sqlite import Database
from cinematch.kit.clock import to_iso
from cinematch.lake.consumer import LakeHandler
from cinematch.lake.parquet import SCHEMA, ParquetFiles
from cinematch.lake.service import LakeService
from cinematch.lake.sqlite import SqliteLakeRecords
from tests.support.builders import facts, image

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
FILM = facts("kes", year=1969)


class LakeBench:
    """A lake; `now` may be pushed."""

    def __init__(self, folder: Path, store: Database) -> None:
        self.now = NOW
        self.root, self.store = folder, store
        self.files = ParquetFiles(folder)
        self.records = SqliteLakeRecords()
        self.lake = LakeService(store, self.records, self.files, lambda: self.now)
        self.handler = LakeHandler(self.lake)

    def take(self, events: Sequence[Event]) -> None:
        """Take a batch as the consumer's loop does."""
        self.store.transact(lambda tx: self.handler.handle(tx, events))
        self.handler.afterwards()

    @property
    def glob(self) -> str:
        """What a reader is told to take."""
        return str(self.files.events / "*" / "*.parquet")

    def seen(self) -> list[tuple[str, int]]:
        """Return what a plain reader of the folder finds, doubles and all."""
        return sorted(
            zip(*(column.to_pylist() for column in self.columns("user_id", "seq")), strict=True)
        )

    def columns(self, *names: str) -> list[Any]:
        table = ds.dataset(self.files.events, format="parquet", schema=SCHEMA).to_table()
        return [table.column(name) for name in names]

    def paths(self) -> list[Path]:
        return sorted(self.files.events.glob("*/*.parquet"))


def events(user_id: str, first: int, last: int, days_ago: int = 0, **known: Any) -> list[Event]:
    """Return events of one user with these numbers, a second apart."""
    start = NOW - timedelta(days=days_ago)
    return [
        Event(
            event_id=f"{user_id}-{seq}",
            user_id=user_id,
            seq=seq,
            event_type="ADD",
            occurred_at=to_iso(start + timedelta(seconds=seq)),
            after=image(FILM, "2026-11-20", rating=8),
            **known,
        )
        for seq in range(first, last + 1)
    ]


def keys(*batches: Sequence[Event]) -> list[tuple[str, int]]:
    return sorted((event.user_id, event.seq) for batch in batches for event in batch)


def by_duckdb(glob: str, columns: str) -> list[tuple[Any, ...]]:
    """Return columns of all rows, by user and number, with DuckDB."""
    with duckdb.connect() as connection:
        return connection.execute(
            f"SELECT {columns} FROM read_parquet('{glob}', union_by_name = true,"  # noqa: S608
            " hive_partitioning = true) ORDER BY user_id, seq"
        ).fetchall()


def by_polars(glob: str, columns: str) -> list[tuple[Any, ...]]:
    """Return the same with Polars, which is told the columns."""
    import pyarrow as pa

    empty = pl.from_arrow(pa.Table.from_pylist([], schema=SCHEMA))
    frame = pl.scan_parquet(
        glob,
        schema=dict(empty.schema),  # type: ignore[union-attr]
        missing_columns="insert",
        extra_columns="ignore",
        hive_partitioning=True,
    )
    return frame.sort("user_id", "seq").select(columns.split(", ")).collect().rows()
