"""Windows of days in which the community's viewings are counted."""

from datetime import date, timedelta

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
