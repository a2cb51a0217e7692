"""`cinematch community`: whose ratings are learnt from beside those of one's own people."""

from pathlib import Path
from typing import Annotated, Protocol

import typer

from cinematch.infra.terminal import Terminal, opened, refusals_as_exit_codes
from cinematch.kit.clock import Clock, to_iso
from cinematch.recommender.communities.movielens import load_movielens
from cinematch.recommender.core.background import positions_of
from cinematch.recommender.core.records import CommunityRecord
from cinematch.recommender.ports import Communities
from cinematch.recommender.service.sources import Sources

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]

app = typer.Typer(
    no_args_is_help=True, help="Communities from outside whose ratings models learn from, too."
)


class NeedsCommunities(Protocol):
    """What these commands use of the house."""

    communities: Communities
    model_sources: Sources
    clock: Clock


@app.command("add")
def add(
    ctx: typer.Context,
    source: Annotated[
        Path, typer.Argument(help="The folder or the zip of a MovieLens data set.", exists=True)
    ],
    name: Annotated[
        str | None, typer.Option(help="What to call it; by default like the folder or the zip.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a MovieLens data set (latest-small, 100K, 1M, 10M, 20M or later) as a community.

    Its ratings of films that the catalogue has are learnt from at the next training. Its terms
    are shown wherever its figures are. One of the same name is replaced.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("MovieLens") as report:
        services: NeedsCommunities = opened(ctx)
        found = load_movielens(source, report, name)
        here = int((positions_of(found.films, services.model_sources.catalogue()) >= 0).sum())
        record = services.communities.put(found, to_iso(services.clock()))
    words = (
        f"{record.name}: {record.ratings:,} ratings by {record.users:,} people. {here:,} of its "
        f"{record.films:,} films are in the catalogue; the others are left out.\n{record.licence}"
        "\nModels learn from it at the next training: cinematch train"
    )
    terminal.answer(words, {**_data(record), "films_in_catalogue": here})


@app.command("list")
def list_communities(ctx: typer.Context, as_json: Json = False) -> None:
    """List the communities with their terms."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsCommunities = opened(ctx)
        found = services.communities.all()
    words = "\n".join(map(_line, found)) or "None. To add one: cinematch community add FOLDER"
    terminal.answer(words, [_data(one) for one in found])


@app.command("remove")
def remove(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="As `list` has it.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Json = False,
) -> None:
    """Remove a community. A model that learnt from it serves on until the next one does."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsCommunities = opened(ctx)
        terminal.confirm(f"Remove the community {name}?", yes=yes)
        services.communities.remove(name)
    terminal.answer(f"{name} is removed.", {"name": name})


def _line(record: CommunityRecord) -> str:
    floor = record.noise_floor
    invented = f", invented: no RMSE below {floor:.2f} means anything" if floor else ""
    return (
        f"{record.name}: {record.ratings:,} ratings by {record.users:,} people of "
        f"{record.films:,} films, since {record.added_at[:10]}{invented}\n  {record.licence}"
    )


def _data(record: CommunityRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "licence": record.licence,
        "users": record.users,
        "films": record.films,
        "ratings": record.ratings,
        "added_at": record.added_at,
        "noise_floor": record.noise_floor,
    }
