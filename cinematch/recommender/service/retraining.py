"""The night's work of the recommender: a training when one is called for, and tidying up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec

from cinematch.infra.ports import Store
from cinematch.kit.clock import Clock, to_iso
from cinematch.kit.errors import Conflict, Invalid
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
        why = self.reason()
        told: dict[str, Any] = {"asked": None, "why": why or "nothing has changed enough"}
        if why is not None:
            try:
                told["asked"] = parts.jobs.ask("train", {}, None).job_id
            except (Conflict, Invalid) as refusal:
                told["why"] = f"{why}; but: {refusal.detail}"
        parts.models.prune(_KEPT_MODELS)
        before = to_iso(parts.clock() - _SHOWN_FOR)
        shown = parts.store.transact(lambda tx: parts.taste.prune_shown(tx, before))
        return {**told, "jobs_pruned": parts.jobs.prune(), "shown_pruned": shown}

    def reason(self) -> str | None:
        """Return why a training is called for, None when it is not."""
        record = self._parts.models.champion()
        manifest = None if record is None else msgspec.convert(record.manifest, Manifest)
        return reason_to_train(_learnt(manifest) if manifest else None, self._present())

    def _present(self) -> Present:
        parts = self._parts
        drift = parts.monitoring.drift()
        counts = parts.store.snapshot(parts.taste.film_counts)
        sources = {one.name for one in parts.communities.all()}
        return Present(
            own=sum(of.watched for of in counts.values()),
            films=len(parts.sources.catalogue()),
            sources=sources,
            drift="none" if drift is None else drift.drift.verdict,
            enough=bool(sources) or parts.sources.enough_own(),
        )


def _learnt(manifest: Manifest) -> Learnt:
    own = sum(origin.ratings for origin in manifest.origins if origin.name == "own")
    sources = frozenset(origin.name for origin in manifest.origins)
    return Learnt(own, manifest.films, sources)
