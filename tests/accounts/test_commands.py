"""Accounts from the command line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from cinematch.accounts.commands import app
from cinematch.bootstrap import Services
from tests.support.house import PASSWORD, build_house


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Services]:
    built = build_house(tmp_path)
    yield built
    built.stop()


def run(house: Services, *arguments: str, given: str = "") -> Result:
    return CliRunner().invoke(app, list(arguments), input=given, obj=lambda: house)


def add(house: Services, name: str, *options: str) -> Result:
    return run(house, "add", name, "--password-stdin", *options, given=PASSWORD + "\n")


def test_the_first_account_made_is_administrator_and_can_sign_in(house: Services) -> None:
    made = [json.loads(add(house, name, "--json").stdout) for name in ("agnès", "jean")]
    assert [account["role"] for account in made] == ["administrator", "user"]
    signed = house.sessions.sign_in("jean", PASSWORD, "here", renewable=False)
    assert signed.account.username == "jean"


def test_accounts_are_listed_in_words_and_in_json(house: Services) -> None:
    assert "No account yet" in run(house, "list").stdout
    add(house, "agnès")
    assert "administrator" in run(house, "list").stdout
    listed = json.loads(run(house, "list", "--json").stdout)
    assert [account["username"] for account in listed] == ["agnès"]


def test_a_new_password_takes_the_place_of_the_old_one(house: Services) -> None:
    add(house, "agnès")
    changed = run(house, "set-password", "AGNÈS", "--password-stdin", given="a new good phrase\n")
    assert changed.exit_code == 0
    signed = house.sessions.sign_in("agnès", "a new good phrase", "here", renewable=False)
    assert signed.account.username == "agnès"


def test_a_disabled_account_is_let_in_again_with_undo(house: Services) -> None:
    add(house, "agnès")
    add(house, "jean")
    shut = json.loads(run(house, "disable", "jean", "--json").stdout)
    opened = json.loads(run(house, "disable", "jean", "--undo", "--json").stdout)
    assert (shut["disabled"], opened["disabled"]) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "given", "code", "words"),
    [
        (("add", "x", "--password-stdin"), "short\n", 2, "too short"),
        (("add", "agnès", "--password-stdin"), PASSWORD, 1, "taken"),
        (("add", "x"), "", 2, "--password-stdin"),
        (("set-password", "nobody", "--password-stdin"), PASSWORD, 2, "no account"),
        (("disable", "agnès"), "", 1, "last administrator"),
    ],
)
def test_refusals_have_words_and_an_exit_code(
    house: Services, arguments: tuple[str, ...], given: str, code: int, words: str
) -> None:
    add(house, "agnès")
    answer = run(house, *arguments, given=given)
    assert (answer.exit_code, answer.stdout) == (code, "")
    assert words in answer.stderr
