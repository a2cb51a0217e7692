"""A whole export of more than a thousand films: in, again, a later one, and out again.

The figures are recomputed here from the CSV files with nothing of ours but the standard library.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
import pytest

from cinematch.bootstrap import Services
from cinematch.films.files import read_starter
from cinematch.transfer.core.rows import Import
from tests.support import letterboxd
from tests.support.house import build_house

NEW = [("A Reel Of Next Year", 2025), ("Another Reel", 2025)]


class Home:
    """The house with one account that brings its films."""

    def __init__(self, folder: Path) -> None:
        self.house: Services = build_house(folder)
        self.house.films.ensure_starter()
        self.user_id = self.house.accounts.add("agnès", "a phrase that is easy to keep").user_id

    def bring(self, content: bytes) -> Import:
        item = self.house.imports.create(
            self.user_id, "letterboxd.zip", io.BytesIO(content), at_once=True
        )
        self.house.imports.work_off()
        return self.house.imports.get(self.user_id, item.import_id)

    def undo(self, item: Import) -> Import:
        self.house.imports.undo(self.user_id, item.import_id)
        self.house.imports.work_off()
        return self.house.imports.get(self.user_id, item.import_id)

    def figures(self) -> dict[str, object]:
        self.house.follower.catch_up()
        body: dict[str, object] = msgspec.json.decode(self.house.stats.user_stats(self.user_id))
        return body

    def state(self) -> bytes:
        return b"".join(self.house.exports.export(self.user_id, "agnès", "cinematch"))


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    home = Home(tmp_path)
    yield home
    home.house.stop()


@pytest.fixture(scope="module")
def export() -> letterboxd.Export:
    titles: dict[letterboxd.Title, None] = {}
    for _, text in read_starter().films:
        for row in csv.DictReader(io.StringIO(text)):
            titles[row["title_en"] or row["title"], int(row["year"])] = None
    return letterboxd.export(list(titles), unknown=max(250, 1_150 - len(titles)))


@dataclass
class Recount:
    """What the CSV files come to."""

    plays: dict[tuple[str, str], list[str]] = field(default_factory=lambda: defaultdict(list))
    rewatches: Counter[tuple[str, str]] = field(default_factory=Counter)
    ratings: dict[tuple[str, str], float] = field(default_factory=dict)
    reviewed: set[tuple[str, str]] = field(default_factory=set)


def recount(files: Mapping[str, str]) -> Recount:
    """Count a Letterboxd export anew."""
    rows = {name: list(csv.DictReader(io.StringIO(text))) for name, text in files.items()}
    counted = Recount()
    last: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows["diary.csv"]:
        film = row["Name"], row["Year"]
        counted.plays[film].append(row["Watched Date"])
        counted.rewatches[film] += row["Rewatch"] == "Yes"
        when = row["Watched Date"], row["Date"]
        if row["Rating"] and when >= last.get(film, ("", "")):
            last[film] = when
            counted.ratings[film] = float(row["Rating"])
    for row in rows["ratings.csv"]:
        counted.ratings[row["Name"], row["Year"]] = float(row["Rating"])
    for name in ("ratings.csv", "watched.csv"):
        for row in rows[name]:
            if not counted.plays[row["Name"], row["Year"]]:
                counted.plays[row["Name"], row["Year"]] = [""]
    counted.reviewed = {(row["Name"], row["Year"]) for row in rows["reviews.csv"]}
    return counted


def months(counted: Recount) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for days in counted.plays.values():
        for day in filter(None, days):
            found[day[:4]][day[5:7]] += 1
    return {year: dict(counts) for year, counts in found.items()}


def check(figures: Mapping[str, object], files: Mapping[str, str]) -> None:
    counted = recount(files)
    buckets = Counter(f"{rating:g}" for rating in counted.ratings.values())
    assert figures["total_watched"] == len(counted.plays)
    assert figures["viewings"] == sum(len(days) for days in counted.plays.values())
    assert figures["rewatches"] == sum(counted.rewatches.values())
    assert figures["rated"] == len(counted.ratings)
    assert figures["sum_ratings"] == sum(counted.ratings.values())
    distribution = figures["rating_distribution"]
    assert isinstance(distribution, dict)
    assert {key: n for key, n in distribution.items() if n} == dict(buckets)
    assert figures["monthly_counts"] == months(counted)
    assert figures["reviews"] == len(counted.reviewed)
    likes = csv.DictReader(io.StringIO(files["likes/films.csv"]))
    assert figures["liked"] == len({(row["Name"], row["Year"]) for row in likes})
    assert figures["watchlist"] == files["watchlist.csv"].count("\n") - 1


def test_the_figures_equal_an_independent_count_of_the_files(
    home: Home, export: letterboxd.Export
) -> None:
    item = home.bring(export.zip)
    assert item.status == "applied"
    assert sum(item.state.counts.values()) >= 1_000
    assert item.state.counts.get("rejected", 0) == 0
    check(home.figures(), export.files)
    told = " ".join(file for file, _ in item.state.notices)
    assert "deleted/diary.csv" in told
    assert "likes/reviews.csv" in told


def test_importing_the_same_file_again_changes_nothing(
    home: Home, export: letterboxd.Export
) -> None:
    home.bring(export.zip)
    before, seq = home.state(), home.figures()["seq"]
    again = home.bring(export.zip)
    assert set(again.state.counts) == {"unchanged"}
    assert again.state.conflicts == 0
    assert home.state() == before
    assert home.figures()["seq"] == seq


def test_a_later_export_brings_only_what_is_new(home: Home, export: letterboxd.Export) -> None:
    home.bring(export.zip)
    newer = letterboxd.later(export, NEW)
    item = home.bring(newer.zip)
    new = item.state.counts.get("added", 0) + item.state.counts.get("not_found", 0)
    assert new == len(NEW)
    assert 1 <= item.state.counts["merged"] <= 2
    check(home.figures(), newer.files)


def test_undo_restores_every_byte_and_every_figure(home: Home, export: letterboxd.Export) -> None:
    blank, figures = home.state(), home.figures()
    first = home.bring(export.zip)
    between = home.state()
    second = home.bring(letterboxd.later(export, NEW).zip)
    assert home.undo(second).status == "undone"
    assert home.state() == between
    home.undo(first)
    assert home.state() == blank
    moving = {"seq", "as_of", "verified_at", "verified_seq", "recomputing"}
    after = home.figures()
    assert {k: v for k, v in after.items() if k not in moving} == {
        k: v for k, v in figures.items() if k not in moving
    }


def test_undo_then_importing_again_gives_the_same(home: Home, export: letterboxd.Export) -> None:
    item = home.bring(export.zip)
    first = home.state()
    home.undo(item)
    home.bring(export.zip)
    assert home.state() == first
