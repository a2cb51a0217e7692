"""What administrators read and send."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cinematch.api.types import Body, Count


class FollowerOut(BaseModel):
    """How far the figures are behind the changes."""

    model_config = ConfigDict(extra="allow")

    running: bool = True
    lag: int = Field(0, description="Events not yet in the figures.", examples=[0])
    position: int = Field(0, description="The last event in the figures.")


class DiskOut(BaseModel):
    """The data folder and its disk, in bytes."""

    used_bytes: int
    free_bytes: int


class JobOut(BaseModel):
    """A nightly job: when it comes next, how it went the last time."""

    name: str = Field(examples=["backup"])
    next_run: str | None
    last_run: str | None
    last_result: dict[str, Any] | None = Field(examples=[{"name": "cinematch-20260301.zip"}])
    running: bool = False


class StatusOut(BaseModel):
    """The state of the installation."""

    version: str = Field(examples=["0.1.0"])
    users: int
    films: int
    entries: int
    events: int
    follower: FollowerOut
    disk: DiskOut
    last_backup: str | None
    last_verify: str | None
    schema_version: int
    jobs: list[JobOut]


class BackupOut(BaseModel):
    """One backup in the data folder."""

    model_config = ConfigDict(from_attributes=True)

    name: str = Field(examples=["cinematch-20260301T030000000000Z-nightly.zip"])
    created_at: str
    reason: str
    bytes: int


class JobStarted(BaseModel):
    """Work that goes on in the background; `GET /api/admin/jobs` tells how it went."""

    job: str
    started: bool = True


class VerdictOut(BaseModel):
    """Streamed against recomputed figures."""

    checked_users: int
    differences: int
    details: list[str] = Field(description="Each difference in words; at most 100.")


class SettingsOut(BaseModel):
    """What an administrator may choose while it runs."""

    registration_open: bool = Field(description="Whether anybody may make an account.")
    backup_keep: int = Field(description="How many backups are kept.", examples=[14])
    backup_hour: int = Field(description="When the night's work begins: an hour in UTC.")


class SettingsIn(Body):
    """Settings to change; what is absent stays."""

    registration_open: bool | None = None
    backup_keep: Count | None = Field(None, ge=1, le=365)
    backup_hour: Count | None = Field(None, le=23)
