"""The quality benchmark judges by the protocols that it names, and reads what it measures."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.quality import Held, figures_of, protocol_options, strong
from benchmarks.train import invented
from cinematch.recommender.core.ratings import Ratings


def test_protocols_are_those_of_the_published_tables() -> None:
    folds = protocol_options("ml-100k", "random")
    assert (folds.protocol, folds.folds, folds.ranking) == ("random", 5, False)
    lists = protocol_options("ml-100k", "stratified")
    assert (lists.hold_out, lists.repeats, lists.stars) == (0.25, 3, False)
    others = protocol_options("ml-10m", "random")
    assert (others.hold_out, others.folds) == (0.1, None)
    assert protocol_options("latest-small", "temporal").protocol == "temporal"


def test_people_held_out_are_ranked_above_chance() -> None:
    data = invented(400, 60, 8_000)
    found = strong(data, Held(people=60, regularization=20.0))
    assert 0.3 < found.value <= 1
    assert found.n == 60


def test_invented_ratings_are_the_same_each_time() -> None:
    one, other = (invented(50, 30, 400).ratings for _ in range(2))
    assert isinstance(one, Ratings)
    assert one.fingerprint() == other.fingerprint()
    assert len(one) == 400
    assert (np.diff(one.user) >= 0).all()


def test_the_command_reads_a_folder_and_ends_with_a_line_of_json(tmp_path: Path) -> None:
    ratings = invented(40, 30, 700).ratings
    rows = [
        f"{user + 1}\t{film + 1}\t{max(stars, 1):.0f}\t{at}"
        for user, film, stars, at in zip(
            ratings.user, ratings.film, ratings.stars, ratings.at, strict=True
        )
    ]
    (tmp_path / "u.data").write_text("\n".join(rows) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.quality", "--dataset", "ml-100k", "--quick"]
    ended = subprocess.run(
        [*command, "--data", str(tmp_path), "--json", "--report", str(tmp_path / "page.html")],
        capture_output=True,
        text=True,
        check=True,
    )
    told = json.loads(ended.stdout.splitlines()[-1])
    assert "RMSE" in told[0]["name"]
    assert told[0]["baseline"] > 0
    kept = json.loads((tmp_path / "page.json").read_text("utf-8"))
    assert [figure.name for figure in figures_of(kept)] == [one["name"] for one in told]
    assert "<title>" in (tmp_path / "page.html").read_text("utf-8")


def test_a_data_set_that_is_not_told_is_asked_for() -> None:
    command = [sys.executable, "-m", "benchmarks.quality", "--dataset", "ml-10m"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "--data" in ended.stderr


@pytest.mark.parametrize("people", [1, 5])
def test_few_people_are_enough_to_count(people: int) -> None:
    found = strong(invented(30, 20, 300), Held(people=people, regularization=5.0))
    assert found.n == people
