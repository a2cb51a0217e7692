"""Fetch the Java parts of a cluster with Maven: `python -m scripts.jars kafka` prints their folder.

They lie in a cache outside the checkout, one folder for each content of `deploy/jars/NAME/pom.xml`,
and come there whole or not at all. Standard library only.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

POMS = Path(__file__).resolve().parent.parent / "deploy" / "jars"
COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# pyspark brings everything else that the connector needs.
WANTED = {
    "spark": (
        "spark-sql-kafka",
        "spark-token-provider-kafka",
        "kafka-clients",
        "commons-pool2",
    )
}


def cache() -> Path:
    """Return the folder of all parts: CINEMATCH_PARTS, or one in the user's cache."""
    chosen = os.environ.get("CINEMATCH_PARTS")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(chosen) if chosen else home / "cinematch-parts"


def ensure(name: str) -> Path:
    """Return the folder with the jars of `deploy/jars/NAME/pom.xml`, fetched if missing."""
    pom = POMS / name / "pom.xml"
    content = hashlib.sha256(pom.read_bytes()).hexdigest()
    folder = cache() / f"{name}-{content[:16]}"
    if folder.is_dir():
        return folder
    if shutil.which("mvn") is None:
        sys.exit(
            "Maven is needed to fetch the Java parts.\n"
            "Debian and Ubuntu: sudo apt-get install maven default-jdk-headless"
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as scratch:
        fetched = Path(scratch) / "jars"
        subprocess.run(
            ["mvn", "-B", "-ntp", "-q", "-f", str(pom), COPY, f"-DoutputDirectory={fetched}",
             "-DincludeScope=runtime"],
            check=True,
            stdout=sys.stderr,
        )  # fmt: skip
        for jar in fetched.iterdir():
            if name in WANTED and not jar.name.startswith(WANTED[name]):
                jar.unlink()
        try:
            fetched.rename(folder)
        except OSError:
            # Another process was quicker; its folder holds the same.
            if not folder.is_dir():
                raise
    return folder


if __name__ == "__main__":
    for part in sys.argv[1:] or sorted(pom.parent.name for pom in POMS.glob("*/pom.xml")):
        print(ensure(part))
