"""`cinematch import` and `cinematch export`."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinematch.cli import app
from tests.support import samples
from tests.support.house import PASSWORD, build_house
from tests.support.transfer import film


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    house = build_house(tmp_path / "data")
    house.films.load([film("Metropolis", 1927, imdb_id="tt0017136", tmdb_id=19)], "imdb")
    house.accounts.add("agnès", PASSWORD)
    house.stop()
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--data-dir", str(folder / "data"), *words])
    return done.exit_code, done.stdout


def test_a_file_is_imported_and_exported(folder: Path) -> None:
    file = folder / "diary.csv"
    file.write_text(samples.LETTERBOXD_DIARY, "utf-8")
    code, out = run(folder, "import", str(file), "--user", "agnès", "--yes", "--json")
    answer = json.loads(out)
    assert (code, answer["status"], answer["added"], answer["not_found"]) == (0, "applied", 1, 1)
    again = json.loads(run(folder, "import", str(file), "-u", "agnès", "-y", "--json")[1])
    assert again["unchanged"] == 2
    target = folder / "mine.json"
    assert run(folder, "export", str(target), "--user", "agnès")[0] == 0
    assert len(json.loads(target.read_text("utf-8"))["entries"]) == 2


def test_a_folder_of_movielens_is_imported(folder: Path) -> None:
    data = folder / "ml"
    data.mkdir()
    (data / "ratings.csv").write_text(samples.MOVIELENS_RATINGS, "utf-8")
    (data / "movies.csv").write_text("movieId,title,genres\n2010,Metropolis (1927),A\n", "utf-8")
    _, out = run(folder, "import", str(data), "--user", "agnès", "--yes", "--json")
    assert json.loads(out)["added"] == 1


def test_columns_can_be_named(folder: Path) -> None:
    file = folder / "films.csv"
    file.write_text("Opera;Punti\nMetropolis;80\n", "utf-8")
    words = ["import", str(file), "--user", "agnès", "--yes", "--json"]
    assert run(folder, *words)[0] == 2
    mapped = ["--map", "title=Opera", "--map", "rating=Punti", "--map", "rating_scale=100"]
    code, out = run(folder, *words, *mapped)
    assert (code, json.loads(out)["status"]) == (0, "applied")


@pytest.mark.parametrize(
    "words", [["nothing.csv", "--user", "agnès"], ["{file}", "--user", "nobody"]]
)
def test_what_cannot_be_done_has_an_exit_code(folder: Path, words: list[str]) -> None:
    file = folder / "diary.csv"
    file.write_text(samples.LETTERBOXD_DIARY, "utf-8")
    named = [word.replace("{file}", str(file)) for word in words]
    assert run(folder, "import", *named, "--yes")[0] == 2
