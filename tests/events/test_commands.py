"""`cinematch events dead-letters`: what was set aside is listed, and tried again when asked."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cinematch.events.commands import app
from cinematch.events.ports import Letter
from cinematch.events.service import DeadLetters
from cinematch.events.sqlite import SqliteProgress
from cinematch.infra.sqlite import open_database
from tests.support.outbox import NOW


@dataclass
class House:
    dead_letters: DeadLetters


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with closing(open_database(tmp_path)) as database:
        progress = SqliteProgress()
        letters = [
            Letter(name, f"t/0/{number}", None, 0, "why", b"\xff{}", "t", 0, number, NOW)
            for number, name in enumerate(("audit", "notify"))
        ]
        database.transact(lambda tx: progress.set_aside(tx, letters))
        yield House(DeadLetters(database, progress))


def said(house: House, *arguments: str) -> str:
    result = CliRunner().invoke(app, arguments, obj=lambda: house)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_letters_are_listed_for_people_and_scripts(house: House) -> None:
    words = said(house)
    assert "audit" in words
    assert "from t/0/1: why" in words
    read = json.loads(said(house, "--json", "--consumer", "audit"))
    assert [(one["consumer"], one["payload"], one["wanted"]) for one in read] == [
        ("audit", "\N{REPLACEMENT CHARACTER}{}", False)
    ]


def test_replay_marks_those_of_one_consumer_or_all(house: House) -> None:
    assert json.loads(said(house, "--replay", "--consumer", "audit", "--json")) == {"wanted": 1}
    assert said(house).count("(to be tried again)") == 1
    assert said(house, "--replay") == "2 to be tried again.\n"


def test_nothing_is_said_so(house: House) -> None:
    assert said(house, "--consumer", "stats") == "Nothing was set aside.\n"
