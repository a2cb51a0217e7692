"""From what the services know of models to what goes over HTTP."""

from collections.abc import Mapping
from dataclasses import asdict
from math import isnan
from typing import Any

from msgspec import structs

from cinematch.films.schemas import film_out
from cinematch.recommender.core.model import Measure
from cinematch.recommender.core.records import Job
from cinematch.recommender.schemas.operating import (
    ClusteringOut,
    DriftOut,
    EvaluationOut,
    GroupOut,
    GroupsOut,
    LiveOut,
    MeasureOut,
    ModelJobOut,
    ModelStatusOut,
    PointOut,
    TrainingOut,
)
from cinematch.recommender.service.drifting import DriftFigures
from cinematch.recommender.service.figures import Evaluation
from cinematch.recommender.service.monitoring import Clustering, Live, NamedGroups


def job_out(job: Job) -> ModelJobOut:
    """Show a job."""
    result = dict(job.result or {})
    failure = result.pop("failure", None)
    return ModelJobOut.model_validate(
        {**structs.asdict(job), "result": result or None, "failure": failure}
    )


def status_out(told: Mapping[str, Any]) -> ModelStatusOut:
    """Show whether there is a model."""
    running = told["running"]
    return ModelStatusOut(**{**told, "running": job_out(running) if running else None})


def training_out(stats: Mapping[str, Any], at: str) -> TrainingOut:
    """Show what became of a training."""
    return TrainingOut(status="success", stats=dict(stats), timestamp=at)


def evaluation_out(told: Evaluation) -> EvaluationOut:
    """Show how good the model is."""
    return EvaluationOut(
        rmse=told.value("rmse"),
        mae=told.value("mae"),
        measures=_measures(told.measures),
        segments={name: _measures(of) for name, of in told.segments.items()},
        baselines={name: _measures(of) for name, of in told.baselines.items()},
        evaluated_at=told.evaluated_at,
        note=told.note,
    )


def clustering_out(told: Clustering) -> ClusteringOut:
    """Show groups; those of people are the described ones (R80)."""
    people = _groups(told.people)
    return ClusteringOut(
        n_clusters=len(people.groups) if people else 0,
        points=people.points if people else [],
        people=people,
        films=_groups(told.films),
        too_few=told.too_few,
    )


def live_out(told: Live) -> LiveOut:
    """Show everything."""
    return LiveOut(
        model_status=dict(told.model_status),
        current_performance=dict(told.current_performance),
        dataset_info=dict(told.dataset_info),
        drift=None if told.drift is None else _drift(told.drift),
        jobs=[job_out(job) for job in told.jobs],
        timestamp=told.timestamp,
    )


def _drift(told: DriftFigures) -> DriftOut:
    drift = told.drift
    return DriftOut(
        verdict=drift.verdict,
        ratings=drift.ratings,
        stars=drift.stars,
        genres=drift.genres,
        error=None if isnan(drift.error) else drift.error,
        stars_before=dict(told.stars_before),
        stars_now=dict(told.stars_now),
    )


def _groups(told: NamedGroups | None) -> GroupsOut | None:
    if told is None:
        return None
    return GroupsOut(
        silhouette=told.told.silhouette,
        balance=told.told.balance,
        stability=told.told.stability,
        clear=told.told.clear,
        groups=[
            GroupOut(
                name=group.name,
                size=group.size,
                features=list(group.features),
                films=[film_out(card) for card in group.films],
            )
            for group in told.groups
        ],
        points=[PointOut(**asdict(point)) for point in told.points],
    )


def _measures(told: Mapping[str, Measure]) -> dict[str, MeasureOut]:
    """Show measures; one that could not be taken is left out."""
    return {
        name: MeasureOut.model_validate(one) for name, one in told.items() if not isnan(one.value)
    }
