"""The command line: `cinematch --help` is where it explains itself."""

import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from cinematch import __version__
from cinematch.accounts import commands as accounts
from cinematch.audit import commands as audit
from cinematch.events import commands as events
from cinematch.films import commands as films
from cinematch.infra.instance import InstanceLock
from cinematch.infra.terminal import Terminal, refusals_as_exit_codes
from cinematch.kit.clock import system_clock
from cinematch.lake import commands as lake
from cinematch.ops import commands as ops
from cinematch.recommender import commands as recommender
from cinematch.recommender.communities import commands as communities
from cinematch.settings import Settings, read_settings
from cinematch.stats import commands as stats
from cinematch.transfer import commands as transfer

if TYPE_CHECKING:
    from cinematch.bootstrap import Services
    from cinematch.worker.roles import Part

_HELP = """Your films, your figures: a self-hosted film companion.

Start with `cinematch serve` and open the address that it prints. Bring your history with
`cinematch import letterboxd.zip --user NAME`, or in the page.

Every command takes --json for scripts. Exit codes: 0 done; 1 refused, or the answer is no
(differences found); 2 wrong usage or input; 3 the data folder cannot be used; 130 stopped.
"""

app = typer.Typer(
    help=_HELP, no_args_is_help=True, pretty_exceptions_enable=False, add_completion=False
)
app.add_typer(ops.app)
app.add_typer(ops.backups_app, name="backups")
app.add_typer(audit.app, name="audit")
app.add_typer(events.app, name="events")
app.add_typer(films.app, name="catalogue")
app.add_typer(lake.app, name="lake")
app.add_typer(accounts.app, name="users")
app.add_typer(transfer.app)
app.add_typer(recommender.app)
app.add_typer(recommender.models_app, name="models")
app.add_typer(recommender.jobs_app, name="jobs")
app.add_typer(communities.app, name="community")


class _House:
    """What a command gets in `ctx.obj`: called, it opens the services, once."""

    def __init__(self, data_dir: Path | None) -> None:
        self._data_dir = data_dir
        self._services: Services | None = None

    def settings(self) -> Settings:
        """Read the environment; `--data-dir` goes before it."""
        named = {"CINEMATCH_DATA_DIR": str(self._data_dir)} if self._data_dir else {}
        return read_settings({**os.environ, **named})

    def __call__(self) -> "Services":
        if self._services is None:
            # Imported here: `--help` and `--version` should not wait for the whole building.
            from cinematch.bootstrap import build

            self._services = build(self.settings())
            # A command may be the first to use the folder, and films are found in the catalogue.
            self._services.films.ensure_starter()
        return self._services

    def close(self) -> None:
        """Let go of the store, if it was opened."""
        if self._services is not None:
            self._services.stop()


@app.callback()
def _house(
    ctx: typer.Context,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="The data folder; otherwise CINEMATCH_DATA_DIR or ./data."),
    ] = None,
) -> None:
    ctx.obj = _House(data_dir)
    ctx.call_on_close(ctx.obj.close)


@app.command()
def serve(ctx: typer.Context) -> None:
    """Run CineMatch: the page, the API and all work in the background, until Ctrl-C.

    CINEMATCH_HOST (127.0.0.1), CINEMATCH_PORT (8000) and CINEMATCH_DATA_DIR (./data) say where.
    """
    with refusals_as_exit_codes(Terminal(as_json=False)):
        from cinematch.worker import serve as run

        run(ctx.obj.settings())


@app.command()
def api(ctx: typer.Context) -> None:
    """Role of a cluster: the page and the API alone; other roles do the rest."""
    with refusals_as_exit_codes(Terminal(as_json=False)):
        from cinematch.worker import serve as run

        run(ctx.obj.settings(), role="api")


@app.command()
def worker(ctx: typer.Context) -> None:
    """Role of a cluster: imports, nightly jobs, corrections; one works, others stand by."""
    _role(ctx, "worker", lambda roles, settings: roles.worker_part(settings))


@app.command()
def relay(ctx: typer.Context) -> None:
    """Role of a cluster: what was written goes to Kafka; several share the work."""
    _role(ctx, "relay", lambda roles, settings: roles.relay_part(settings))


@app.command()
def stream(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="stats: everybody's figures; trends: the community.")],
) -> None:
    """Role of a cluster: a Spark stream from Kafka to the figures."""
    _role(ctx, f"stream {name}", lambda roles, settings: roles.stream_part(settings, name))


@app.command()
def consumer(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="notifications, audit or lake.")],
) -> None:
    """Role of a cluster: one consumer of the events; several share the work."""
    _role(ctx, f"consumer {name}", lambda roles, settings: roles.consumer_part(settings, name))


@app.command()
def batch(
    ctx: typer.Context,
    _name: Annotated[Literal["nightly"], typer.Argument(metavar="NAME", help="nightly")],
    report_only: Annotated[
        bool, typer.Option("--report-only", help="Rebuild nothing, only say what differs.")
    ] = False,
    as_json: ops.Json = False,
) -> None:
    """Role of a cluster: count everybody anew from the lake, once a night, by Spark.

    Compares with the figures of the stream and rebuilds those that are wrong; writes the batch
    view and the data that the recommender learns from. Exit 1 if anything wrong was left.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        from cinematch.bootstrap.nightly import run_nightly

        settings = ctx.obj.settings()
        stats.run_batch(
            lambda report: run_nightly(settings, report, repair=not report_only), terminal
        )


def _role(ctx: typer.Context, name: str, make: Callable[[ModuleType, Settings], "Part"]) -> None:
    with refusals_as_exit_codes(Terminal(as_json=False)):
        from cinematch.bootstrap import roles
        from cinematch.worker import run_role

        settings = ctx.obj.settings()
        run_role(settings, name, lambda: {name.rsplit(maxsplit=1)[-1]: make(roles, settings)})


@app.command()
def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A backup: cinematch backups list.")],
    yes: ops.Yes = False,
    as_json: ops.Json = False,
) -> None:
    """Put a backup in the place of the present state, which is backed up first.

    No server may be running on the folder.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        from cinematch.bootstrap.restoring import record_restoration
        from cinematch.ops.service.backup import BackupService
        from cinematch.ops.sqlite import SqliteSnapshots

        folder = ctx.obj.settings().data_dir
        backups = BackupService(folder, SqliteSnapshots(folder / "cinematch.db"), system_clock)
        terminal.confirm(f"Replace everything in {folder} by {file.name}?", yes=yes)

        def record(state_of: str) -> None:
            record_restoration(folder, system_clock, file.name, state_of)

        ops.restore_backup(file, backups, InstanceLock(folder), terminal, record)


@app.command()
def move(
    ctx: typer.Context,
    to: Annotated[
        Literal["mongo", "sqlite"],
        typer.Option(help="mongo: from the data folder to MONGODB_URL; sqlite: back again."),
    ],
    as_json: ops.Json = False,
) -> None:
    """Carry a whole installation into another store, and compare both row by row.

    Stop every server first. The source stays as it is; the target must be empty.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        from cinematch.bootstrap.moving import moving

        settings = ctx.obj.settings()
        with InstanceLock(settings.data_dir), moving(settings, to) as mover:
            ops.move_installation(mover, terminal)
        if to == "sqlite":
            from cinematch.bootstrap import back_on_one_machine

            back_on_one_machine(settings)


@app.command()
def version() -> None:
    """Print the release."""
    typer.echo(__version__)


def main() -> None:
    """Run the command line."""
    app()
