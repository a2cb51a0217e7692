"""Locks: one server to a folder, told who holds it; let go of however the holder ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cinematch.infra.instance import AlreadyRunning, InstanceLock, turn
from cinematch.kit.errors import Conflict, StoreFull

HOLDER = """
import sys, time
from pathlib import Path
from cinematch.infra.instance import InstanceLock
lock = InstanceLock(Path(sys.argv[1])).acquire("http://127.0.0.1:8123")
print("held", flush=True)
time.sleep(60)
"""


def test_a_second_one_is_refused_with_process_and_address_of_the_first(tmp_path: Path) -> None:
    with (
        InstanceLock(tmp_path).acquire("http://127.0.0.1:8123"),
        pytest.raises(AlreadyRunning) as refusal,
    ):
        InstanceLock(tmp_path).acquire()
    assert f"process {os.getpid()} at http://127.0.0.1:8123" in refusal.value.detail
    assert "CINEMATCH_DATA_DIR" in refusal.value.detail


def test_it_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning, match=str(holder.pid)):
            InstanceLock(tmp_path).acquire()
        holder.kill()
        holder.wait()
    # The note of the dead one is still there, and is written over.
    with InstanceLock(tmp_path):
        note = json.loads((tmp_path / "cinematch.pid").read_text())
        assert note["pid"] == os.getpid()
    assert not (tmp_path / "cinematch.pid").exists()


@pytest.mark.parametrize("note", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_that_cannot_be_read_does_not_hide_the_refusal(tmp_path: Path, note: str) -> None:
    with InstanceLock(tmp_path):
        (tmp_path / "cinematch.pid").write_text(note)
        with pytest.raises(AlreadyRunning, match="is already running on the folder"):
            InstanceLock(tmp_path).acquire()


def test_a_folder_that_cannot_be_is_told_with_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFull, match="CINEMATCH_DATA_DIR"):
        InstanceLock(tmp_path / "file" / "data").acquire()


def test_a_folder_that_it_makes_is_for_its_owner_alone(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "data"):
        assert (tmp_path / "data").stat().st_mode & 0o077 == 0


def test_when_the_note_cannot_be_written_the_lock_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "cinematch.pid").mkdir()
    with pytest.raises(StoreFull):
        InstanceLock(tmp_path).acquire()
    (tmp_path / "cinematch.pid").rmdir()
    with InstanceLock(tmp_path):
        assert (tmp_path / "cinematch.pid").exists()


def test_a_turn_is_one_at_a_time_and_free_after_an_error(tmp_path: Path) -> None:
    file = tmp_path / "turn"

    def enter() -> str:
        with turn(file, "busy"):
            return "inside"

    with turn(file, "busy"), pytest.raises(Conflict, match="busy"):
        enter()
    with pytest.raises(RuntimeError), turn(file, "busy"):
        raise RuntimeError
    assert enter() == "inside"
