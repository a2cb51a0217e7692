"""When a nightly job is due. Pure: the present instant comes in."""

from datetime import datetime, timedelta

DAY = timedelta(days=1)
RETRY_AFTER = timedelta(hours=1)
"""How long a job that failed, or was cut off, is left alone."""


def last_planned(now: datetime, hour: int, minute: int) -> datetime:
    """Return the last instant, up to `now`, at which a job of this time of day was planned.

    >>> from datetime import UTC
    >>> last_planned(datetime(2026, 3, 1, 2, 0, tzinfo=UTC), 2, 30).isoformat()
    '2026-02-28T02:30:00+00:00'
    """
    today = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return today if today <= now else today - DAY


def is_due(now: datetime, planned: datetime, *, begun: datetime | None, succeeded: bool) -> bool:
    """Return whether a job is to be run now: at its time, or as soon after it as it can be.

    A machine that was off at night does the night's work when it is on again.

    Args:
        now: the present instant.
        planned: `last_planned`.
        begun: when the job began the last time; None when it never did.
        succeeded: whether it then came to its end without an error.

    >>> from datetime import UTC
    >>> night = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
    >>> is_due(night + 6 * RETRY_AFTER, night, begun=night - DAY, succeeded=True)
    True
    >>> is_due(night + 6 * RETRY_AFTER, night, begun=night, succeeded=True)
    False
    """
    if begun is None:
        return True
    if succeeded:
        return begun < planned
    # A clock that was set back must not keep a job waiting for ever.
    return not now - RETRY_AFTER < begun <= now
