"""What is known of the model that serves: its figures, its groups, whether it is still right."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
import numpy as np

from cinematch.films.core.catalogue import FilmCard
from cinematch.films.ports import FilmsRepository
from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict, Unavailable
from cinematch.recommender.core.clusters import title_of
from cinematch.recommender.core.model import Group, Groups, Manifest, Model
from cinematch.recommender.core.options import TrainingOptions, recipe_of
from cinematch.recommender.core.records import OPEN, Job
from cinematch.recommender.ports import TasteRepository
from cinematch.recommender.service.drifting import DriftFigures, drift_since
from cinematch.recommender.service.executing import optimum_of
from cinematch.recommender.service.figures import (
    Evaluation,
    by_protocol,
    of_evaluation,
    of_hold_out,
)
from cinematch.recommender.service.jobs import JobsService
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.shelf import titles_of

FEWEST_PEOPLE = 20
"""Under so many people a map of them would show persons, not groups (W61)."""

_FILMS_ON_MAP = 2_000
_TAKEN_SECONDS, _LONGEST_SECONDS, _LOOK_SECONDS = 30.0, 600.0, 0.25
_DRIFT_SECONDS = 60.0
_SOURCES: Mapping[str, Literal["hybrid", "aflix", "demo"]] = {
    "own": "aflix",
    "hybrid": "hybrid",
    "synthetic": "demo",
}
_INVENTED = "The model was trained on invented ratings, so there is nothing to judge it by."
_NO_MODEL = "There is no model yet; it comes of a training."


@dataclass(frozen=True)
class Point:
    """A film or a person on the map; people have no name."""

    x: float
    y: float
    group: int
    film_id: str | None = None
    title: str | None = None
    title_en: str | None = None
    title_it: str | None = None
    year: int | None = None
    count: int | None = None


@dataclass(frozen=True)
class NamedGroup:
    """A group with the name that its features give it."""

    name: str
    size: int
    features: Sequence[tuple[str, str, float]]
    films: Sequence[FilmCard]


@dataclass(frozen=True)
class NamedGroups:
    """A clustering, as it is shown."""

    told: Groups
    groups: Sequence[NamedGroup]
    points: Sequence[Point]


@dataclass(frozen=True)
class Clustering:
    """Both clusterings of the model that serves; `too_few` says why one is missing."""

    people: NamedGroups | None = None
    films: NamedGroups | None = None
    too_few: str | None = None


@dataclass(frozen=True)
class Live:
    """Everything about the model, now (R81)."""

    model_status: Mapping[str, Any]
    current_performance: Mapping[str, Any]
    dataset_info: Mapping[str, Any]
    drift: DriftFigures | None
    jobs: Sequence[Job]
    timestamp: str


@dataclass(frozen=True, kw_only=True)
class MonitoringParts:
    """What the figures are read from."""

    store: Store
    films: FilmsRepository
    taste: TasteRepository
    models: ModelsService
    jobs: JobsService
    clock: Clock
    wait: Callable[[float], object] = field(default=time.sleep)


class MonitoringService:
    """Reads; only `train_and_wait` asks for something to be done."""

    def __init__(self, parts: MonitoringParts) -> None:
        self._parts = parts
        self._drift: tuple[float, str, DriftFigures] | None = None
        self._counting = threading.Lock()

    def status(self) -> dict[str, Any]:
        """Say whether there is a model, and which (R76)."""
        return self._status(self._manifest())

    def _status(self, manifest: Manifest | None) -> dict[str, Any]:
        source = manifest.source if manifest else None
        optimum = optimum_of(self._parts.jobs.last_done("optimise-k", source))
        base = {"optimal_k": optimum, "running": self._parts.jobs.open()}
        if manifest is None:
            return base | {
                "is_trained": False,
                "n_components": 0,
                "explained_variance": 0.0,
                "training_source": "none",
                "last_updated": None,
                "version": None,
                "n_clusters": 0,
            }
        return base | {
            "is_trained": True,
            "n_components": manifest.options.stars.factors,
            "explained_variance": manifest.explained_variance,
            "training_source": _SOURCES[manifest.source],
            "last_updated": manifest.created_at,
            "version": manifest.version,
            "n_clusters": len(manifest.people.groups) if manifest.people else 0,
        }

    def evaluation(self) -> Evaluation:
        """Say how good the model that serves is on ratings kept back from it (R79).

        By the last evaluation, when that is of this model's recipe and source, and later; else by
        its own hold-out.
        """
        manifest = self._manifest()
        if manifest is None:
            return Evaluation({}, {}, {}, None, _NO_MODEL)
        last = self._parts.jobs.last_done("evaluate")
        if last is not None and last.asked_at > manifest.created_at:
            result = last.result or {}
            if _is_of(manifest, result):
                return of_evaluation(result)
        note = by_protocol(manifest.judged_by) if manifest.judged_by else None
        if manifest.source == "synthetic":
            note = _INVENTED
        return of_hold_out(manifest.hold_out, manifest.created_at, note, manifest.segments)

    def clustering(self) -> Clustering:
        """Return groups of people and of films, with a map of each (R80)."""
        model = self._parts.models.load_champion()
        if model is None:
            return Clustering(too_few=_NO_MODEL)
        manifest, too_few = model.manifest, None
        people = manifest.people
        if people is None:
            too_few = "What they have seen differs too little for groups to be told apart."
        if manifest.users < FEWEST_PEOPLE:
            people = None
            too_few = (
                f"There are {manifest.users} people; from {FEWEST_PEOPLE} on groups of them are "
                "shown, so that a point is nobody in particular."
            )
        kinds = manifest.kinds
        return Clustering(
            people=self._named(people, _points_of_people(model)) if people else None,
            films=self._named(kinds, self._points_of_films(model)) if kinds else None,
            too_few=too_few,
        )

    def live(self) -> Live:
        """Return everything about the model, as measured now."""
        manifest = self._manifest()
        status = self._status(manifest)
        k = status["n_components"]
        return Live(
            model_status={
                "is_trained": status["is_trained"],
                "has_clustering": manifest is not None
                and (manifest.people is not None or manifest.kinds is not None),
                "version": status["version"],
                "training_source": status["training_source"],
                "last_updated": status["last_updated"],
            },
            current_performance={
                "k_used": k,
                "explained_variance": status["explained_variance"],
                "k_efficiency": status["explained_variance"] / k if k else 0.0,
                "hold_out": msgspec.to_builtins(manifest.hold_out) if manifest else {},
                "seconds": dict(manifest.seconds) if manifest else {},
            },
            dataset_info=_data_of(manifest) if manifest else {},
            drift=self._drift_of(manifest),
            jobs=self._parts.jobs.latest(None, 10),
            timestamp=to_iso(self._parts.clock()),
        )

    def drift(self) -> DriftFigures | None:
        """Return how far people have moved from what was learnt; None without own ratings in it.

        Counted at most once a minute.
        """
        return self._drift_of(self._manifest())

    def _drift_of(self, manifest: Manifest | None) -> DriftFigures | None:
        if manifest is None or manifest.source == "synthetic":
            return None
        parts = self._parts
        with self._counting:
            now, held = parts.clock().timestamp(), self._drift
            if held is None or held[1] != manifest.version or now - held[0] > _DRIFT_SECONDS:
                figures = drift_since(manifest, parts.store, parts.taste, parts.films)
                held = self._drift = (now, manifest.version, figures)
            return held[2]

    def train_and_wait(self, actor: str) -> dict[str, Any]:
        """Have a model trained elsewhere, and return what became of it (R74, R75).

        Raises:
            Conflict: another job is under way, or the training failed; it says why.
            Unavailable: nobody takes it, or it takes longer than ten minutes and goes on.
        """
        job = self._parts.jobs.ask("train", {}, actor)
        begun, taken = self._parts.clock(), False
        while (job := self._parts.jobs.get(job.job_id)).status in OPEN:
            passed = (self._parts.clock() - begun).total_seconds()
            taken = taken or job.status == "running"
            if not taken and passed > _TAKEN_SECONDS:
                self._parts.jobs.cancel(job.job_id)
                raise Unavailable("No worker has taken the training; is one running?")
            if passed > _LONGEST_SECONDS:
                raise Unavailable(f"The training goes on: job {job.job_id}.", job_id=job.job_id)
            self._parts.wait(_LOOK_SECONDS)
        if job.status != "done" or job.result is None:
            raise Conflict(job.error or "The training was cancelled.")
        result = job.result
        return {
            **result,
            "actual_k_used": result["k"],
            "model_trained": True,
            "k_svd": result["k"],
            "k_user_clusters": result["groups"],
            "performance": result["hold_out"],
        }

    def _manifest(self) -> Manifest | None:
        record = self._parts.models.champion()
        return None if record is None else msgspec.convert(record.manifest, Manifest)

    def _named(self, told: Groups, points: Sequence[Point]) -> NamedGroups:
        wanted = [film_id for group in told.groups for film_id in group.films]
        cards = self._parts.store.snapshot(lambda tx: self._parts.films.cards(tx, wanted, None))

        def named(group: Group) -> NamedGroup:
            films = [cards[film_id] for film_id in group.films if film_id in cards]
            return NamedGroup(title_of(group.features), group.size, group.features, films)

        return NamedGroups(told, [named(group) for group in told.groups], points)

    def _points_of_films(self, model: Model) -> list[Point]:
        """Return the best known films on the map; one that was never seen stands nowhere."""
        shown = np.flatnonzero((model.film_group >= 0) & (model.film_map != 0).any(axis=1))
        order = np.argsort(-model.film_counts[shown], kind="stable")
        shown = shown[order[:_FILMS_ON_MAP]]
        ids = [model.film_ids[at] for at in shown]
        films = self._parts.store.snapshot(lambda tx: self._parts.films.get_many(tx, ids))
        return [
            Point(
                x=float(model.film_map[at, 0]),
                y=float(model.film_map[at, 1]),
                group=int(model.film_group[at]),
                film_id=film_id,
                **titles_of(films[film_id])._asdict(),
                year=films[film_id].year,
                count=int(model.film_counts[at]),
            )
            for at, film_id in zip(shown.tolist(), ids, strict=True)
            if film_id in films
        ]


def _points_of_people(model: Model) -> list[Point]:
    return [
        Point(float(x), float(y), int(group))
        for (x, y), group in zip(model.people_map, model.people_group, strict=True)
    ]


def _is_of(manifest: Manifest, result: Mapping[str, Any]) -> bool:
    """Whether an evaluation was of the recipe and the source that a model has."""
    try:
        judged = msgspec.convert(result["protocol"]["options"]["training"], TrainingOptions)
    except (KeyError, msgspec.ValidationError):
        return False  # of a release that had other options
    same = recipe_of(judged) == recipe_of(manifest.options)
    return same and result.get("source") == manifest.source


def _data_of(manifest: Manifest) -> dict[str, Any]:
    return {
        "users": manifest.users,
        "films": manifest.films,
        "ratings": manifest.ratings,
        "density": manifest.density,
        "source": manifest.source,
        "origins": msgspec.to_builtins(manifest.origins),
        "fingerprint": manifest.fingerprint,
        "noise_floor": manifest.noise_floor,
    }
