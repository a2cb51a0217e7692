"""The first of the two commands of the README."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
MAKE = shutil.which("make") or "make"


def wait(seconds: float, condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still waiting after {seconds} seconds"
        time.sleep(0.05)


def answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/live", timeout=5).is_success
    except httpx.TransportError:
        return False


def is_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_make_run_starts_again_at_once_and_sigterm_ends_it_children_included(
    tmp_path: Path,
) -> None:
    port = free_port()
    settings = {"CINEMATCH_PORT": str(port), "CINEMATCH_DATA_DIR": str(tmp_path)}
    for seconds_to_start in (90, 10):
        with subprocess.Popen(
            [MAKE, "run"], cwd=ROOT, env=os.environ | settings, start_new_session=True
        ) as make:
            try:
                wait(seconds_to_start, lambda: answers(port))
                make.terminate()
                make.wait(10)
                wait(10, lambda: not is_alive(make.pid))
            finally:
                if is_alive(make.pid):
                    os.killpg(make.pid, signal.SIGKILL)
        assert not answers(port)
