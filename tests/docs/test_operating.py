"""What an operator may set, call and read is in the documentation, under its own name."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main

from cinematch.cli import app
from cinematch.settings import Settings, variable

DOCS = Path(__file__).resolve().parents[2] / "docs"
OPERATING = (DOCS / "operating.md").read_text(encoding="utf-8")
_ROW = re.compile(r"^\| `([A-Z][A-Z0-9_]+)` \|", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_every_setting_has_a_row_and_every_row_is_a_setting() -> None:
    rows = _ROW.findall(OPERATING)
    assert sorted(rows) == sorted(variable(name) for name in Settings.model_fields)


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_a_default_is_told_as_it_is(name: str) -> None:
    row = next(line for line in OPERATING.splitlines() if line.startswith(f"| `{variable(name)}`"))
    default = Settings.model_fields[name].default
    told = row.split("|")[2].strip().strip("`")
    assert told == shown(default), row


def shown(default: object) -> str:
    """Return a default as the page writes it."""
    if default is None:
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return " ".join(default)
    return f"./{default}" if isinstance(default, Path) else str(default)


def commands(command: Any, *names: str) -> Iterator[str]:
    """Yield every command that a person can type, with the words before it."""
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, *names, name)
    if not hasattr(command, "commands"):
        yield " ".join(names)


def test_every_command_is_named_for_operators() -> None:
    pages = "\n".join(page.read_text(encoding="utf-8") for page in sorted(DOCS.glob("*.md")))
    pages += (DOCS.parent / "README.md").read_text(encoding="utf-8")
    known = list(commands(typer.main.get_command(app)))
    assert {"serve", "users add", "audit verify"} <= set(known)
    missing = [name for name in known if f"cinematch {name}" not in pages]
    assert missing == []


def test_links_between_pages_lead_somewhere() -> None:
    broken: list[str] = []
    for page in (*DOCS.rglob("*.md"), DOCS.parent / "README.md"):
        targets = _LINK.findall(page.read_text(encoding="utf-8"))
        broken += [f"{page.name}: {name}" for name in targets if not (page.parent / name).exists()]
    assert broken == []
