"""The audit log over HTTP: all of it for an administrator, one's own for everybody."""

from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, Query

from cinematch.api.deps import Administrator, CurrentUser, services
from cinematch.api.problems import problems
from cinematch.api.types import Cursor, Limit, PageOf, Search
from cinematch.audit import ports
from cinematch.audit.schemas import AuditOut, audit_out
from cinematch.audit.service import AuditService


class NeedsAudit(Protocol):
    """What this room uses of the services."""

    audit: AuditService


House = Annotated[NeedsAudit, Depends(services)]
_INSTANT = "An instant, as `2026-03-01T20:15:00Z`, or a day."


async def _asked(
    action: Annotated[
        Search, Query(description="Such as `film.add`, or `film.` for all that begin so.")
    ] = None,
    since: Annotated[Search, Query(alias="from", description=_INSTANT)] = None,
    until: Annotated[Search, Query(alias="to", description=f"{_INSTANT} Excluded.")] = None,
) -> ports.Query:
    return ports.Query(action=action or None, since=since or None, until=until or None)


Asked = Annotated[ports.Query, Depends(_asked)]

router = APIRouter(tags=["audit"])


@router.get("/admin/audit", summary="Who did what", responses=problems(401, 403, 422))
def read_audit(
    _: Administrator,
    house: House,
    asked: Asked,
    user: Annotated[Search, Query(description="The account that it is about.")] = None,
    actor: Annotated[Search, Query(description="The account that did it.")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> PageOf[AuditOut]:
    """Newest first."""
    wanted = ports.Query(
        user_id=user or None,
        actor=actor or None,
        action=asked.action,
        since=asked.since,
        until=asked.until,
    )
    return _page(house, wanted, limit, cursor)


@router.get("/audit/mine", summary="What was done with my account", responses=problems(401, 422))
def read_own_audit(
    user: CurrentUser, house: House, asked: Asked, limit: Limit = 50, cursor: Cursor = None
) -> PageOf[AuditOut]:
    """By oneself and by administrators, newest first."""
    wanted = ports.Query(
        user_id=user.user_id, action=asked.action, since=asked.since, until=asked.until
    )
    return _page(house, wanted, limit, cursor)


def _page(
    house: NeedsAudit, wanted: ports.Query, limit: int, cursor: str | None
) -> PageOf[AuditOut]:
    page = house.audit.page(wanted, limit, cursor)
    return PageOf(items=[audit_out(one) for one in page.items], total=page.total, next=page.next)
