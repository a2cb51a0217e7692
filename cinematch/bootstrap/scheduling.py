"""The night's work: which jobs there are, when, and what each of them does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cinematch.bootstrap.fanout import FanOut
from cinematch.bootstrap.services import Foundations
from cinematch.infra.replies import KEPT_FOR
from cinematch.kit.clock import to_iso
from cinematch.ops.service.checks import CheckService
from cinematch.ops.service.jobs import Job, Report, Scheduler
from cinematch.ops.service.settings import InstallationSettings
from cinematch.recommender.service.retraining import Retraining
from cinematch.stats.service.community import CommunityFigures
from cinematch.transfer.service import ImportWorker


@dataclass(frozen=True)
class Night:
    """Whose work is done at night; see `Services`."""

    installation: InstallationSettings
    checks: CheckService
    worker: ImportWorker
    others: FanOut
    community: CommunityFigures | None
    retraining: Retraining


def scheduler(ground: Foundations, night: Night) -> Scheduler:
    """Return what keeps the time."""

    def back_up(report: Report) -> dict[str, Any]:
        taken = ground.backups.create("nightly", report)
        pruned = ground.backups.prune(int(night.installation.get("backup_keep")))
        return {"name": taken.name, "bytes": taken.bytes, "pruned": len(pruned)}

    def verify(report: Report) -> dict[str, Any]:
        return night.checks.everybody(report).summary()

    def tidy(_report: Report) -> dict[str, Any]:
        return _tidy(ground, night)

    def retrain(_report: Report) -> dict[str, Any]:
        return night.retraining.run()

    def at(minutes: int) -> Callable[[], tuple[int, int]]:
        """Return the time of day that is so long after the night's work begins."""
        hour, minute = divmod(minutes, 60)
        begin = night.installation
        return lambda: ((int(begin.get("backup_hour")) + hour) % 24, minute)

    jobs = [
        Job("verify", at(60), verify),
        Job("tidy", at(90), tidy),
        Job("retrain", at(120), retrain),
    ]
    if ground.settings.mongodb is None:
        jobs.insert(0, Job("backup", at(0), back_up))
    return Scheduler(jobs, ground.store, ground.ops, ground.clock)


def _tidy(ground: Foundations, night: Night) -> dict[str, Any]:
    since = to_iso(ground.clock() - KEPT_FOR)
    ground.store.transact(lambda tx: ground.replies.purge(tx, since))
    night.others.sender.tidy()
    lake = night.others.lake_service
    compacted = lake.compact() if lake else 0
    if night.community is not None:
        # Without events its stream has no batch, and the windows would stand still.
        night.community.publish()
    return {"uploads_removed": night.worker.tidy(), "lake_days_compacted": compacted}
