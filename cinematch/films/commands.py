"""The catalogue from the command line."""

from pathlib import Path
from typing import Annotated, Protocol

import typer

from cinematch.films.core.catalogue import FilmCard, FilmQuery
from cinematch.films.indexing import Indexer
from cinematch.films.loaders.imdb import ImdbOptions, Loaded, load_imdb
from cinematch.films.loaders.movielens import load_movielens
from cinematch.films.schemas import film_out
from cinematch.films.service import FilmsService
from cinematch.infra.terminal import Terminal, opened, refusals_as_exit_codes

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
Folder = Annotated[
    Path, typer.Argument(help="The folder of the files.", exists=True, file_okay=False)
]

app = typer.Typer(no_args_is_help=True, help="Look into the catalogue, and fill it from files.")


class NeedsFilms(Protocol):
    """What these commands use of the house."""

    data_dir: Path
    films: FilmsService


class NeedsIndexer(Protocol):
    """What `reindex` uses of the house."""

    indexer: Indexer


@app.command("load-imdb")
def load_imdb_files(
    ctx: typer.Context,
    folder: Folder,
    min_votes: Annotated[
        int, typer.Option(min=0, help="Take films with at least so many votes at IMDb.")
    ] = 1_000,
    shorts: Annotated[bool, typer.Option(help="Take short films, too.")] = False,
    as_json: Json = False,
) -> None:
    """Load the IMDb data files (title.basics, .ratings, .akas, .principals, name.basics).

    Packed (.tsv.gz) or not. May be stopped with Ctrl-C: the same command goes on from there.
    Corrections made by an administrator stay.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("IMDb") as report:
        services: NeedsFilms = opened(ctx)
        options = ImdbOptions(min_votes, shorts)
        staging = services.data_dir / "imdb-load.db"
        _say(terminal, load_imdb(folder, staging, options, services.films, report))


@app.command("load-movielens")
def load_movielens_files(ctx: typer.Context, folder: Folder, as_json: Json = False) -> None:
    """Load movies.csv and links.csv of a MovieLens data set.

    They fill gaps: what the starter catalogue or IMDb tells of a film stays.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("MovieLens") as report:
        services: NeedsFilms = opened(ctx)
        _say(terminal, load_movielens(folder, services.films, report))


@app.command("list")
def list_films(
    ctx: typer.Context,
    words: Annotated[str, typer.Argument(help="Words of a title or a name.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    as_json: Json = False,
) -> None:
    """Find films of the catalogue."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsFilms = opened(ctx)
        page = services.films.search(FilmQuery(q=words, limit=limit), None)
        lines = [_line(card) for card in page.items]
        data = {
            "items": [film_out(card).model_dump() for card in page.items],
            "total": page.total,
        }
        terminal.answer("\n".join([*lines, f"{len(lines)} of {page.total}"]), data)


@app.command("show")
def show_film(ctx: typer.Context, film_id: str, as_json: Json = False) -> None:
    """Show all that is known of a film."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsFilms = opened(ctx)
        data = film_out(services.films.film(film_id, None)).model_dump()
        terminal.answer("\n".join(f"{name}: {value}" for name, value in data.items()), data)


@app.command("reindex")
def reindex(ctx: typer.Context, as_json: Json = False) -> None:
    """Build the index in Elasticsearch or OpenSearch anew; the old one is searched until then."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsIndexer = opened(ctx)
        films = services.indexer.rebuild()
        terminal.answer(f"{films} films are in the index.", {"films": films})


def _line(card: FilmCard) -> str:
    film = card.film
    directors = ", ".join(person.name for person in film.directors)
    return f"{film.film_id}  {film.title} ({film.year or '?'})  {directors}"


def _say(terminal: Terminal, loaded: Loaded) -> None:
    malformed = loaded.malformed
    for line in malformed.first:
        terminal.note(f"passed over: {line}")
    words = f"{loaded.read} films read, {loaded.changed} new or changed"
    if malformed.count:
        words += f", {malformed.count} malformed lines passed over"
    data = {"read": loaded.read, "changed": loaded.changed, "malformed": malformed.count}
    terminal.answer(words + ".", data)
