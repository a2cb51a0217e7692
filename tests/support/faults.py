"""What machines do to a server: no room on the disk, folders that may not be written, kill -9."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Without these two capabilities even root obeys the modes of files. prctl(24) is PR_CAPBSET_DROP.
_OBEYING = """
import ctypes, os, sys
if os.geteuid() == 0:
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in (1, 2):
        if libc.prctl(24, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "prctl")
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""

OBEYING = (sys.executable, "-c", _OBEYING)
"""Before the arguments of a Python: it then may not do what the modes of files forbid."""


@contextmanager
def disk_full(pid: int, beyond: int = 0) -> Iterator[None]:
    """Let a process write nothing past `beyond` bytes of any file, as if the disk were full.

    The system then refuses writes in the middle (EFBIG), also the second half of one: the same
    path through everything as ENOSPC, without the right to mount a small disk. Room is made again
    at the end.
    """
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (beyond, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Take the right to write from a folder and the folders in it."""
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    try:
        yield
    finally:
        for path in folders:
            path.chmod(0o755)


def command(
    data_dir: Path, *arguments: str, before: tuple[str, ...] = (sys.executable,), room: int = -1
) -> "subprocess.CompletedProcess[str]":
    """Run `cinematch` on a data folder, after `before`, with `room` bytes for any file."""

    def limit() -> None:
        if room >= 0:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))

    return subprocess.run(
        [*before, "-m", "cinematch", *arguments],
        env={**os.environ, "CINEMATCH_DATA_DIR": str(data_dir), "CINEMATCH_PORT": "0"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=limit,
    )


def peak_memory(pid: int) -> int:
    """Return the most bytes that a process has held in memory so far."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("The system does not tell the peak of memory.")
