"""The image: clean for its own linter, pinned, and made of files that are there."""

import fnmatch
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cinematch.worker.probe import Probe
from scripts.jars import WANTED
from tests.support.deploying import DEPLOY, ROOT, compose
from tests.support.ports import free_port

DOCKERFILE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
INSTRUCTIONS = DOCKERFILE.replace("\\\n", " ").splitlines()
POM_VERSION = re.compile(r"<artifactId>(?P<name>[^<]+)</artifactId>\s*<version>([^<]+)</version>")


def _poms(name: str) -> dict[str, str]:
    pom = (DEPLOY / "jars" / name / "pom.xml").read_text(encoding="utf-8")
    return dict(POM_VERSION.findall(pom))


def _kept(path: str) -> bool:
    """Say whether a path goes to the engine: the last line that fits decides."""
    kept = True
    for line in (DEPLOY / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.removeprefix("!").removeprefix("**/")
        if fnmatch.fnmatch(path, pattern) or fnmatch.fnmatch(path, f"{pattern}/*"):
            kept = line.startswith("!")
    return kept


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    found = subprocess.run(
        [hadolint, "--config", DEPLOY / "hadolint.yaml", DEPLOY / "Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (found.returncode, found.stdout) == (0, "")


def test_every_rule_that_is_ignored_is_explained() -> None:
    ignored = re.findall(r"hadolint ignore=(\S+)", DOCKERFILE)
    words = (DEPLOY / "hadolint.yaml").read_text(encoding="utf-8")
    assert ignored == ["DL3008"]
    assert all(f"# {rule} (" in words for rule in ignored)


def test_bases_are_pinned_to_a_release() -> None:
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert len(bases) == 4
    assert all(re.search(r":\d+\.\d+\.\d+-", base) for base in bases), bases


def test_python_packages_are_pinned_by_their_checksums() -> None:
    for line in INSTRUCTIONS:
        for command in re.findall(r"pip install [^&]*", line):
            assert "--require-hashes" in command or "--no-deps" in command, command


def test_signals_reach_the_role_and_it_is_nobody_special() -> None:
    assert 'ENTRYPOINT ["tini", "--", "cinematch"]' in INSTRUCTIONS
    users = [line.split()[1] for line in INSTRUCTIONS if line.startswith("USER ")]
    assert users == ["10001:10001"]
    assert "VOLUME /data" in INSTRUCTIONS
    assert any(line.startswith("HEALTHCHECK ") for line in INSTRUCTIONS)


def test_what_is_copied_is_there_and_is_sent_to_the_engine() -> None:
    copied = [
        source
        for line in INSTRUCTIONS
        if line.startswith("COPY ") and "--from=" not in line
        for source in line.split()[1:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        inside = f"{source.rstrip('/')}/x" if (ROOT / source).is_dir() else source
        assert _kept(inside), source


@pytest.mark.parametrize(
    "path", [".env", "deploy/.env", "data/cinematch.db", ".git/config", "web/node_modules/x/y.js"]
)
def test_what_is_nobodys_business_is_not_sent(path: str) -> None:
    assert not _kept(path)


def test_the_connectors_jars_are_those_that_the_tests_run_with() -> None:
    [named] = re.findall(r"-DincludeArtifactIds=(\S+)", DOCKERFILE)
    artifacts = named.split(",")
    assert len(artifacts) == len(WANTED["spark"])
    assert all(any(one.startswith(prefix) for one in artifacts) for prefix in WANTED["spark"])


def test_releases_are_the_same_everywhere() -> None:
    broker = compose()["services"]["kafka"]["image"]
    assert broker == f"apache/kafka:{_poms('kafka')['kafka_2.13']}"
    locked = (ROOT / "requirements-cluster.txt").read_text(encoding="utf-8")
    [spark] = re.findall(r"^pyspark==(\S+)", locked, re.MULTILINE)
    assert _poms("spark")["spark-sql-kafka-0-10_2.13"] == spark


def _health(**variables: str) -> int:
    ended = subprocess.run(
        [sys.executable, ROOT / "scripts" / "container_health.py"],
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
    )
    return ended.returncode


def test_the_health_check_asks_the_role_that_runs() -> None:
    probe = Probe("127.0.0.1", 0, lambda: {"relay": {"status": "failed"}})
    probe.start()
    try:
        # Not ready, but alive: to start it anew would mend nothing.
        assert _health(CINEMATCH_PROBE_PORT=str(probe.port), CINEMATCH_PORT="1") == 0
        assert _health(CINEMATCH_PORT=str(probe.port), CINEMATCH_PROBE_PORT="") == 0
    finally:
        probe.stop()
    assert _health(CINEMATCH_PROBE_PORT=str(free_port())) == 1
