"""The web page's tools: `python3 -m scripts.page build`, or `... npm run lint`.

Uses the machine's Node.js where it is new enough, and else a wheel of it in `.venv`.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from scripts import bootstrap
from scripts.stamps import digest, is_fresh, mark

WEB = bootstrap.ROOT / "web"
BUILT = WEB / "dist" / "index.html"
STAMP = bootstrap.STAMPS / "page"
MODULES_STAMP = WEB / "node_modules" / ".stamp"
OLDEST_NODE = (20, 19)


def build() -> None:
    """Build web/dist when its sources changed since the last build."""
    if not (WEB / "package.json").is_file():
        print("No web/package.json: the API runs without its page.")
        return
    fingerprint = digest(sources())
    if BUILT.is_file() and is_fresh(STAMP, fingerprint):
        return
    print("Building the web page ...", flush=True)
    npm("run", "build")
    mark(STAMP, fingerprint)


def npm(*arguments: str) -> None:
    """Run npm in web/, with its packages installed as the lock file says."""
    install_packages()
    call_npm(*arguments)


def install_packages() -> None:
    fingerprint = digest(
        file
        for name in ("package.json", "package-lock.json", ".npmrc")
        if (file := WEB / name).is_file()
    )
    if is_fresh(MODULES_STAMP, fingerprint):
        return
    print("Installing the page's packages ...", flush=True)
    call_npm("ci", "--no-audit", "--no-fund")
    mark(MODULES_STAMP, fingerprint)


def call_npm(*arguments: str) -> None:
    path = node_path()
    command = [shutil.which("npm", path=path) or "npm", *arguments]
    environment = os.environ | {"PATH": path}
    if subprocess.run(command, cwd=WEB, env=environment, check=False).returncode != 0:
        sys.exit(f"npm {' '.join(arguments)} failed.")


@cache
def node_path() -> str:
    """A PATH whose first node and npm can build the page."""
    path = os.environ.get("PATH", os.defpath)
    if shutil.which("npm") and node_version() >= OLDEST_NODE:
        return path
    bootstrap.ensure("node")
    return f"{bootstrap.VENV / 'bin'}{os.pathsep}{path}"


def node_version() -> tuple[int, ...]:
    node = shutil.which("node")
    if node is None:
        return (0,)
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    return tuple(int(number) for number in re.findall(r"\d+", answer.stdout)) or (0,)


def sources() -> Iterator[Path]:
    """What the built page is made from."""
    for folder in (WEB / "src", WEB / "public"):
        yield from (file for file in folder.rglob("*") if file.is_file())
    yield WEB / "index.html"
    yield from (file for file in WEB.glob("*.[jt]s*") if file.suffix != ".tsbuildinfo")


def main(command: str, *arguments: str) -> None:
    actions = {"build": build, "npm": npm}
    actions[command](*arguments)


if __name__ == "__main__":
    main(*sys.argv[1:])
