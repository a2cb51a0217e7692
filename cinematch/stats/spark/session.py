"""The Spark session of a job: small, quiet, with the Kafka connector and this Python."""

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field
from pyspark import SparkContext
from pyspark.sql import SparkSession

CONNECTOR = "org.apache.spark:spark-sql-kafka-0-10_2.13:4.2.0"

_PATIENCE = 4.0  # seconds for a JVM to end in peace


class SessionOptions(BaseModel):
    """How a Spark job runs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = "cinematch"
    """What the cluster's own pages call the job."""

    master: str = "local[*]"
    """Where it runs: `local[2]`, `spark://host:7077`, `k8s://…`."""

    driver_memory: str = Field("1g", pattern=r"^[1-9][0-9]*[kmg]$")
    """Heap of the driver's JVM."""

    shuffle_partitions: int = Field(2, ge=1)
    """Tasks after a shuffle; about the number of cores."""

    jars: Path | None = None
    """A folder with the connector's jars; None has Spark fetch them by their Maven names."""

    extra: Mapping[str, str] = Field(default_factory=dict)
    """Further `spark.…` settings; they win."""


def build_session(options: SessionOptions) -> SparkSession:
    """Start a JVM with a session, or return the one that this process has already.

    Time zone UTC, no web page, workers run this very Python.

    Raises:
        FileNotFoundError: the folder of jars holds none.
    """
    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    builder = SparkSession.builder.appName(options.name).master(options.master)
    for key, value in {**_usual(options), **_connector(options.jars), **options.extra}.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    logging.getLogger("py4j").setLevel(logging.WARNING)  # it tells of each call
    return session


def end_session(session: SparkSession) -> None:
    """Stop the session and end its JVM, by force when it does not go within a few seconds."""
    gateway = SparkContext._gateway  # noqa: SLF001 - a process that pyspark starts and never ends
    try:
        session.stop()
    finally:
        if gateway is not None:
            SparkContext._gateway = SparkContext._jvm = None  # noqa: SLF001
            gateway.shutdown()
            _end(gateway.proc)


def _end(jvm: "subprocess.Popen[bytes]") -> None:
    if jvm.stdin is not None:
        jvm.stdin.close()  # the JVM lives as long as this pipe
    try:
        jvm.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        jvm.kill()
        jvm.wait()


def _usual(options: SessionOptions) -> dict[str, str]:
    settings = {
        "spark.driver.memory": options.driver_memory,
        "spark.sql.shuffle.partitions": str(options.shuffle_partitions),
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        # Rows go to Python in columns, not pickled one by one.
        "spark.sql.execution.arrow.pyspark.enabled": "true",
        # A query keeps few of its own reports; ours go to the log.
        "spark.sql.streaming.numRecentProgressUpdates": "20",
        # A query that is told to stop waits this long for the batch at hand.
        "spark.sql.streaming.stopTimeout": "5s",
    }
    if options.master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    return settings


def _connector(folder: Path | None) -> dict[str, str]:
    if folder is None:
        return {"spark.jars.packages": CONNECTOR}
    jars = sorted(folder.glob("*.jar"))
    if not jars:
        raise FileNotFoundError(f"There is no .jar in {folder}.")
    return {"spark.jars": ",".join(str(jar) for jar in jars)}
