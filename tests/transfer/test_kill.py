"""The process is killed in the middle of reading, applying and undoing; the next one goes on."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.support.letterboxd import export
from tests.support.transfer import Desk

KNOWN = [(f"A Known Reel {number}", 1950 + number % 70) for number in range(900)]
_CHILD = """
import sys
from pathlib import Path
from tests.support.transfer import Desk
desk = Desk(Path(sys.argv[1]))
print("at work", flush=True)
desk.worker.run_pending()
"""


def kill_while(folder: Path, seconds: float) -> None:
    """Let another process work on the folder, and kill it."""
    root = Path(__file__).resolve().parents[2]
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(folder)],
        stdout=subprocess.PIPE,
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert child.stdout is not None
    child.stdout.readline()
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    child.stdout.close()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The state that an import without any accident leaves."""
    desk = Desk(tmp_path_factory.mktemp("whole"))
    desk.bring(export(KNOWN, unknown=200).zip, "letterboxd.zip")
    state = desk.state()
    desk.close()
    return state


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.02, 0.1, 0.2, 0.3, 0.45, 0.6])
def test_killed_at_any_moment_it_ends_as_if_nothing_had_happened(
    tmp_path: Path, whole: bytes, seconds: float
) -> None:
    desk = Desk(tmp_path)
    blank = desk.state()
    content = export(KNOWN, unknown=200).zip
    started = desk.imports.create("u", "letterboxd.zip", io.BytesIO(content), at_once=True)
    desk.close()
    for _ in range(3):
        kill_while(tmp_path, seconds)
    desk = Desk(tmp_path)
    desk.worker.recover()
    desk.worker.run_pending()
    item = desk.imports.get("u", started.import_id)
    assert item.status == "applied"
    assert desk.state() == whole
    events = desk.events()
    assert events == len(desk.all_entries())

    desk.imports.undo("u", item.import_id)
    desk.close()
    for _ in range(2):
        kill_while(tmp_path, seconds)
    desk = Desk(tmp_path)
    desk.worker.run_pending()
    assert desk.imports.get("u", item.import_id).status == "undone"
    assert desk.state() == blank
    assert desk.events() == 2 * events
    desk.close()
