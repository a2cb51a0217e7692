"""Remember what was made from what, so that a second `make run` starts at once.

Contents are compared, not dates: a fresh clone gives every file the same date.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(files: Iterable[Path], *extra: str) -> str:
    """One fingerprint of these files (names and contents) and of these words."""
    total = hashlib.sha256("\0".join(extra).encode())
    for file in sorted(files):
        total.update(f"\0{file.as_posix()}\0".encode())
        total.update(file.read_bytes())
    return total.hexdigest()


def is_fresh(stamp: Path, fingerprint: str) -> bool:
    return stamp.is_file() and stamp.read_text(encoding="utf-8") == fingerprint


def mark(stamp: Path, fingerprint: str) -> None:
    """Write the stamp, last of all: an interrupted step leaves none and is done again."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint, encoding="utf-8")
