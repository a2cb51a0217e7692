"""Training, the search for K, models and their measures, as operators see them."""

from typing import Any, Literal

from pydantic import BaseModel, Field

from cinematch.api.types import Body
from cinematch.films.schemas import FilmOut
from cinematch.recommender.core.records import (
    FailureKind,
    JobKind,
    JobStatus,
    ModelRecord,
    ModelStatus,
)
from cinematch.recommender.schemas.suggestions import Shape


class ModelJobIn(Body):
    """What is to be done; `options` are those of `cinematch train` and its sisters."""

    kind: JobKind
    options: dict[str, Any] = Field({}, examples=[{"source": "hybrid", "seed": 42}])


class FailureOut(BaseModel):
    """Why a job failed, for pages that say it in a language of their own."""

    kind: FailureKind
    values: dict[str, Any] = Field(examples=[{"films": 12}])


class ModelJobOut(Shape):
    """A long task. It goes on when nobody looks; `cancel` ends it within a second."""

    job_id: str
    kind: JobKind
    status: JobStatus
    options: dict[str, Any]
    asked_at: str
    started_at: str | None
    ended_at: str | None
    progress: int = Field(ge=0, le=100)
    phase: str
    result: dict[str, Any] | None
    error: str | None = Field(description="Why it failed, in English.")
    failure: FailureOut | None = Field(description="The same for programs; null of older jobs.")


class ModelJobsOut(BaseModel):
    items: list[ModelJobOut]


class MeasureOut(Shape):
    """A figure with its 95 % bootstrap interval over `n` users or ratings."""

    value: float
    low: float
    high: float
    n: int


class OriginOut(Shape):
    name: str = Field(examples=["MovieLens latest-small"])
    licence: str
    ratings: int
    users: int


class GroupOut(Shape):
    """A cluster: its size, what it has more of than all, and films that stand for it."""

    name: str = Field(description="Made of its features.", examples=["Horror · 1980s"])
    size: int
    features: list[tuple[str, str, float]] = Field(description="(kind, name, times as much).")
    films: list[FilmOut]


class PointOut(BaseModel):
    """A film or a person on the map; people have no name."""

    x: float
    y: float
    group: int
    film_id: str | None = None
    title: str | None = None
    title_en: str | None = None
    title_it: str | None = None
    year: int | None = None
    count: int | None = Field(None, description="How many have seen it.")


class GroupsOut(BaseModel):
    """A clustering. When not `clear`, there are no groups worth a name."""

    silhouette: float
    balance: float
    stability: float
    clear: bool
    groups: list[GroupOut]
    points: list[PointOut]


class ClusteringOut(BaseModel):
    """R80: `n_clusters` and `points` are those of people; both are null before a training."""

    n_clusters: int
    points: list[PointOut]
    people: GroupsOut | None
    films: GroupsOut | None
    too_few: str | None = Field(description="Why there is none, in words.")


class ModelOut(Shape):
    """A model on record."""

    version: str
    status: ModelStatus
    created_at: str
    promoted_at: str | None
    source: Literal["own", "hybrid", "synthetic"]
    origins: list[OriginOut]
    fingerprint: str
    users: int
    films: int
    ratings: int
    density: float
    k: int
    weights: dict[str, float]
    hold_out: dict[str, MeasureOut]
    explained_variance: float
    noise_floor: float | None
    seconds: dict[str, float]
    options: dict[str, Any]

    @classmethod
    def of(cls, record: ModelRecord) -> "ModelOut":
        """Return the shape of a model on record."""
        manifest = record.manifest
        return cls.model_validate(
            {
                **manifest,
                "version": record.version,
                "status": record.status,
                "created_at": record.created_at,
                "promoted_at": record.promoted_at,
                "k": manifest["options"]["stars"]["factors"],
            }
        )


class ModelsOut(BaseModel):
    items: list[ModelOut]


class ModelStatusOut(BaseModel):
    """R76. `last_updated` is when the model was trained."""

    is_trained: bool
    n_components: int
    explained_variance: float
    training_source: Literal["hybrid", "aflix", "demo", "none"]
    last_updated: str | None
    version: str | None
    n_clusters: int
    optimal_k: dict[str, int | None] = Field(
        description="`k_svd` and `k_cluster` of the last search over the same kind of ratings as"
        " the model that serves; null before one."
    )
    running: ModelJobOut | None


class TrainingOut(BaseModel):
    """R74."""

    status: Literal["success"]
    stats: dict[str, Any]
    timestamp: str


class EvaluationOut(BaseModel):
    """Measures of the model that serves on ratings kept back from it (R79)."""

    rmse: float | None
    mae: float | None
    measures: dict[str, MeasureOut]
    segments: dict[str, dict[str, MeasureOut]] = Field(
        description="By how much people had rated: `under 20 ratings`, `20 to 99`, "
        "`100 and more`; empty where the training did not count them."
    )
    baselines: dict[str, dict[str, MeasureOut]]
    evaluated_at: str | None
    note: str | None = Field(description="Such as: trained on invented ratings, so not judged.")


class DriftOut(BaseModel):
    """How far what people do has moved from what the model learnt."""

    verdict: Literal["too few", "none", "some", "large"]
    ratings: int
    stars: float
    genres: float
    error: float | None
    stars_before: dict[str, float]
    stars_now: dict[str, float]


class LiveOut(BaseModel):
    """R81: the model, its figures, its data, as measured now."""

    model_status: dict[str, Any]
    current_performance: dict[str, Any]
    dataset_info: dict[str, Any]
    drift: DriftOut | None
    jobs: list[ModelJobOut]
    timestamp: str
