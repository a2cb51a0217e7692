"""The terminal: answers on standard output, progress and errors on standard error."""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from cinematch.kit.errors import CineMatchError, Invalid, NotFound, StoreFull, Unavailable

DONE, REFUSED, USAGE, STORE, CANCELLED = 0, 1, 2, 3, 130
"""Exit codes: done; refused, or the answer is no; wrong usage; the store; stopped by Ctrl-C."""

Report = Callable[[str, int, int], None]


class Terminal:
    """How a command talks: in words and tables for people, in JSON for scripts."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._errors = Console(stderr=True, highlight=False)

    def answer(self, words: str, data: Any) -> None:
        """Print the answer: `data` as one line of JSON, or `words`."""
        sys.stdout.write((json.dumps(data, ensure_ascii=False) if self.as_json else words) + "\n")

    def note(self, words: str) -> None:
        """Say something beside the answer."""
        self._errors.print(words, markup=False, soft_wrap=True)

    def confirm(self, question: str, *, yes: bool) -> None:
        """Ask before something that cannot be taken back, unless told yes beforehand.

        Raises:
            typer.Exit: the answer was no, or nobody can be asked.
        """
        if yes:
            return
        if not sys.stdin.isatty():
            self.note(f"{question} Nobody is here to answer: add --yes.")
            raise typer.Exit(USAGE)
        if not typer.confirm(question, err=True):
            raise typer.Exit(REFUSED)

    @contextmanager
    def progress(self, title: str) -> Iterator[Report]:
        """Show a bar while work is done; it is fed with `(what, done, of how many)`."""
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._errors,
            transient=True,
            disable=self.as_json or not self._errors.is_terminal,
        ) as bar:
            task = bar.add_task(title, total=None)

            def report(what: str, done: int, total: int) -> None:
                bar.update(task, description=f"{title}: {what}", completed=done, total=total)

            yield report


@contextmanager
def refusals_as_exit_codes(terminal: Terminal) -> Iterator[None]:
    """End the command with a message and a code that mean something, never with a traceback."""
    try:
        yield
    except KeyboardInterrupt:
        terminal.note("Stopped; nothing is half done.")
        raise typer.Exit(CANCELLED) from None
    except CineMatchError as error:
        terminal.note(f"{error.title}: {error.detail}")
        for problem in error.errors:
            row = f"row {problem.row}, " if problem.row is not None else ""
            terminal.note(f"  {row}{problem.field}: {problem.message}; {problem.mend}")
        raise typer.Exit(exit_code(error)) from None


def exit_code(error: CineMatchError) -> int:
    """Return the exit code for a refusal."""
    if isinstance(error, StoreFull | Unavailable) or error.code in {
        "already_running",
        "schema_too_new",
    }:
        return STORE
    return USAGE if isinstance(error, Invalid | NotFound) else REFUSED


def opened(ctx: typer.Context) -> Any:
    """Return the services, opened for this command and closed at its end.

    Each room's commands say in a protocol of their own which services they use.
    """
    return ctx.obj()
