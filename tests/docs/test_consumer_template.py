"""The template of `docs/consumers.md` really runs, and counts each event once."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.builders import film
from tests.support.house import build_house, signed_in

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "docs" / "examples" / "consumer_template.py"
PAGE = ROOT / "docs" / "consumers.md"


def environment(folder: Path) -> dict[str, str]:
    outside = ("CINEMATCH_", "MONGODB_", "KAFKA_", "REDIS_", "ELASTICSEARCH_")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(outside)}
    return {**kept, "CINEMATCH_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}


def counted(folder: Path) -> dict[str, int]:
    """Run the template until nothing is left, and return what it printed."""
    done = subprocess.run(
        [sys.executable, str(TEMPLATE), "--once"],
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    found: dict[str, int] = json.loads(done.stdout)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    house = build_house(tmp_path)
    kinds = {"ran": ("War", "Drama"), "ikiru": ("Drama",), "yojimbo": ("Action",)}
    house.films.load([film(key, genres=genres) for key, genres in kinds.items()], "starter")
    with signed_in(house, "ada") as ada:
        for key in (*kinds, "ran"):
            watched = {"date": "2026-01-02"}
            assert ada.post(f"/api/library/{key}/watches", json=watched).is_success
        assert ada.delete("/api/library/yojimbo").is_success
    house.stop()
    return tmp_path


def test_the_template_counts_each_event_once_however_often_it_is_run(folder: Path) -> None:
    assert counted(folder) == {"Drama": 3, "War": 2}
    assert counted(folder) == {"Drama": 3, "War": 2}


def test_it_goes_on_until_it_is_told_to_end(folder: Path) -> None:
    counted(folder)  # so that what follows is only the waiting
    process = subprocess.Popen(
        [sys.executable, str(TEMPLATE)], env=environment(folder), stdout=subprocess.PIPE, text=True
    )
    try:
        deadline = time.monotonic() + 60
        while "SIGTERM" not in caught(process.pid) and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    finally:
        process.kill()
        process.wait()
    assert (process.returncode, json.loads(said)) == (0, {"Drama": 3, "War": 2})


def caught(pid: int) -> str:
    """Say whether a process handles SIGTERM by now."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    mask = next(line for line in status.splitlines() if line.startswith("SigCgt"))
    return "SIGTERM" if int(mask.split()[1], 16) >> (signal.SIGTERM - 1) & 1 else ""


def test_the_page_names_the_template_and_what_a_handler_has() -> None:
    page = PAGE.read_text("utf-8")
    for word in ("examples/consumer_template.py", "handle(tx, events)", "afterwards()", "name"):
        assert word in page
