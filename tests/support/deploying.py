"""What lies in `deploy/`, read as the tools that take it would read it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import typer
import yaml
from typer.core import TyperGroup

from cinematch.audit.consumer import AuditHandler
from cinematch.bootstrap.roles import STREAMS
from cinematch.cli import app
from cinematch.lake.consumer import LakeHandler
from cinematch.notifications.consumer import NotificationsHandler
from cinematch.settings import Settings, variable

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
SETTINGS = frozenset(map(variable, Settings.model_fields))
CONSUMERS = (AuditHandler.name, LakeHandler.name, NotificationsHandler.name)
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "stream": STREAMS,
    "consumer": CONSUMERS,
    "batch": ("nightly",),
}

# Of the form ${NAME}, ${NAME:-default} or ${NAME:?words}.
_ASKED = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<how>[-?])(?P<rest>[^}]*))?\}")


def documents(path: Path) -> list[dict[str, Any]]:
    """Return the documents of a YAML file."""
    return [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]


def compose() -> dict[str, Any]:
    """Return the compose file, its anchors resolved."""
    [found] = documents(DEPLOY / "compose.yml")
    return found


def manifests() -> list[dict[str, Any]]:
    """Return every object of the Kubernetes base."""
    base = DEPLOY / "k8s" / "base"
    names = [name for one in documents(base / "kustomization.yaml") for name in one["resources"]]
    return [document for name in names for document in documents(base / name)]


def asked(text: str) -> Iterator[tuple[str, str | None, str]]:
    """Yield the variables that a compose file asks for: name, `-`, `?` or None, and the rest.

    >>> list(asked("a ${B:?is empty} ${C:-1} ${D}"))
    [('B', '?', 'is empty'), ('C', '-', '1'), ('D', None, '')]
    """
    for found in _ASKED.finditer(text):
        yield found["name"], found["how"], found["rest"] or ""


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put values, else defaults, in the place of a compose file's variables.

    >>> filled("${B:?is empty}-${C:-1}", {"B": "x"})
    'x-1'
    """
    return _ASKED.sub(lambda found: values.get(found["name"], found["rest"] or ""), text)


def command_exists(arguments: list[str]) -> bool:
    """Say whether `cinematch ARGUMENTS` is a command of ours, with a role that there is.

    >>> command_exists(["stream", "stats"]), command_exists(["stream", "films"])
    (True, False)
    """
    words = list(arguments)
    command: Any = typer.main.get_command(app)
    while isinstance(command, TyperGroup):
        if not words or words[0] not in command.commands:
            return False
        command = command.commands[words.pop(0)]
    choices = _CHOICES.get(command.name or "")
    if choices is not None:
        return len(words) == 1 and words[0] in choices
    return not words


def example_variables() -> dict[str, str]:
    """Return what `.env.example` names, with the values it proposes."""
    lines = (DEPLOY / ".env.example").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}
