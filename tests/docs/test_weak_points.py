"""The table of weak points names files, code and tests that exist, and leaves none out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/decisions/0009-weak-points.md").read_text()
ROWS = re.findall(r"^\| W(\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", TEXT, re.MULTILINE)


def test_every_point_has_one_line() -> None:
    assert [int(row[0]) for row in ROWS] == list(range(1, 61))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"W{row[0]}")
def test_what_a_line_names_exists(row: tuple[str, ...]) -> None:
    number, _, _, where, proof = row
    files = re.findall(r"`([a-z_/0-9]+\.py)`(?: \(`([A-Za-z_.]+)`\))?", where)
    tests = re.findall(r"`([a-z_/0-9]+\.py)::(test_\w+)`", proof)
    for file, name in files:
        code = (ROOT / "cinematch" / file).read_text()
        for part in name.split(".") if name else ():
            assert re.search(rf"^\s*(class|def) {part}\b|^{part}\b", code, re.MULTILINE), part
    for file, name in tests:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text()
    told = re.search(rf"^- (?:W\d+, )*W{number}\b", TEXT, re.MULTILINE)
    assert (files and tests) or told, "neither answered nor open"
