"""The statistics' part of the command line: what `cinematch batch nightly` says."""

from collections.abc import Callable
from typing import Any

import typer

from cinematch.infra.terminal import DONE, REFUSED, Report, Terminal

Nightly = Callable[[Report], dict[str, Any]]


def run_batch(nightly: Nightly, terminal: Terminal) -> None:
    """Run the nightly batch and tell what it found.

    Raises:
        typer.Exit: always; refused when figures differ and were not repaired.
    """
    with terminal.progress("Nightly batch") as report:
        done = nightly(report)
    for one in done["differences"]:
        mended = "rebuilt" if one["repaired"] else one.get("refused", "not rebuilt")
        if one["stream"]:
            terminal.note(f"{one['user_id']}: figures of the stream ({mended}):")
        for line in one["stream"]:
            terminal.note(f"  {line}")
        for line in one["lake"]:
            terminal.note(f"{one['user_id']}: history in the lake: {line}")
    training = done["training"]
    terminal.answer(
        f"Batch {done['version']}: {done['users']:,} users, {done['from_films']:,} of them from "
        f"their films; {done['differing']:,} differed, {done['repaired']:,} rebuilt. "
        f"{training['rows']:,} ratings of {training['films']:,} films to learn from.",
        done,
    )
    raise typer.Exit(REFUSED if done["unrepaired"] else DONE)
