"""Windows of days in which the community's viewings are counted."""

from datetime import date, datetime, timedelta

from cinematch.stats.core.views import GenreShare, share

WINDOWS = {"24h": 1, "48h": 2, "7d": 7, "30d": 30}
"""Name of a window -> how many days it goes back."""

DAYS_KEPT = 60
"""Days for which viewings by day are kept: the longest window, twice over."""


def trends_since(today: date) -> str:
    """Return the first day that is counted; what is before is of no window any more.

    It only ever moves on, so that a day that counts has counted from its beginning.

    >>> trends_since(date(2026, 3, 1))
    '2025-12-31'
    """
    return (today - timedelta(days=DAYS_KEPT)).isoformat()


def days_of(window: str, today: date) -> tuple[str, str]:
    """Return the first and last day of a window: every calendar day that it touches.

    A viewing has a day and no hour, so that the last 24 hours are the days that they touch.
    Tomorrow is within, since a viewer's calendar may be ahead of UTC.

    >>> days_of("24h", date(2026, 3, 1))
    ('2026-02-28', '2026-03-02')
    """
    back, ahead = timedelta(days=WINDOWS[window]), timedelta(days=1)
    return (today - back).isoformat(), (today + ahead).isoformat()


def shares(genres: list[tuple[str, int]]) -> list[GenreShare]:
    """Return genres with their share of all genre counts (tracker spec T180).

    >>> shares([("Drama", 3), ("War", 1)])[0]
    GenreShare(genre='Drama', count=3, percentage=75.0)
    """
    whole = sum(count for _, count in genres)
    return [GenreShare(genre, count, share(count, whole)) for genre, count in genres]


def whole_days_of(window: str, through: date) -> tuple[str, str]:
    """Return the first and last day of a window that ends with a day that is over.

    >>> whole_days_of("7d", date(2026, 3, 7))
    ('2026-03-01', '2026-03-07')
    """
    return (through - timedelta(days=WINDOWS[window] - 1)).isoformat(), through.isoformat()


def moved_on(last: datetime | None, told: datetime | None, now: datetime) -> datetime | None:
    """Return the watermark after `last`, being told another one: it never goes back.

    Nor does it pass the clock: one event dated in the future must not end every day before it.
    """
    known = [last, None if told is None else min(told, now)]
    return max((instant for instant in known if instant is not None), default=None)


def first_kept(last: str, watermark: datetime | None) -> str:
    """Return the first day to keep; days end when the watermark has left them behind.

    >>> first_kept("2025-12-01", datetime(2026, 3, 1, 23, 59))
    '2025-12-31'
    """
    return last if watermark is None else max(last, trends_since(watermark.date()))


def days_over(watermark: datetime | None) -> date | None:
    """Return the last day (UTC) of which all events are in, but for late comers.

    >>> days_over(datetime(2026, 3, 1, 0, 30))
    datetime.date(2026, 2, 28)
    """
    return None if watermark is None else watermark.date() - timedelta(days=1)
