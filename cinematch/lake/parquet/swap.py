"""Two folders change names at one stroke, so that a reader finds the one or the other."""

import ctypes
import os
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are taken as they stand
_EXCHANGE = 2  # RENAME_EXCHANGE


def swap(one: Path, other: Path) -> None:
    """Exchange two folders; where the system cannot, there is nothing at `other` for a moment."""
    if not _exchange(one, other):
        aside = one.with_name(f"{one.name}.aside")
        other.rename(aside)
        one.rename(other)
        aside.rename(one)
    keep_names(one.parent)
    keep_names(other.parent)


def keep_names(folder: Path) -> None:
    """Have the disk keep which files are in a folder."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _exchange(one: Path, other: Path) -> bool:
    """Ask Linux to do it; False where the system or the file system does not know how."""
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    return bool(rename(_HERE, os.fsencode(one), _HERE, os.fsencode(other), _EXCHANGE) == 0)
