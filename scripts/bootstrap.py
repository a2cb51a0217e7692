"""Make the virtual environment: `python3 -m scripts.bootstrap run` (or `dev`).

Standard library only, since it runs before anything is installed.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036, told to whoever has an older one
    sys.exit(
        "CineMatch needs Python 3.11 or newer; {} is {}.{}.\n"
        "Name a newer one: make run PYTHON=python3.12".format(sys.executable, *sys.version_info[:2])
    )

import os
import shutil
import subprocess
import venv
from pathlib import Path

from scripts.stamps import digest, is_fresh, mark

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / "stamps"
PYTHON = VENV / "bin" / "python"
LOCKS = {
    "run": ["requirements.txt", "requirements-build.txt"],
    "dev": ["requirements-dev.txt"],
    "node": ["requirements-node.txt"],
}


def ensure(group: str) -> None:
    """Bring `.venv` to what the group's locks say; nothing is done where it already is."""
    ensure_venv()
    locks = [ROOT / name for name in LOCKS[group]]
    fingerprint = digest(locks)
    if is_fresh(STAMPS / group, fingerprint):
        return
    print(f"Installing {' and '.join(LOCKS[group])} ...", flush=True)
    pip("--require-hashes", *(f"--requirement={lock}" for lock in locks))
    mark(STAMPS / group, fingerprint)


def ensure_venv() -> None:
    """Make `.venv`, anew if the checkout was moved or another Python is asked for."""
    version = "{}.{}".format(*sys.version_info[:2])
    fingerprint = digest([], str(ROOT), version)
    if PYTHON.exists() and is_fresh(STAMPS / "venv", fingerprint):
        return
    print(f"Making .venv with Python {version} ...", flush=True)
    try:
        venv.create(VENV, clear=True, with_pip=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError:
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit(
            f"Python {version} cannot make a virtual environment with pip here.\n"
            "On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
    mark(STAMPS / "venv", fingerprint)


def ensure_package() -> None:
    """Install CineMatch itself, editable: what is edited in the checkout is what runs."""
    fingerprint = digest([ROOT / "pyproject.toml", ROOT / "cinematch" / "__init__.py"])
    if is_fresh(STAMPS / "package", fingerprint):
        return
    pip("--no-deps", "--no-build-isolation", f"--editable={ROOT}")
    mark(STAMPS / "package", fingerprint)


def pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*command, *arguments], check=False).returncode != 0:
        sys.exit(
            "The installation failed; pip's reason stands above. Try again with the same command."
        )


def main(group: str) -> None:
    ensure(group)
    ensure_package()


if __name__ == "__main__":
    main(sys.argv[1])
