"""The house rules, each broken once on purpose."""

from pathlib import Path

import pytest

from scripts.check_rooms import check


def plant(root: Path, path: str, text: str) -> list[str]:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return list(check(root))


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("cinematch/films/service.py", 400),
        ("tests/films/test_service.py", 500),
        ("web/src/features/films/List.tsx", 250),
    ],
)
def test_a_file_over_its_budget_is_named(tmp_path: Path, path: str, limit: int) -> None:
    assert plant(tmp_path, path, "0\n" * limit) == []
    [broken] = plant(tmp_path, path, "0\n" * (limit + 1))
    assert broken.startswith(f"{path}:{limit + 1}: {limit + 1} lines")


def test_the_generated_client_has_no_budget(tmp_path: Path) -> None:
    assert plant(tmp_path, "web/src/api/client.ts", "0\n" * 9000) == []


def test_a_function_may_have_forty_lines_beside_its_docstring(tmp_path: Path) -> None:
    body = '    """Says\n\n    much."""\n' + "    x = 1\n" * 39
    assert plant(tmp_path, "cinematch/films/core.py", "def long() -> None:\n" + body) == []
    [broken] = plant(
        tmp_path, "cinematch/films/core.py", "async def long() -> None:\n" + body + "    x = 1\n"
    )
    assert "long() has 41 lines" in broken


@pytest.mark.parametrize(
    "statement",
    [
        "from cinematch.films import sqlite",
        "from cinematch.films import Film",
        "from cinematch.films.endpoints import router",
        "import cinematch.films.sqlite",
        "from cinematch import films",
        "def late():\n    from cinematch.films import sqlite",
    ],
)
def test_another_room_is_not_entered_by_the_window(tmp_path: Path, statement: str) -> None:
    [broken] = plant(tmp_path, "cinematch/diary/service.py", statement + "\n")
    assert "enters the room films" in broken


@pytest.mark.parametrize(
    "statement",
    [
        "from cinematch.films import core, service",
        "from cinematch.films.core.title import normalise",
        "from cinematch.films.schemas import FilmOut",
        "import cinematch.films.ports",
        "from cinematch.diary import sqlite",
        "from cinematch.infra.sqlite import Database",
        "from cinematch.kit.clock import Clock",
        "from cinematch.settings import Settings",
        "from cinematch import __version__",
        "import json",
    ],
)
def test_the_doors_of_a_room_stand_open(tmp_path: Path, statement: str) -> None:
    assert plant(tmp_path, "cinematch/diary/service.py", statement + "\n") == []


@pytest.mark.parametrize("door", ["bootstrap.py", "cli.py", "api/app.py"])
def test_the_builders_open_every_door(tmp_path: Path, door: str) -> None:
    statement = "from cinematch.films.sqlite import Films\n"
    assert plant(tmp_path, f"cinematch/{door}", statement) == []


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("diary/service.py", "import sqlite3"),
        ("diary/endpoints.py", "from sqlite3 import Row"),
        ("diary/service.py", "from fastapi import Depends"),
        ("diary/sqlite.py", "from fastapi.routing import APIRouter"),
        ("infra/limits.py", "import starlette.requests"),
        ("kit/text.py", "import typer"),
    ],
)
def test_a_driver_outside_its_file_is_named(tmp_path: Path, path: str, statement: str) -> None:
    [broken] = plant(tmp_path, f"cinematch/{path}", statement + "\n")
    assert broken.startswith(f"cinematch/{path}:1: ")
    assert "belongs in" in broken


@pytest.mark.parametrize(
    ("path", "statement"),
    [
        ("diary/sqlite.py", "import sqlite3"),
        ("infra/sqlite/database.py", "import sqlite3"),
        ("diary/endpoints.py", "from fastapi import Depends"),
        ("api/app.py", "from starlette.middleware import Middleware"),
        ("diary/commands.py", "import typer"),
    ],
)
def test_a_driver_in_its_file_is_welcome(tmp_path: Path, path: str, statement: str) -> None:
    assert plant(tmp_path, f"cinematch/{path}", statement + "\n") == []
