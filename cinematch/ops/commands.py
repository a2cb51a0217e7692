"""The operator's commands: backups, checks, rebuilding, the state of things."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Protocol

import typer

from cinematch.infra.instance import InstanceLock
from cinematch.infra.terminal import (
    CANCELLED,
    DONE,
    REFUSED,
    Terminal,
    opened,
    refusals_as_exit_codes,
)
from cinematch.kit.clock import system_clock
from cinematch.kit.errors import NotFound
from cinematch.ops.service.backup import BackupService
from cinematch.ops.service.checks import CheckService
from cinematch.ops.service.moving import Compared, MovingService
from cinematch.ops.service.status import StatusService
from cinematch.ops.sqlite import SqliteSnapshots

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

app = typer.Typer(no_args_is_help=True)
backups_app = typer.Typer(no_args_is_help=True, help="List, check and prune backups.")


class Accounts(Protocol):
    """The accounts, as these commands need them."""

    def user_id_of(self, username: str) -> str:
        """Return the id of an account; NotFound when there is none."""
        ...

    def erase(self, user_id: str) -> None:
        """Erase an account with everything that is its own."""
        ...


class NeedsOps(Protocol):
    """What these commands use of the house."""

    checks: CheckService
    status: StatusService
    accounts: Accounts


@app.command()
def backup(ctx: typer.Context, as_json: Json = False) -> None:
    """Take a backup now, also while the server runs.

    The backup is one zip in the data folder's `backups`: a complete database, the same rows as
    JSON lines, and a manifest of checksums.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("Backing up") as report:
        backups = _backups(ctx)
        taken = backups.create("manual", report)
        path = backups.path(taken.name)
    terminal.answer(
        f"{path} ({taken.bytes:,} bytes)",
        {"path": str(path), "bytes": taken.bytes, "name": taken.name},
    )


@backups_app.command("list")
def list_backups(ctx: typer.Context, as_json: Json = False) -> None:
    """List the backups of the data folder, newest first."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        found = _backups(ctx).all()
    words = "\n".join(f"{b.created_at}  {b.reason:<10} {b.bytes:>12,}  {b.name}" for b in found)
    terminal.answer(
        words or "No backup yet: cinematch backup",
        [
            {"name": b.name, "created_at": b.created_at, "reason": b.reason, "bytes": b.bytes}
            for b in found
        ],
    )


@backups_app.command("verify")
def verify_backup(
    ctx: typer.Context, file: Annotated[Path, typer.Argument()], as_json: Json = False
) -> None:
    """Check every byte of a backup against its manifest, and the database inside."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        manifest = _backups(ctx).verify(file)
    rows = sum(table.rows for table in manifest.tables.values())
    terminal.answer(
        f"Sound: {rows:,} rows of {manifest.created_at}, schema {manifest.schema_version}.",
        {"sound": True, "rows": rows, "created_at": manifest.created_at},
    )


@backups_app.command("prune")
def prune_backups(
    ctx: typer.Context,
    keep: Annotated[int, typer.Option(min=1, help="How many stay: the newest.")],
    as_json: Json = False,
) -> None:
    """Delete all but the newest backups, whatever they were taken for."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        gone = _backups(ctx).prune(keep)
    terminal.answer("\n".join(gone) or "Nothing to delete.", {"deleted": gone})


@app.command()
def verify(
    ctx: typer.Context,
    user: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    as_json: Json = False,
) -> None:
    """Recompute everybody's figures from their films and compare; exit 1 if any differs."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("Checking") as report:
        services: NeedsOps = opened(ctx)
        if user is None:
            verdict = services.checks.everybody(report)
        else:
            verdict = services.checks.one(services.accounts.user_id_of(user))
    for line in verdict.differences:
        terminal.note(line)
    terminal.answer(
        f"Checked {verdict.checked_users} accounts: {len(verdict.differences)} differences.",
        {"checked_users": verdict.checked_users, "differences": len(verdict.differences)},
    )
    raise typer.Exit(REFUSED if verdict.differences else DONE)


@app.command()
def rebuild(
    ctx: typer.Context,
    user: Annotated[str | None, typer.Option(help="Only this account.")] = None,
    as_json: Json = False,
) -> None:
    """Compute the figures anew from the films; readers are served the old ones meanwhile."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("Rebuilding") as report:
        services: NeedsOps = opened(ctx)
        chosen = None if user is None else [services.accounts.user_id_of(user)]
        count = services.checks.rebuild(chosen, report)
    terminal.answer(f"Rebuilt {count} accounts.", {"rebuilt_users": count})


@app.command("erase-user")
def erase_user(
    ctx: typer.Context,
    username: Annotated[str, typer.Argument(help="The account to erase.")],
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Erase an account with its films, figures, events and imports. There is no way back.

    Backups taken before still hold the account, until they are pruned.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsOps = opened(ctx)
        user_id = services.accounts.user_id_of(username)
        terminal.confirm(f"Erase “{username}” and everything of theirs, for good?", yes=yes)
        services.accounts.erase(user_id)
    terminal.answer(f"Erased {username}.", {"erased": username})


@app.command()
def status(ctx: typer.Context, as_json: Json = False) -> None:
    """Show the state of the data folder: sizes, lag, last backup and last check."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsOps = opened(ctx)
        now = services.status.now()
    words = "\n".join(f"{name.replace('_', ' ')}: {value}" for name, value in now.items())
    terminal.answer(words, now)


def _backups(ctx: typer.Context) -> BackupService:
    """Return the backups without opening the database, which may be what is broken."""
    folder: Path = ctx.obj.settings().data_dir
    return BackupService(folder, SqliteSnapshots(folder / "cinematch.db"), system_clock)


def restore_backup(
    file: Path,
    backups: BackupService,
    lock: InstanceLock,
    terminal: Terminal,
    record: Callable[[str], None],
) -> None:
    """Restore a backup while no server runs; the present state is backed up first.

    `record` is called with the instant of the restored state, once it is in place.

    Raises:
        AlreadyRunning: a server uses the folder.
        Invalid, NotFound, Conflict, StoreFull: as `BackupService.restore`.
    """
    if not file.exists():
        raise NotFound(f"There is no file {file}.")
    with lock, terminal.progress("Restoring") as report:
        manifest = backups.restore(file, report)
        record(manifest.created_at)
    rows = sum(table.rows for table in manifest.tables.values())
    terminal.answer(
        f"Restored the state of {manifest.created_at}: {rows:,} rows.",
        {"restored": manifest.created_at, "rows": rows},
    )


def move_installation(mover: MovingService, terminal: Terminal) -> None:
    """Move an installation into another store and print both, shelf by shelf.

    Raises:
        typer.Exit: they differ, or somebody stopped it.
        Conflict, StoreFull, StoreBusy: as `MovingService.move`.
    """
    try:
        with terminal.progress("Moving") as report:
            compared = mover.move(report)
    except KeyboardInterrupt:
        terminal.note("Stopped. The source is as it was; the same command begins anew.")
        raise typer.Exit(CANCELLED) from None
    different = [one.table for one in compared if not one.same]
    rows = sum(one.source_rows for one in compared)
    end = f"Different: {', '.join(different)}." if different else f"All {rows:,} rows are there."
    terminal.answer(
        "\n".join([*map(_compared_line, compared), end]),
        {
            "same": not different,
            "rows": rows,
            "tables": [{**asdict(one), "same": one.same} for one in compared],
        },
    )
    if different:
        terminal.note("Something wrote to one of them meanwhile. Stop all servers, then repeat.")
        raise typer.Exit(REFUSED)


def _compared_line(one: Compared) -> str:
    verdict = "same" if one.same else f"DIFFERENT: {one.target_rows:,} rows there"
    return f"{one.table:<22} {one.source_rows:>12,}  {one.source_digest[:12]}  {verdict}"
