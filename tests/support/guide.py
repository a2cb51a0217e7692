"""The shell blocks of a page of documentation, in order."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BLOCK = re.compile(r"^```sh(?: (?P<kind>\w+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """One block; `kind` is the word behind `sh`, empty when there is none."""

    kind: str
    text: str
    line: int


def blocks(page: str) -> list[Block]:
    """Return the shell blocks of a page.

    >>> [block.line for block in blocks("a\\n```sh\\nls\\n```\\n```sh trial\\nx\\n```\\n")]
    [3, 6]
    """
    return [
        Block(found["kind"] or "", found["text"], page.count("\n", 0, found.start()) + 2)
        for found in _BLOCK.finditer(page)
    ]


def script(chosen: Iterable[Block]) -> str:
    """Put blocks together to one script for bash, which ends at the first command that fails."""
    parts = ["set -euo pipefail"]
    for block in chosen:
        parts += [f"echo '== line {block.line}'", block.text]
    return "\n".join(parts)
