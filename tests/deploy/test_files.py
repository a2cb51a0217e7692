"""What holds for every file of `deploy/`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.deploying import DEPLOY, ROOT, SETTINGS, example_variables

FILES = sorted(path for path in DEPLOY.rglob("*") if path.is_file() and path.name != ".env")
PAGES = [ROOT / "docs" / "cluster.md", *FILES]


def test_yamllint_finds_nothing() -> None:
    program = Path(sys.executable).parent / "yamllint"
    ended = subprocess.run(
        [program, "--strict", "--config-file", DEPLOY / "yamllint.yaml", DEPLOY],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (0, "")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_variables_of_ours_are_settings(path: Path) -> None:
    named = set(re.findall(r"\bCINEMATCH_[A-Z_]*[A-Z]\b", path.read_text(encoding="utf-8")))
    assert named <= SETTINGS | set(example_variables())


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_looks_like_a_secret(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "PRIVATE KEY" not in text
    assert not re.search(r"\b[0-9a-f]{32,}\b", text)
    assert not re.search(r"(?i)passw(or)?d[ \t]*[=:][ \t]*[\"']?[A-Za-z0-9]{4,}", text)
