"""docs/cluster.md, followed command by command.

Literally, but for two things. The blocks `install` are not run: what they install is there, or the
first test says so. And a machine that runs tests may have servers of its own, so the ports are
free ones. Where the page offers a trial in the place of production, the trial is taken.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from scripts.jars import cache
from tests.support.guide import blocks, script
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "cluster.md").read_text(encoding="utf-8")
KINDS = {"", "install", "production", "trial"}
PORTS = ("27017", "9092", "9093", "6379", "8000", *(str(8101 + n) for n in range(7)))
_SECONDS = 600
_LEAVING = 20.0

pytestmark = [pytest.mark.java, pytest.mark.slow]


def _free(count: int) -> list[str]:
    found: set[str] = set()
    while len(found) < count:
        found.add(str(free_port()))
    return sorted(found)


def _with_ports(text: str, ports: dict[str, str]) -> str:
    return re.sub(rf"\b({'|'.join(ports)})\b", lambda found: ports[found[0]], text)


def _checkout(home: Path, ports: dict[str, str]) -> None:
    """Make ~/cinematch, with the broker's file on other ports, and ~/cluster/venv."""
    for name in ("scripts", "cinematch"):
        (home / "cinematch").mkdir(exist_ok=True)
        (home / "cinematch" / name).symlink_to(ROOT / name)
    kafka = home / "cinematch" / "deploy" / "kafka"
    kafka.mkdir(parents=True)
    for file in (ROOT / "deploy" / "kafka").iterdir():
        (kafka / file.name).write_text(_with_ports(file.read_text(encoding="utf-8"), ports))
    (home / "cluster").mkdir()
    (home / "cluster" / "venv").symlink_to(sys.prefix)


def _environment(home: Path, api: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"JAVA_HOME", "LANG"}}
    return {
        **kept,
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "CINEMATCH_PORT": api,
        # Fetched once for all tests.
        "CINEMATCH_PARTS": str(cache()),
    }


def test_what_the_page_installs_is_here() -> None:
    assert {block.kind for block in blocks(PAGE)} == KINDS
    for program in ("git", "java", "mvn"):
        assert shutil.which(program), f"sudo apt-get install {program}"
    [packages] = re.findall(r"pip install --pre (.+)$", PAGE, re.MULTILINE)
    for package in packages.split():
        assert version(package)
    named = re.findall(r"~/cinematch/([\w.-]+\.txt)", PAGE)
    assert named == ["requirements-cluster.txt"]
    locked = (ROOT / named[0]).read_text(encoding="utf-8")
    for package in re.findall(r"^([\w.-]+)==\S+ \\$", locked, re.MULTILINE):
        assert version(package)


@pytest.mark.timeout(_SECONDS + 60)
def test_the_page_leads_from_one_machine_to_a_cluster_and_back(tmp_path: Path) -> None:
    ports = dict(zip(PORTS, _free(len(PORTS)), strict=True))
    _checkout(tmp_path, ports)
    chosen = [block for block in blocks(PAGE) if block.kind in {"", "trial"}]
    (tmp_path / "follow.sh").write_text(_with_ports(script(chosen), ports))
    log = tmp_path / "follow.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            ["bash", "follow.sh"],
            cwd=tmp_path,
            env=_environment(tmp_path, ports["8000"]),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        status = process.wait(_SECONDS)
        ended = _ended(process.pid)
    finally:
        _end(process)
    said = log.read_text()
    assert status == 0, said[-3000:] + _tails(tmp_path / "cluster" / "log")
    assert said.count("rows are there.") == 2, said
    assert said.count(": 0 differences.") >= 2, said
    assert "DIFFERENT" not in said
    assert ended, "The page leaves processes behind."


def _ended(group: int) -> bool:
    """Wait for a group to be empty; False when somebody in it stays."""
    deadline = time.monotonic() + _LEAVING
    while time.monotonic() < deadline:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End what the page has started, whatever has become of it."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        process.wait()


def _tails(folder: Path) -> str:
    return "".join(
        f"\n--- {log.name}\n{log.read_text(errors='replace')[-1500:]}"
        for log in sorted(folder.glob("*.log"))
    )
