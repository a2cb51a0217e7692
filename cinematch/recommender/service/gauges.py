"""What is on record of models and jobs, for Prometheus: the same in every process that is asked."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from math import isnan
from typing import get_args

import msgspec

from cinematch.infra.metrics import Family, Sample, gauge, gauges
from cinematch.infra.ports import Store, Tx
from cinematch.kit.clock import from_iso
from cinematch.recommender.core.drift import VERDICTS
from cinematch.recommender.core.model import Groups, Manifest
from cinematch.recommender.core.records import (
    OPEN,
    Job,
    JobKind,
    JobStatus,
    ModelRecord,
    ModelStatus,
)
from cinematch.recommender.ports import JobsRepository, ModelsRepository
from cinematch.recommender.service.drifting import DriftFigures
from cinematch.recommender.service.figures import of_hold_out
from cinematch.recommender.service.judging import ENSEMBLE

DRIFT_EVERY = 900.0
"""Seconds between two looks at drift, for which all ratings since the training are read."""

_LOOKED_AT = 10
"""Jobs of each kind that are looked at, the latest."""


class RecommenderGauges:
    """Reads the store at each scrape, so that it does not matter which process trained.

    Drift takes longer the more there are ratings: it is counted aside, and the last is told.
    """

    def __init__(
        self,
        store: Store,
        models: ModelsRepository,
        jobs: JobsRepository,
        drift: Callable[[], DriftFigures | None] | None,
    ) -> None:
        """Build it.

        Args:
            store: where both are.
            models: how models are read.
            jobs: how jobs are.
            drift: counts it; None where another process does.
        """
        self._store = store
        self._models = models
        self._jobs = jobs
        self._drift = _Aside(drift) if drift else None

    def stop(self) -> None:
        """Wait until nothing is being counted."""
        if self._drift is not None:
            self._drift.stop()

    def families(self) -> list[Family]:
        """Return all figures as they are now; those that are not known have no number.

        Raises:
            CineMatchError: the store cannot be read.
        """
        read = self._store.snapshot(self._read)
        champion = next((one for one in read.models if one.status == "champion"), None)
        manifest = msgspec.convert(champion.manifest, Manifest) if champion else None
        drift = self._drift.value() if self._drift else None
        return [
            *_of_models(read.models, champion),
            *_of_quality(manifest),
            *_of_making(manifest),
            *_of_jobs(read.jobs),
            *(_of_drift(drift) if drift and manifest else ()),
        ]

    def _read(self, tx: Tx) -> "_Read":
        latest = [self._jobs.latest(tx, kind, _LOOKED_AT) for kind in get_args(JobKind)]
        return _Read(self._models.all(tx), [job for jobs in latest for job in jobs])


@dataclass(frozen=True)
class _Read:
    """What is on record, the newest first, jobs kind by kind."""

    models: Sequence[ModelRecord]
    jobs: Sequence[Job]


class _Aside:
    """Has drift counted in a thread of its own, one and always the same."""

    def __init__(self, count: Callable[[], DriftFigures | None]) -> None:
        self._count = count
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[DriftFigures | None] | None = None
        self._last: DriftFigures | None = None
        self._due = 0.0
        self._turn = threading.Lock()

    def value(self) -> DriftFigures | None:
        """Return what was found last, and have it found anew when that is long ago."""
        with self._turn:
            running = self._running
            if running is not None and running.done():
                self._running = None
                self._last = None if running.exception() else running.result()
            if self._running is None and time.monotonic() >= self._due:
                self._due = time.monotonic() + DRIFT_EVERY
                self._pool = self._pool or ThreadPoolExecutor(1, thread_name_prefix="drift")
                self._running = self._pool.submit(self._count)
            return self._last

    def stop(self) -> None:
        """End the thread; `value` begins another."""
        with self._turn:
            pool, self._pool, self._running = self._pool, None, None
            self._due = 0.0
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)


def _of_models(models: Sequence[ModelRecord], champion: ModelRecord | None) -> list[Family]:
    by_status = Counter(one.status for one in models)
    told = {status: by_status[status] for status in get_args(ModelStatus)}
    info = []
    if champion is not None:
        labels = {"version": champion.version, "source": str(champion.manifest["source"])}
        info.append(Sample(1, labels))
    trained = champion.created_at if champion else None
    promoted = champion.promoted_at if champion else None
    return [
        gauges("cinematch_models", "Models on record.", "status", told),
        Family("cinematch_model_info", "gauge", "The model that serves.", info),
        gauge(
            "cinematch_model_trained_timestamp_seconds",
            "When the model that serves was trained, in Unix time.",
            _instant(trained),
        ),
        gauge(
            "cinematch_model_promoted_timestamp_seconds",
            "Since when it serves, in Unix time.",
            _instant(promoted),
        ),
    ]


def _of_quality(manifest: Manifest | None) -> list[Family]:
    if manifest is None:
        return []
    told = of_hold_out(manifest.hold_out, manifest.created_at, None)
    every = {ENSEMBLE: told.measures, **told.baselines}
    return [
        gauge(
            "cinematch_model_rmse",
            "Error in stars on ratings kept back, of the model that serves; none if invented.",
            told.value("rmse"),
        ),
        Family(
            "cinematch_model_measure",
            "gauge",
            "Measures on ratings kept back, of the model that serves and of baselines.",
            [
                Sample(one.value, {"model": model, "measure": name})
                for model, measures in every.items()
                for name, one in measures.items()
                if not isnan(one.value)
            ],
        ),
    ]


def _of_making(manifest: Manifest | None) -> list[Family]:
    if manifest is None:
        return []
    sizes = {"ratings": manifest.ratings, "users": manifest.users, "films": manifest.films}
    values = {
        "svd": manifest.options.stars.factors,
        "user_cluster": _groups(manifest.people),
        "movie_cluster": _groups(manifest.kinds),
    }
    return [
        gauges(
            "cinematch_k_values",
            "Factors of the stars, groups of people and of films, in the model that serves.",
            "type",
            values,
        ),
        gauge(
            "cinematch_model_explained_variance",
            "Share of the variance that its factors explain; for looking at.",
            manifest.explained_variance,
        ),
        gauges("cinematch_model_data", "What it learnt from: how many of each.", "of", sizes),
        gauges(
            "cinematch_model_training_seconds",
            "How long each step of its training took.",
            "step",
            manifest.seconds,
        ),
    ]


def _of_jobs(jobs: Sequence[Job]) -> list[Family]:
    counts = Counter((job.kind, job.status) for job in jobs)
    every = [(kind, status) for kind in get_args(JobKind) for status in get_args(JobStatus)]
    newest = {(job.kind, job.status): job for job in reversed(jobs)}
    ended = [job for job in newest.values() if job.ended_at]
    done = [job for job in ended if job.status == "done" and job.started_at]
    return [
        Family(
            "cinematch_model_jobs",
            "gauge",
            f"The latest {_LOOKED_AT} jobs of each kind, by what became of them.",
            [Sample(counts[kind, status], _job(kind, status)) for kind, status in every],
        ),
        Family(
            "cinematch_model_job_ended_timestamp_seconds",
            "gauge",
            "When the last job of a kind ended so, in Unix time.",
            [Sample(_instant(job.ended_at) or 0.0, _job(job.kind, job.status)) for job in ended],
        ),
        Family(
            "cinematch_model_job_open_since_timestamp_seconds",
            "gauge",
            "Since when a job waits or runs, in Unix time.",
            [
                Sample(_instant(job.started_at or job.asked_at) or 0.0, _job(job.kind, job.status))
                for job in jobs
                if job.status in OPEN
            ],
        ),
        Family(
            "cinematch_model_job_seconds",
            "gauge",
            "How long the last job of a kind took that was done.",
            [Sample(_took(job), {"kind": job.kind}) for job in done],
        ),
    ]


def _of_drift(figures: DriftFigures) -> list[Family]:
    drift = figures.drift
    indices = {"stars": drift.stars, "genres": drift.genres}
    verdicts = {verdict: int(drift.verdict == verdict) for verdict in VERDICTS}
    return [
        gauges(
            "cinematch_model_drift",
            "Stability index of what people do since the training, against before it.",
            "of",
            indices,
        ),
        gauge(
            "cinematch_model_drift_error_ratio",
            "Error of what was foretold since the training, over that on ratings kept back.",
            None if isnan(drift.error) else drift.error,
        ),
        gauge(
            "cinematch_model_drift_ratings",
            "Ratings since the training, from which drift is found.",
            drift.ratings,
        ),
        gauges(
            "cinematch_model_drift_verdict",
            "What to think of the drift: 1 for what holds.",
            "verdict",
            verdicts,
        ),
    ]


def _job(kind: str, status: str) -> Mapping[str, str]:
    return {"kind": kind, "status": status}


def _took(job: Job) -> float:
    return (_instant(job.ended_at) or 0.0) - (_instant(job.started_at) or 0.0)


def _groups(told: Groups | None) -> int:
    return len(told.groups) if told else 0


def _instant(at: str | None) -> float | None:
    return from_iso(at).timestamp() if at else None
