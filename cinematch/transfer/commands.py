"""`cinematch import` and `cinematch export`."""

import shutil
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Protocol

import typer

from cinematch.infra.terminal import DONE, REFUSED, USAGE, Report, Terminal, opened
from cinematch.infra.terminal import refusals_as_exit_codes as refusals
from cinematch.kit.errors import Invalid
from cinematch.transfer.core.rows import OUTCOMES, Import
from cinematch.transfer.service import ExportService, ImportService

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Apply without asking.")]
User = Annotated[str, typer.Option("--user", "-u", help="Whose films they are.")]
Mapping = Annotated[
    list[str] | None,
    typer.Option("--map", help="FIELD=COLUMN of a plain CSV, or rating_scale=10; may be repeated."),
]


class Accounts(Protocol):
    """The accounts, as these commands need them."""

    def user_id_of(self, username: str) -> str:
        """Return the id of an account; NotFound when there is none."""
        ...


class NeedsTransfer(Protocol):
    """What these commands use of the house."""

    imports: ImportService
    exports: ExportService
    accounts: Accounts


@app.command("import")
def import_file(  # noqa: PLR0913, PLR0917 - a command's options
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file, or a folder of CSV or JSON files.")],
    user: User,
    source: Annotated[str, typer.Option(help="Instead of looking into the file.")] = "auto",
    columns: Mapping = None,
    yes: Yes = False,
    as_json: Json = False,
) -> None:
    """Bring in Letterboxd's zip, IMDb's CSV, Trakt's zip, MovieLens, our own export or any CSV.

    Shows what would change and asks; `--yes` applies at once. The page can take it back.
    """
    terminal = Terminal(as_json=as_json)
    with refusals(terminal):
        services: NeedsTransfer = opened(ctx)
        user_id = services.accounts.user_id_of(user)
        with _opened(file) as stream, terminal.progress("Importing") as report:
            item = services.imports.create(
                user_id, file.name, stream, source=source, mapping=_pairs(columns or [])
            )
            item = _done(services.imports, item, report)
        _say_why_not(item, terminal)
        if not as_json or not yes:
            terminal.note(_words(item))
        terminal.confirm(f"Apply {file.name} to {user}'s films?", yes=yes)
        with terminal.progress("Importing") as report:
            services.imports.apply(user_id, item.import_id)
            item = _done(services.imports, item, report)
    terminal.answer(_words(item), {"id": item.import_id, "status": item.status, **_counts(item)})
    raise typer.Exit(DONE if item.status == "applied" else REFUSED)


@app.command("export")
def export_file(
    ctx: typer.Context,
    user: User,
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output if none.")] = None,
    format_name: Annotated[
        str, typer.Option("--format", help="cinematch (complete), letterboxd or imdb.")
    ] = "cinematch",
    as_json: Json = False,
) -> None:
    """Write everything of somebody's to a file."""
    terminal = Terminal(as_json=as_json)
    with refusals(terminal):
        services: NeedsTransfer = opened(ctx)
        user_id = services.accounts.user_id_of(user)
        pieces = services.exports.export(user_id, user, format_name)
        if file is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        size = _write(file, pieces)
    terminal.answer(f"{file} ({size:,} bytes)", {"path": str(file), "bytes": size})


def _write(file: Path, pieces: Iterator[bytes]) -> int:
    """Write beside the file first, so that a broken export leaves no half file."""
    beside = file.with_name(file.name + ".part")
    try:
        with beside.open("wb") as out:
            for piece in pieces:
                out.write(piece)
            size = out.tell()
        beside.replace(file)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise Invalid.field(
            "file", f"cannot be written: {error.strerror}", "another place"
        ) from None
    return size


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        if not path.is_dir():
            with path.open("rb") as stream:
                yield stream
            return
        with tempfile.TemporaryFile() as packed:
            with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
                for member in sorted(path.rglob("*")):
                    if member.suffix.lower() in {".csv", ".json"} and member.is_file():
                        archive.write(member, member.relative_to(path).as_posix())
            packed.seek(0)
            yield packed
    except OSError as error:
        raise Invalid.field("file", f"cannot be read: {error.strerror}", "check its name") from None


def _pairs(columns: list[str]) -> dict[str, str]:
    pairs = {}
    for column in columns:
        field, mark, name = column.partition("=")
        if not mark:
            raise Invalid.field("--map", f"“{column}” has no =", "such as --map title=Titolo")
        pairs[field.strip()] = name.strip()
    return pairs


def _done(imports: ImportService, item: Import, report: Report) -> Import:
    while True:
        item = imports.wait(item.user_id, item.import_id, 0.2)
        progress = item.state.progress
        report(progress.phase, progress.done, progress.total)
        if item.status not in {"reading", "applying", "undoing"}:
            return item


def _say_why_not(item: Import, terminal: Terminal) -> None:
    problem, question = item.state.problem, item.state.question
    if problem is not None:
        terminal.note(f"{problem.detail} {problem.mend}")
        raise typer.Exit(USAGE)
    if question is not None:
        terminal.note(f"Say what the columns are: {', '.join(question.columns)}")
        for field, column in question.suggested.items():
            terminal.note(f"  perhaps --map {field}={column}")
        raise typer.Exit(USAGE)


def _counts(item: Import) -> dict[str, int]:
    return {name: item.state.counts.get(name, 0) for name in OUTCOMES}


def _words(item: Import) -> str:
    width = min(shutil.get_terminal_size().columns, 100)
    counts = ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in _counts(item).items())
    lines = [f"{item.filename} ({item.source}, {item.status}): {counts}"]
    lines += [f"  {file}: {message}"[:width] for file, message in item.state.notices]
    return "\n".join(lines)
