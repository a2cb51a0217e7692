"""The catalogue from the command line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinematch.cli import app
from tests.films import test_imdb_loader, test_movielens_loader


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["--data-dir", str(data), "catalogue", *words])
    return done.exit_code, done.stdout


def test_imdb_files_are_loaded_and_shown(tmp_path: Path) -> None:
    for name, lines in test_imdb_loader.FILES.items():
        test_imdb_loader.write(tmp_path, name, lines)
    data = tmp_path / "data"
    code, out = run(data, "load-imdb", str(tmp_path), "--min-votes", "10", "--json")
    assert (code, json.loads(out)["read"], json.loads(out)["malformed"]) == (0, 4, 0)
    code, out = run(data, "list", "hardly seen", "--json")
    (found,) = json.loads(out)["items"]
    code, out = run(data, "show", found["film_id"])
    assert code == 0
    assert "tt0050084" in out


def test_movielens_files_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "movies.csv").write_text(test_movielens_loader.MOVIES, encoding="utf-8")
    (tmp_path / "links.csv").write_text(test_movielens_loader.LINKS, encoding="utf-8")
    code, out = run(tmp_path / "data", "load-movielens", str(tmp_path))
    assert code == 0
    assert "4 films read" in out
    assert "2 malformed lines" in out


@pytest.mark.parametrize("words", [["load-imdb", "."], ["show", "nothing"]])
def test_wrong_input_ends_with_code_2(
    tmp_path: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(tmp_path / "data", *words)[0] == 2
