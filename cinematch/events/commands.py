"""Events from the command line: what consumers have set aside."""

from dataclasses import asdict
from typing import Annotated, Protocol

import typer

from cinematch.events.ports import Letter
from cinematch.events.service import DeadLetters
from cinematch.infra.terminal import Terminal, opened, refusals_as_exit_codes

app = typer.Typer(no_args_is_help=True, help="Look after the events that consumers set aside.")


class NeedsEvents(Protocol):
    """What these commands use of the house."""

    dead_letters: DeadLetters


@app.command("dead-letters")
def dead_letters(
    ctx: typer.Context,
    consumer: Annotated[
        str | None, typer.Option(help="Only those of this consumer, such as `audit`.")
    ] = None,
    replay: Annotated[
        bool, typer.Option("--replay", help="Have each tried once more by its consumer.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")
    ] = False,
) -> None:
    """List the events that a consumer could not take, with the reason, oldest first.

    With --replay the running consumers try them again within seconds, each once; what fails again
    stays in the list with the new reason.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsEvents = opened(ctx)
        letters = services.dead_letters
        if replay:
            count = letters.replay(consumer)
            terminal.answer(f"{count} to be tried again.", {"wanted": count})
            return
        found = letters.all(consumer)
        lines = [_line(letter) for letter in found]
        terminal.answer(
            "\n".join(lines) or "Nothing was set aside.", [_shown(letter) for letter in found]
        )


def _line(letter: Letter) -> str:
    again = "  (to be tried again)" if letter.wanted else ""
    return (
        f"{letter.set_aside_at}  {letter.consumer:<14} {letter.letter_id}"
        f"  from {letter.topic}/{letter.partition}/{letter.offset}: {letter.reason}{again}"
    )


def _shown(letter: Letter) -> dict[str, object]:
    return {**asdict(letter), "payload": letter.payload.decode(errors="replace")}
