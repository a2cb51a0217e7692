"""The one place that looks at the clock; everything else is handed a `Clock`."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return the present instant, aware, in UTC."""
    return datetime.now(UTC)


def to_iso(instant: datetime) -> str:
    """Write an instant as `2026-03-01T20:15:00.123456Z`: UTC, and text order is time order."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def from_iso(text: str) -> datetime:
    """Read what `to_iso` wrote (or any ISO 8601 instant) back as an aware UTC instant.

    Raises:
        ValueError: the text is not an instant.
    """
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
