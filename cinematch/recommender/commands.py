"""`cinematch train`, `optimise-k`, `evaluate`, and what is done with models."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Protocol

import typer

from cinematch.infra.terminal import REFUSED, Terminal, opened, refusals_as_exit_codes
from cinematch.kit.errors import Conflict, Invalid
from cinematch.recommender.core.options import EvaluationOptions, Source
from cinematch.recommender.core.records import Job, JobKind, ModelRecord
from cinematch.recommender.datasets import NAMES
from cinematch.recommender.evaluations import check_report, evaluate_dataset, write_report
from cinematch.recommender.ports import Fitters
from cinematch.recommender.service.demo import DemoService
from cinematch.recommender.service.executing import JobExecutor
from cinematch.recommender.service.jobs import JobsService, read_options
from cinematch.recommender.service.models import ModelsService

app = typer.Typer()
models_app = typer.Typer(no_args_is_help=True, help="Which models there are, and which serves.")
jobs_app = typer.Typer(
    no_args_is_help=True, help="Trainings, evaluations, searches for K: what is under way."
)

Json = Annotated[bool, typer.Option("--json", help="Answer with one line of JSON, for scripts.")]
From = Annotated[
    Source,
    typer.Option(help="auto, own, hybrid (with a community from outside) or synthetic."),
]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of everything that is drawn.")]


_TITLES: Mapping[JobKind, str] = {
    "train": "Training",
    "evaluate": "Evaluating",
    "optimise-k": "Searching",
}


class NeedsRecommender(Protocol):
    """What these commands use of the house."""

    model_jobs: JobsService
    models: ModelsService
    executor: Callable[[], JobExecutor]
    fitters: Callable[[], Fitters]
    demo: DemoService


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

    Works with or without a running server; one training at a time.
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


@app.command("evaluate")
def evaluate(  # noqa: PLR0913, PLR0917 - a command's options
    ctx: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="A public data set; else what this installation has.")
    ] = None,
    dataset: Annotated[
        str | None, typer.Option(help=f"Which one that is: {', '.join(NAMES)}.")
    ] = None,
    protocol: Annotated[
        Literal["temporal", "leave-last-out", "random", "stratified"],
        typer.Option(help="What is kept back to judge by."),
    ] = "temporal",
    source: From = "auto",
    seed: Seed = 42,
    report_json: Annotated[Path | None, typer.Option(help="Write all of it here.")] = None,
    report_page: Annotated[
        Path | None, typer.Option(help="Write all of it here, as a page to read.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Judge the recommender on ratings kept back, with baselines and intervals beside.

    The same data and seed give the same figures, to the digit.
    """
    options: dict[str, Any] = {"protocol": protocol, "source": source, "seed": seed}
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        check_report(report_json=report_json, report_page=report_page)
    if folder is None:
        result = _done_here(ctx, terminal, "evaluate", options).result or {}
    else:
        result = _evaluated(ctx, terminal, (folder, dataset), options)
    with refusals_as_exit_codes(terminal):
        write_report(result, report_json, report_page)
    terminal.answer(_in_words(result), result)


@app.command("demo")
def demo(
    ctx: typer.Context,
    people: Annotated[int, typer.Option(min=100, max=100_000, help="How many to invent.")] = 10_000,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Even though people have rated films here.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Fill an empty installation: the starter catalogue and an invented community, to look around.

    The community is labelled wherever it shows, has no accounts, and is never evaluated on. Once
    people's own ratings are enough, models learn from those alone.
    """
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal), terminal.progress("Inventing") as report:
        services: NeedsRecommender = opened(ctx)
        filled = services.demo.fill(
            people, lambda done, of: report("people", done, of), beside_people=yes
        )
    told = filled.community
    words = (
        f"{filled.films:,} films are in the catalogue. {told.users:,} invented people gave "
        f"{told.ratings:,} ratings; even the rule that made them has an RMSE of "
        f"{told.noise_floor or 0.0:.2f}. To remove them: cinematch community remove {told.name}"
    )
    data = {
        "films": filled.films,
        "community": told.name,
        "people": told.users,
        "ratings": told.ratings,
        "noise_floor": told.noise_floor,
        "model": None,
    }
    if filled.alone:
        trained = _done_here(ctx, terminal, "train", {"source": "synthetic"}).result or {}
        data["model"] = trained["version"]
        words += f"\nModel {trained['version']} learnt from them. Now: cinematch serve"
    terminal.answer(words, data)


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


@jobs_app.command("list")
def list_jobs(
    ctx: typer.Context,
    most: Annotated[int, typer.Option(min=1, max=100, help="How many.")] = 20,
    as_json: Json = False,
) -> None:
    """List the latest trainings, evaluations and searches, newest first."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsRecommender = opened(ctx)
        found = services.model_jobs.latest(None, most)
    told = [
        {
            "job_id": job.job_id,
            "kind": job.kind,
            "status": job.status,
            "asked_at": job.asked_at,
            "progress": job.progress,
            "error": job.error,
        }
        for job in found
    ]
    words = "\n".join(
        f"{job.job_id}  {job.kind:<10}  {job.status:<9}  {job.progress:3} %  {job.asked_at[:16]}"
        for job in found
    )
    terminal.answer(words or "None yet: cinematch train", told)


@jobs_app.command("cancel")
def cancel(
    ctx: typer.Context,
    job_id: Annotated[
        str | None, typer.Argument(help="As `list` has it; else the one that waits or runs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Call a job off, wherever it runs. What a search has tried is kept."""
    terminal = Terminal(as_json=as_json)
    with refusals_as_exit_codes(terminal):
        services: NeedsRecommender = opened(ctx)
        if job_id is None:
            under_way = services.model_jobs.open()
            if under_way is None:
                raise Conflict("Nothing is under way that could be called off.")
            job_id = under_way.job_id
        job = services.model_jobs.cancel(job_id)
    state = "is called off" if job.status == "cancelled" else "leaves off within a second or so"
    terminal.answer(f"{job.job_id} {state}.", {"job_id": job.job_id, "status": job.status})


def _done_here(
    ctx: typer.Context, terminal: Terminal, kind: JobKind, options: dict[str, Any]
) -> Job:
    """Do a job in this process, and return it done.

    Raises:
        typer.Exit: it failed, was called off from elsewhere, or was refused.
    """
    title = _TITLES[kind]
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


def _evaluated(
    ctx: typer.Context,
    terminal: Terminal,
    data: tuple[Path, str | None],
    options: Mapping[str, Any],
) -> dict[str, Any]:
    """Judge on a public data set; nothing of it is kept."""
    folder, name = data
    with refusals_as_exit_codes(terminal), terminal.progress("Evaluating") as report:
        if name is None:
            raise Invalid.field("--dataset", "is missing", f"give one of {', '.join(NAMES)}")
        services: NeedsRecommender = opened(ctx)
        chosen = read_options(EvaluationOptions, options)
        return evaluate_dataset(folder, name, chosen, services.fitters(), report)


def _in_words(result: Mapping[str, Any]) -> str:
    """Say the two figures that are asked for first, of every model."""
    lines = [f"{result['data']['name']}: {', '.join(result['protocol']['splits'])}"]
    for model, figures in result["ranking"].items():
        lines.append(f"  {model:<24} NDCG@10 {_figure(figures['ndcg@10'])}")
    for model, figures in result["stars"].get("all", {}).items():
        lines.append(f"  {model:<24} RMSE    {_figure(figures['rmse'])}")
    return "\n".join(lines)


def _figure(told: Mapping[str, float]) -> str:
    if "value" not in told:
        return "nobody to judge by"
    return f"{told['value']:.4f} ({told['low']:.4f} to {told['high']:.4f})"


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
