"""A small Spark in this process, with the Kafka connector."""

from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.sql import SparkSession

from cinematch.stats.spark.session import SessionOptions, build_session, end_session
from scripts.jars import ensure

HEAP = "768m"


def small_options(name: str = "tests") -> SessionOptions:
    """Return options for two cores and little memory."""
    return SessionOptions(name=name, master="local[2]", driver_memory=HEAP, jars=ensure("spark"))


@contextmanager
def spark_session(name: str = "tests") -> Iterator[SparkSession]:
    """Yield a session; its JVM is ended afterwards."""
    session = build_session(small_options(name))
    try:
        yield session
    finally:
        end_session(session)
