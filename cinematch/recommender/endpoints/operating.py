"""Training, the search for K, models and what is known of them, for administrators."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query, Request, Response
from sse_starlette import EventSourceResponse

from cinematch.api.deps import Administrator, CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.sse import last_event_id
from cinematch.api.types import PathId
from cinematch.infra.limits import Rate, RateLimiter
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import CineMatchError, TooManyRequests
from cinematch.recommender.core.records import Job, JobKind
from cinematch.recommender.endpoints.streaming import (
    described_stream,
    job_stream,
    not_from_elsewhere,
    older_stream,
)
from cinematch.recommender.schemas.monitoring import (
    clustering_out,
    evaluation_out,
    job_out,
    live_out,
    status_out,
    training_out,
)
from cinematch.recommender.schemas.operating import (
    ClusteringOut,
    EvaluationOut,
    LiveOut,
    ModelJobIn,
    ModelJobOut,
    ModelJobsOut,
    ModelOut,
    ModelsOut,
    ModelStatusOut,
    TrainingOut,
)
from cinematch.recommender.service.jobs import JobsService
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.monitoring import MonitoringService

TRAINING = Rate(1, 60)
SEARCH = Rate(3, 3600)
"""One training a minute, three searches an hour, for each account (R266, R267)."""


class NeedsOperating(Protocol):
    """What these endpoints use of the house."""

    model_jobs: JobsService
    models: ModelsService
    monitoring: MonitoringService
    limiter: RateLimiter
    clock: Clock


House = Annotated[NeedsOperating, Depends(services)]
LastEventId = Annotated[int | None, Depends(last_event_id)]

router = APIRouter(tags=["recommender"], responses=problems(401, 403))
described = APIRouter(tags=["recommender"], responses=problems(401, 403))


@router.get("/recommendations/status", summary="Is there a model, and which")
def read_model_status(_user: CurrentUser, house: House) -> ModelStatusOut:
    """For everybody who is signed in."""
    return status_out(house.monitoring.status())


@router.get("/recommendations/evaluation", summary="How good the model is")
def read_model_evaluation(_user: CurrentUser, house: House) -> EvaluationOut:
    """On ratings that were kept back, with baselines and intervals."""
    return evaluation_out(house.monitoring.evaluation())


@router.get("/recommendations/clustering", summary="Groups of people and of films")
def read_clustering(_admin: Administrator, house: House) -> ClusteringOut:
    """A map of a sample of people, without names, and of the films."""
    return clustering_out(house.monitoring.clustering())


@router.post(
    "/recommendations/train-sync",
    summary="Train, and wait for it",
    responses=problems(409, 429, 503),
)
@router.get(
    "/recommendations/train-sync",
    summary="Train, and wait for it (as described)",
    name="train_sync_by_get",
    responses=problems(409, 429, 503),
)
def train_sync(request: Request, admin: Administrator, house: House) -> TrainingOut:
    """The work is done by the worker; this call waits for its end, up to ten minutes."""
    if request.method == "GET":
        not_from_elsewhere(request)
    with _counted(house.limiter, f"train:{admin.user_id}", TRAINING):
        stats = house.monitoring.train_and_wait(admin.user_id)
    return training_out(stats, to_iso(house.clock()))


@router.get("/admin/ml/live-monitor", summary="Everything about the model, now")
def read_live_monitor(_admin: Administrator, house: House) -> LiveOut:
    """Model, figures, data and drift, measured and not invented."""
    return live_out(house.monitoring.live())


@router.get("/admin/ml/jobs", summary="Trainings, evaluations, searches")
def read_model_jobs(
    _admin: Administrator,
    house: House,
    kind: Annotated[JobKind | None, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> ModelJobsOut:
    """The latest first."""
    return ModelJobsOut(items=[job_out(job) for job in house.model_jobs.latest(kind, limit)])


@router.post(
    "/admin/ml/jobs",
    status_code=202,
    summary="Train, evaluate or search for K",
    responses=problems(409, 422, 429),
)
def ask_for_model_job(body: ModelJobIn, admin: Administrator, house: House) -> ModelJobOut:
    """It runs in a process of its own; one at a time in the whole installation."""
    rate = SEARCH if body.kind == "optimise-k" else TRAINING
    with _counted(house.limiter, f"{body.kind}:{admin.user_id}", rate):
        return job_out(house.model_jobs.ask(body.kind, body.options, admin.user_id))


@router.get("/admin/ml/jobs/{job_id}", summary="One of them", responses=problems(404))
def read_model_job(job_id: PathId, _admin: Administrator, house: House) -> ModelJobOut:
    """With its result once it is done."""
    return job_out(house.model_jobs.get(job_id))


@router.post("/admin/ml/jobs/{job_id}/cancel", summary="Leave off", responses=problems(404, 409))
def cancel_model_job(job_id: PathId, _admin: Administrator, house: House) -> ModelJobOut:
    """Within a second or so; nothing of it is kept but what a search has tried."""
    return job_out(house.model_jobs.cancel(job_id))


@router.get(
    "/admin/ml/jobs/{job_id}/stream",
    summary="What a job says, live",
    response_class=EventSourceResponse,
    responses=problems(404),
)
async def stream_model_job(
    job_id: PathId, _admin: Administrator, house: House, last: LastEventId
) -> Response:
    """Only reads: to connect again starts nothing. Ends with the job."""
    return await job_stream(house.model_jobs, job_id, last or 0)


@router.get(
    "/admin/stream-k-optimization",
    summary="Search for K, live (as described)",
    response_class=EventSourceResponse,
    responses=problems(409, 429),
)
async def stream_k_optimization(
    request: Request, admin: Administrator, house: House, last: LastEventId
) -> Response:
    """Joins the search that runs, or begins one; a reader that comes again only reads on."""
    return await described_stream(
        house.model_jobs, last, lambda: _begin_search(request, house, admin.user_id)
    )


@described.get(
    "/admin/ml/k-optimization/stream",
    summary="Search for K, live (the older form)",
    response_class=EventSourceResponse,
    responses=problems(409, 429),
)
async def stream_k_optimization_older(
    request: Request, admin: Administrator, house: House, last: LastEventId
) -> Response:
    """The same search in the older messages (R98 to R100)."""
    return await older_stream(
        house.model_jobs, last, lambda: _begin_search(request, house, admin.user_id)
    )


@router.get("/admin/ml/models", summary="All models")
def read_models(_admin: Administrator, house: House) -> ModelsOut:
    """The latest first."""
    return ModelsOut(items=[ModelOut.of(one) for one in house.models.all()])


@router.post(
    "/admin/ml/models/{version}/promote",
    summary="Let a model serve",
    responses=problems(404, 409),
)
def promote_model(version: PathId, admin: Administrator, house: House) -> ModelOut:
    """Its files are checked first; the next list of every process comes of it."""
    return ModelOut.of(house.models.promote(version, admin.user_id))


@router.post(
    "/admin/ml/models/rollback", summary="Back to the model before", responses=problems(409)
)
def roll_back_model(admin: Administrator, house: House) -> ModelOut:
    """The one that served last before this one."""
    return ModelOut.of(house.models.roll_back(admin.user_id))


def _begin_search(request: Request, house: NeedsOperating, user_id: str) -> Job:
    not_from_elsewhere(request)
    with _counted(house.limiter, f"optimise-k:{user_id}", SEARCH):
        return house.model_jobs.ask("optimise-k", {}, user_id)


@contextmanager
def _counted(limiter: RateLimiter, key: str, rate: Rate) -> Iterator[None]:
    """Count one try; one that is refused within does not count.

    Raises:
        TooManyRequests: there were too many.
    """
    wait = limiter.take(key, rate)
    if wait > 0:
        raise TooManyRequests(
            f"That was tried often just now; again in {wait:.0f} seconds.", retry_after=wait
        )
    try:
        yield
    except CineMatchError:
        limiter.give_back(key, rate)
        raise
