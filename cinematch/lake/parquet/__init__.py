"""The lake's files: Parquet by day, for DuckDB, Polars, Spark and whatever else reads it."""

from cinematch.lake.parquet.files import ParquetFiles
from cinematch.lake.parquet.table import SCHEMA

__all__ = ["SCHEMA", "ParquetFiles"]
