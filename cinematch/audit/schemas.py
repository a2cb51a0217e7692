"""Entries of the audit log on the wire."""

import json
from typing import Any

from pydantic import BaseModel, Field

from cinematch.audit.core import Entry


class AuditOut(BaseModel):
    """One entry. What was redacted when an account was erased is null."""

    entry_id: str = Field(examples=["3k5w7c2yqf4ha"])
    at: str = Field(examples=["2026-03-01T20:15:00.123456Z"])
    action: str = Field(examples=["film.add"])
    actor: str | None = Field(description="The account that did it; null: the installation.")
    user_id: str | None = Field(description="The account that it is about.")
    subject: str | None = Field(description="What it is about: a film, a token.")
    details: dict[str, Any] | None
    redacted: bool
    lane: int
    number: int
    hash: str


def audit_out(entry: Entry) -> AuditOut:
    """Show an entry."""
    about = json.loads(entry.about) if entry.about is not None else {}
    return AuditOut(
        entry_id=entry.entry_id,
        at=entry.at,
        action=entry.action,
        actor=entry.actor,
        user_id=entry.user_id,
        subject=about.get("subject"),
        details=about.get("details"),
        redacted=bool(entry.actor_erased_by or entry.about_erased_by),
        lane=entry.lane,
        number=entry.number,
        hash=entry.hash,
    )
