"""`cinematch train`, `optimise-k`, `evaluate`, and what is done with models."""

from collections.abc import Callable
from typing import Annotated, Any, Protocol

import typer

from cinematch.infra.terminal import REFUSED, Terminal, opened, refusals_as_exit_codes
from cinematch.kit.errors import Conflict
from cinematch.recommender.core.options import Source
from cinematch.recommender.core.records import Job, JobKind, ModelRecord
from cinematch.recommender.service.executing import JobExecutor
from cinematch.recommender.service.jobs import JobsService
from cinematch.recommender.service.models import ModelsService

app = typer.Typer()
models_app = typer.Typer(no_args_is_help=True, help="Which models there are, and which serves.")

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
From = Annotated[
    Source,
    typer.Option(help="auto, own, hybrid (with a community from outside) or synthetic."),
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of everything that is drawn.")]


class NeedsRecommender(Protocol):
    """What these commands use of the house."""

    model_jobs: JobsService
    models: ModelsService
    executor: Callable[[], JobExecutor]


@app.command("train")
def train(
    ctx: typer.Context,
    source: From = "auto",
    seed: Seed = 42,
    factors: Annotated[
        int | None,
        typer.Option(min=1, max=128, help="K of the stars; by default the last search's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Train a model, judge it on ratings kept back, and let it serve if it wins.

    Works with or without a running server, at a low priority; one training at a time.
    """
    options: dict[str, Any] = {"source": source, "seed": seed}
    if factors is not None:
        options["stars"] = {"factors": factors}
    terminal = Terminal(as_json=as_json)
    job = _done_here(ctx, terminal, "train", options)
    result = job.result or {}
    state = "serves now" if result["won"] else "was not better and does not serve"
    terminal.answer(f"Model {result['version']} {state}: {result['why']}", result)


@app.command("optimise-k")
def optimise_k(
    ctx: typer.Context,
    source: From = "auto",
    seed: Seed = 42,
    factors: Annotated[
        list[int] | None, typer.Option("--k", help="A number of factors to try; may be repeated.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Search for the numbers of factors and of groups that the data hold; trainings use them.

    What an unfinished search of the same data has tried is not tried again.
    """
    options: dict[str, Any] = {"source": source, "seed": seed}
    if factors:
        options["factors"] = sorted(set(factors))
    terminal = Terminal(as_json=as_json)
    job = _done_here(ctx, terminal, "optimise-k", options)
    result = job.result or {}
    terminal.answer(
        f"K-SVD {result['k_svd']} (held-out RMSE {result['held_out_rmse']:.4f}), "
        f"K-Cluster {result['k_cluster'] or 'none'}.",
        result,
    )


@models_app.command("list")
def list_models(ctx: typer.Context, as_json: Json = False) -> None:
    """List all models, newest first; the champion is the one that serves."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsRecommender = opened(ctx)
        found = services.models.all()
    words = "\n".join(
        f"{one.version}  {one.status:<10}  {one.manifest['source']:<9}  {_rmse(one)}"
        for one in found
    )
    terminal.answer(
        words or "No model yet: cinematch train",
        [
            {
                "version": one.version,
                "status": one.status,
                "created_at": one.created_at,
                "source": one.manifest["source"],
            }
            for one in found
        ],
    )


@models_app.command("promote")
def promote(
    ctx: typer.Context, version: Annotated[str, typer.Argument()], as_json: Json = False
) -> None:
    """Let a model serve; its files are checked first."""
    _changed(ctx, as_json, lambda services: services.models.promote(version, None))


@models_app.command("rollback")
def rollback(ctx: typer.Context, as_json: Json = False) -> None:
    """Let the model serve that served before this one."""
    _changed(ctx, as_json, lambda services: services.models.roll_back(None))


def _done_here(
    ctx: typer.Context, terminal: Terminal, kind: JobKind, options: dict[str, Any]
) -> Job:
    """Do a job in this process, and return it done.

    Raises:
        typer.Exit: it failed, was called off from elsewhere, or was refused.
    """
    title = "Training" if kind == "train" else "Searching"
    with refusals_as_exit_codes(terminal), terminal.progress(title) as report:
        services: NeedsRecommender = opened(ctx)
        executor = services.executor()
        job = services.model_jobs.claim(kind, options, None)
        job = executor.execute(job, told=lambda phase, progress: report(phase, progress, 100))
        if job.status == "failed":
            raise Conflict(job.error or "It failed.")
    if job.status == "cancelled":
        terminal.note("It was called off.")
        raise typer.Exit(REFUSED)
    return job


def _changed(
    ctx: typer.Context, as_json: bool, change: Callable[[NeedsRecommender], ModelRecord]
) -> None:
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        record = change(opened(ctx))
    terminal.answer(f"{record.version} serves now.", {"version": record.version})


def _rmse(record: ModelRecord) -> str:
    measure = record.manifest["hold_out"].get("rmse")
    return "not judged" if measure is None else f"RMSE {measure['value']:.4f}"
