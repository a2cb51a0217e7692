"""Days, and weeks, in a row with a viewing."""

from collections.abc import Iterable
from datetime import date, timedelta

import msgspec

_WEEK = 7


class Streaks(msgspec.Struct, frozen=True):
    """Runs of days and of ISO weeks. A current run may still be kept up today (this week)."""

    current_days: int = 0
    longest_days: int = 0
    longest_from: str | None = None
    longest_to: str | None = None
    current_weeks: int = 0
    longest_weeks: int = 0


def streaks(days: Iterable[str], today: date) -> Streaks:
    """Return the runs in days of viewing ("2024-05-17"), in any order.

    >>> found = streaks(["2024-05-16", "2024-05-17", "2024-05-01"], date(2024, 5, 18))
    >>> found.current_days, found.longest_days, found.longest_from, found.longest_weeks
    (2, 2, '2024-05-16', 1)
    """
    ordinals = sorted({date.fromisoformat(day).toordinal() for day in days})
    if not ordinals:
        return Streaks()
    runs = _runs(ordinals)
    longest = max(runs, key=lambda run: run[1] - run[0])
    # Ordinal 1 is a Monday, so that whole weeks of ordinals are ISO weeks.
    weeks = _runs(sorted({(day - 1) // _WEEK for day in ordinals}))
    now = today.toordinal()
    return Streaks(
        current_days=_current(runs, now),
        longest_days=longest[1] - longest[0] + 1,
        longest_from=date.fromordinal(longest[0]).isoformat(),
        longest_to=date.fromordinal(longest[1]).isoformat(),
        current_weeks=_current(weeks, (now - 1) // _WEEK),
        longest_weeks=max(last - first + 1 for first, last in weeks),
    )


def days_in_a_row(days: Iterable[str], last: date) -> int:
    """Return how many days in a row up to `last` are among `days`.

    >>> days_in_a_row({"2024-03-01", "2024-02-29", "2024-02-27"}, date(2024, 3, 1))
    2
    """
    known, count = set(days), 0
    while (last - timedelta(days=count)).isoformat() in known:
        count += 1
    return count


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    """Return first and last number of each run in ascending distinct numbers."""
    runs = [(numbers[0], numbers[0])]
    for number in numbers[1:]:
        if number == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def _current(runs: list[tuple[int, int]], now: int) -> int:
    """Length of the run that holds `now` or the number before it (a viewing may be of tomorrow)."""
    for first, last in reversed(runs):
        if first <= now and last >= now - 1:
            return last - first + 1
    return 0
