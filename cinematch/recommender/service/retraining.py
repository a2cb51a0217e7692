"""The night's work of the recommender: a training when one is called for, and tidying up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict, Invalid
from cinematch.recommender.core import synthetic
from cinematch.recommender.core.model import Manifest
from cinematch.recommender.core.upkeep import Learnt, Present, reason_to_train
from cinematch.recommender.ports import Communities, TasteRepository
from cinematch.recommender.service.jobs import JobsService
from cinematch.recommender.service.models import ModelsService
from cinematch.recommender.service.monitoring import MonitoringService
from cinematch.recommender.service.sources import Sources

_KEPT_MODELS = 3
_SHOWN_FOR = timedelta(days=180)
"""How long it is kept what was suggested and never rated."""


@dataclass(frozen=True, kw_only=True)
class RetrainingParts:
    """What the night's work is done with."""

    store: Store
    taste: TasteRepository
    communities: Communities
    jobs: JobsService
    models: ModelsService
    monitoring: MonitoringService
    sources: Sources
    clock: Clock


class Retraining:
    """Asks for a training when enough has changed; the runner does it."""

    def __init__(self, parts: RetrainingParts) -> None:
        self._parts = parts

    def run(self) -> dict[str, Any]:
        """Do the night's work, and say what was asked for and why."""
        parts = self._parts
        told: dict[str, Any] = {"asked": None, "why": "nothing has changed enough"}
        try:
            why = self.reason()
        except Conflict as damaged:
            why, told["why"] = None, damaged.detail
        if why is not None:
            told["why"] = why
            try:
                told["asked"] = parts.jobs.ask("train", {}, None).job_id
            except (Conflict, Invalid) as refusal:
                told["why"] = f"{why}; but: {refusal.detail}"
        parts.models.prune(_KEPT_MODELS)
        before = to_iso(parts.clock() - _SHOWN_FOR)
        shown = parts.store.transact(lambda tx: parts.taste.prune_shown(tx, before))
        return {**told, "jobs_pruned": parts.jobs.prune(), "shown_pruned": shown}

    def reason(self) -> str | None:
        """Return why a training is called for, None when it is not.

        What has changed is counted from the last training, whether its model serves or lost.

        Raises:
            Conflict: what is told of a background community cannot be read.
        """
        learnt = None
        if self._parts.models.champion() is not None:
            newest = self._parts.models.all()[0]
            learnt = _learnt(msgspec.convert(newest.manifest, Manifest))
        return reason_to_train(learnt, self._present())

    def _present(self) -> Present:
        parts = self._parts
        drift = parts.monitoring.drift()
        counts = parts.store.snapshot(parts.taste.film_counts)
        sources = {one.name for one in parts.communities.all()} - {synthetic.NAME}
        films = {film.film_id for film in parts.sources.catalogue()}
        return Present(
            own=sum(of.watched for film_id, of in counts.items() if film_id in films),
            films=len(films),
            sources=sources,
            drift="none" if drift is None else drift.drift.verdict,
            enough=bool(sources) or parts.sources.enough_own(),
        )


def _learnt(manifest: Manifest) -> Learnt:
    own = sum(origin.ratings for origin in manifest.origins if origin.name == "own")
    sources = frozenset(origin.name for origin in manifest.origins)
    return Learnt(own, manifest.films, sources, manifest.source == "synthetic")
