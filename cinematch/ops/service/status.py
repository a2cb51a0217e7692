"""The state of an installation, for the administration page, `/health` and `cinematch status`."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from cinematch import __version__
from cinematch.infra.ports import Store
from cinematch.ops.ports import OpsRepository
from cinematch.ops.service.backup import BackupService

LOW_DISK_BYTES = 200 * 1024 * 1024


class StatusService:
    """Reads figures about the installation; changes nothing."""

    def __init__(
        self,
        store: Store,
        records: OpsRepository,
        backups: BackupService,
        data_dir: Path,
        schema_version: Callable[[], int],
        follower: Callable[[], dict[str, Any]],
    ) -> None:
        self._store = store
        self._records = records
        self._backups = backups
        self._data_dir = data_dir
        self._schema_version = schema_version
        self._follower = follower

    def now(self) -> dict[str, Any]:
        """Return sizes, the follower's lag, free disk, the last backup and the last check."""
        counts = self._store.snapshot(self._records.counts)
        jobs = {run.name: run for run in self._store.snapshot(self._records.jobs)}
        backups = self._backups.all()
        verified = jobs.get("verify")
        return {
            "version": __version__,
            **counts,
            "follower": self._follower(),
            "disk": self.disk(),
            "last_backup": backups[0].created_at if backups else None,
            "last_verify": verified.finished_at if verified else None,
            "schema_version": self._schema_version(),
        }

    def disk(self) -> dict[str, int]:
        """Return bytes that the data folder takes, and bytes free on its disk."""
        used = 0
        for path in self._data_dir.rglob("*"):
            with suppress(FileNotFoundError):  # files come and go under a running server
                used += path.stat().st_size if path.is_file() else 0
        return {"used_bytes": used, "free_bytes": shutil.disk_usage(self._data_dir).free}

    def health(self) -> dict[str, dict[str, Any]]:
        """Return each part's state: `ok`, `degraded` (works, but look at it) or `failed`.

        Anybody may read it, so it names nobody and nothing; `now` says more.
        """
        free = shutil.disk_usage(self._data_dir).free
        follower = self._follower()
        well = follower["running"] and follower["error"] is None
        return {
            "store": {"status": "ok"},
            "follower": {
                "status": "ok" if well else "degraded",
                "running": follower["running"],
                "lag": follower["lag"],
            },
            "disk": {"status": "ok" if free > LOW_DISK_BYTES else "degraded"},
        }
