"""The administrator's calls: state, backups, checks, jobs, settings."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse

from cinematch.api.deps import Administrator, services
from cinematch.api.problems import problems
from cinematch.api.types import Items, PathId
from cinematch.kit.clock import to_iso
from cinematch.ops.schemas import (
    BackupOut,
    DiskOut,
    FollowerOut,
    JobOut,
    JobStarted,
    SettingsIn,
    SettingsOut,
    StatusOut,
    VerdictOut,
)
from cinematch.ops.service.backup import BackupService
from cinematch.ops.service.jobs import JobState, Scheduler
from cinematch.ops.service.settings import InstallationSettings
from cinematch.ops.service.status import StatusService

router = APIRouter(prefix="/admin", tags=["administration"])


class NeedsOps(Protocol):
    """What these endpoints use of the house."""

    backups: BackupService
    scheduler: Scheduler
    status: StatusService
    installation: InstallationSettings


House = Annotated[NeedsOps, Depends(services)]
_REFUSALS = problems(401, 403)


@router.get("/status", summary="The state of the installation", responses=_REFUSALS)
def admin_status(_caller: Administrator, house: House) -> StatusOut:
    """Return sizes, the follower's lag, free disk, the last backup and check, and the jobs."""
    now = house.status.now()
    return StatusOut(
        **{key: value for key, value in now.items() if key not in {"follower", "disk"}},
        follower=FollowerOut(**now["follower"]),
        disk=DiskOut(**now["disk"]),
        jobs=[_job(state) for state in house.scheduler.states()],
    )


@router.get("/jobs", summary="The nightly jobs", responses=_REFUSALS)
def admin_jobs(_caller: Administrator, house: House) -> Items[JobOut]:
    """Return every job with its next run and how the last one went."""
    return Items(items=[_job(state) for state in house.scheduler.states()])


@router.post(
    "/jobs/{name}/run",
    status_code=202,
    summary="Run a job now",
    responses=problems(401, 403, 404, 409),
)
def run_job(name: PathId, _caller: Administrator, house: House) -> JobStarted:
    """Begin a nightly job at once, in the background."""
    house.scheduler.begin(name)
    return JobStarted(job=name)


@router.get("/backups", summary="The backups kept", responses=_REFUSALS)
def list_backups(_caller: Administrator, house: House) -> Items[BackupOut]:
    """Return the backups of the data folder, newest first."""
    return Items(items=[BackupOut.model_validate(backup) for backup in house.backups.all()])


@router.post(
    "/backups", status_code=202, summary="Take a backup", responses=problems(401, 403, 409, 507)
)
def take_backup(_caller: Administrator, house: House) -> JobStarted:
    """Begin a backup in the background, while everything goes on."""
    house.scheduler.begin("backup")
    return JobStarted(job="backup")


@router.get(
    "/backups/{name}/download",
    summary="Download a backup",
    response_class=FileResponse,
    responses={**problems(401, 403, 404), 200: {"content": {"application/zip": {}}}},
)
def download_backup(name: PathId, _caller: Administrator, house: House) -> FileResponse:
    """Send a backup: a zip that can be read without CineMatch."""
    return FileResponse(house.backups.path(name), filename=name, media_type="application/zip")


@router.post(
    "/verify",
    summary="Compare streamed with recomputed figures",
    responses=problems(401, 403, 409),
)
def verify_everybody(_caller: Administrator, house: House) -> VerdictOut:
    """Recompute everybody's figures from their films, and say what differs.

    It is the job `verify`, run now and waited for.
    """
    return VerdictOut(**house.scheduler.run("verify"))


@router.get("/settings", summary="The installation's settings", responses=_REFUSALS)
def read_admin_settings(_caller: Administrator, house: House) -> SettingsOut:
    """Return what an administrator may choose while it runs."""
    return SettingsOut(**house.installation.all())


@router.patch("/settings", summary="Change settings", responses=problems(401, 403, 422))
def change_admin_settings(changes: SettingsIn, _caller: Administrator, house: House) -> SettingsOut:
    """Change some of the settings; the others stay."""
    house.installation.change(changes.model_dump(exclude_none=True))
    return SettingsOut(**house.installation.all())


def _job(state: JobState) -> JobOut:
    last = state.last
    return JobOut(
        name=state.name,
        next_run=to_iso(state.next_run) if state.next_run else None,
        last_run=last.finished_at or last.started_at if last else None,
        last_result=last.result if last else None,
        running=state.running,
    )
