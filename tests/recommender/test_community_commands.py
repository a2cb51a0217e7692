"""`cinematch community`, on a house of real parts."""

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from cinematch.recommender.communities import commands
from tests.recommender.test_communities import CSV, write
from tests.support.builders import film
from tests.support.house import PushedClock
from tests.support.rating_bench import RatingBench, sqlite_bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[RatingBench]:
    with sqlite_bench(tmp_path / "data") as built:
        yield built


def run(bench: RatingBench, *words: str) -> tuple[int, str]:
    house = SimpleNamespace(
        communities=bench.communities, model_sources=bench.sources, clock=PushedClock()
    )
    done = CliRunner().invoke(commands.app, words, obj=lambda: house)
    return done.exit_code, done.output


def test_a_data_set_is_added_listed_and_removed(bench: RatingBench, tmp_path: Path) -> None:
    bench.save([film("matrix", title="The Matrix", year=1999)])
    folder = write(tmp_path / "ml-test", CSV)
    code, out = run(bench, "add", str(folder))
    assert code == 0
    assert out.startswith("ml-test: 3 ratings by 2 people. 1 of its 2 films are in the catalogue")
    assert "may be used for any research purposes" in out
    code, out = run(bench, "list", "--json")
    (listed,) = json.loads(out)
    assert (listed["name"], listed["users"], listed["films"]) == ("ml-test", 2, 2)
    assert "research purposes" in run(bench, "list")[1]
    assert run(bench, "remove", "ml-test", "--yes") == (0, "ml-test is removed.\n")
    assert run(bench, "list")[1] == "None. To add one: cinematch community add FOLDER\n"


def test_a_name_may_be_given(bench: RatingBench, tmp_path: Path) -> None:
    folder = write(tmp_path / "set", CSV)
    code, out = run(bench, "add", str(folder), "--name", "friends", "--json")
    assert (code, json.loads(out)["name"], json.loads(out)["films_in_catalogue"]) == (
        0,
        "friends",
        0,
    )
    assert run(bench, "add", str(folder), "--name", "own")[0] == 2
    code, out = run(bench, "add", str(folder), "--name", "synthetic")
    assert code == 2
    assert "the invented community's" in out
    assert [one.name for one in bench.communities.all()] == ["friends"]


def test_a_row_that_cannot_be_ends_with_code_2_and_its_name(
    bench: RatingBench, tmp_path: Path
) -> None:
    wrong = {**CSV, "ratings.csv": CSV["ratings.csv"] + "3,10,7,1000\n"}
    code, out = run(bench, "add", str(write(tmp_path / "set", wrong)))
    assert code == 2
    assert "row 6, rating: “7” is none in ratings.csv; give stars from 0.5 to 5 in halves" in out
    assert bench.communities.all() == []


def test_what_is_not_there_cannot_be_removed(bench: RatingBench) -> None:
    assert run(bench, "remove", "nobody", "--yes")[0] == 2
    assert run(bench, "remove", "nobody")[0] == 2  # nobody is here to answer
