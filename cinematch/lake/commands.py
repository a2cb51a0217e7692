"""The lake from the command line: `cinematch lake --help`."""

from typing import Annotated, Protocol

import msgspec
import typer

from cinematch.infra.terminal import Terminal, opened, refusals_as_exit_codes
from cinematch.lake.service import LakeService

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]

app = typer.Typer(
    no_args_is_help=True,
    help="Everything that happened, as Parquet files by day, for DuckDB, Polars and Spark.",
)


class Accounts(Protocol):
    """The accounts, as these commands need them."""

    def user_id_of(self, username: str) -> str:
        """Return the id of an account; NotFound when there is none."""
        ...


class NeedsLake(Protocol):
    """What these commands use of the house."""

    lake: LakeService
    accounts: Accounts


@app.command("status")
def show_status(ctx: typer.Context, as_json: Json = False) -> None:
    """Say how much the lake holds."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsLake = opened(ctx)
        status = services.lake.status()
    between = f", {status.first_day} to {status.last_day}" if status.days else ""
    terminal.answer(
        f"{status.rows:,} events in {status.files:,} files of {status.days:,} days{between}; "
        f"{status.size / 1e6:,.1f} MB; {status.waiting:,} files wait to be shown.",
        msgspec.to_builtins(status),
    )


@app.command("compact")
def compact_lake(
    ctx: typer.Context,
    keep_days: Annotated[
        int | None, typer.Option(min=1, help="Also remove days older than so many.")
    ] = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Make few large files of many small ones, for every day that is over."""
    terminal = Terminal(as_json=as_json)
    if keep_days is not None:
        terminal.confirm(f"Remove the events of more than {keep_days} days ago?", yes=yes)
    with refusals_as_exit_codes(terminal), terminal.progress("Compacting"):
        services: NeedsLake = opened(ctx)
        days = services.lake.expire(keep_days) if keep_days is not None else 0
        files = services.lake.compact()
    terminal.answer(
        f"{files:,} files fewer; {days:,} days removed.",
        {"files_fewer": files, "days_removed": days},
    )


@app.command("erase-user")
def erase_user(
    ctx: typer.Context,
    user: Annotated[str, typer.Argument(help="An account's name, or the id of one that is gone.")],
    by_id: Annotated[bool, typer.Option("--id", help="It is an id.")] = False,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Remove every event of somebody from all files; this cannot be taken back."""
    terminal = Terminal(as_json=as_json)
    terminal.confirm(f"Remove all events of {user} from the lake?", yes=yes)
    with refusals_as_exit_codes(terminal), terminal.progress("Erasing"):
        services: NeedsLake = opened(ctx)
        user_id = user if by_id else services.accounts.user_id_of(user)
        rows = services.lake.erase_user(user_id)
    terminal.answer(f"Removed {rows:,} events.", {"removed": rows})
