"""Tables of weak points name files, code and tests that exist, and leave none out."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs" / "decisions"
COUNTS = {"0009-weak-points.md": 60, "0017-recommender-weak-points.md": 87}

_ROW = re.compile(r"^\| W(\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
_FILE = re.compile(r"`([\w/.-]+\.(?:py|ts|tsx|yaml|yml|conf))`(?: \(`([A-Za-z_.]+)`\))?")
_TEST = re.compile(r"`([a-z_/0-9]+\.py)::(test_\w+)`")
_PAGE_TEST = re.compile(r"`(web/[\w/.]+\.test\.tsx?)::([^`]+)`")
_DOCTEST = re.compile(r"doctest of `([a-z_/0-9]+\.py)` \(`(\w+)`\)")
_OUTSIDE = ("web/", "deploy/", "benchmarks/")
"""Where files are that do not lie under `cinematch/`."""


class Point(NamedTuple):
    """One row of a table."""

    page: str
    number: str
    where: str
    proof: str


def points(page: str) -> list[Point]:
    rows = _ROW.findall((DECISIONS / page).read_text("utf-8"))
    return [Point(page, number, where, proof) for number, _, _, where, proof in rows]


def code_of(file: str) -> str:
    folder = ROOT if file.startswith(_OUTSIDE) else ROOT / "cinematch"
    return (folder / file).read_text("utf-8")


@pytest.mark.parametrize("page", COUNTS)
def test_every_point_has_one_line(page: str) -> None:
    assert [int(point.number) for point in points(page)] == list(range(1, COUNTS[page] + 1))


@pytest.mark.parametrize(
    "point",
    [point for page in COUNTS for point in points(page)],
    ids=lambda point: f"{point.page[:4]}-W{point.number}",
)
def test_what_a_line_names_exists(point: Point) -> None:
    files = _FILE.findall(point.where)
    for file, name in files:
        code = code_of(file)
        for part in name.split(".") if name else ():
            found = rf"^\s*(class|(async )?def|(export )?(function|const)) {part}\b|^{part}\b"
            assert re.search(found, code, re.MULTILINE), part
    tests = _TEST.findall(point.proof)
    for file, name in tests:
        assert f"def {name}(" in (ROOT / "tests" / file).read_text("utf-8")
    in_the_page = _PAGE_TEST.findall(point.proof)
    for file, name in in_the_page:
        assert f"'{name}'" in (ROOT / file).read_text("utf-8")
    doctests = _DOCTEST.findall(point.proof)
    for file, name in doctests:
        _, _, body = code_of(file).partition(f"def {name}(")
        assert ">>> " in body.split('"""')[1], name
    text = (DECISIONS / point.page).read_text("utf-8")
    told = re.search(rf"^- (?:W\d+, )*W{point.number}\b", text, re.MULTILINE)
    proofs = [*tests, *in_the_page, *doctests]
    assert (files and proofs) or told, "neither answered nor open"
