"""Round numbers passed: films seen, viewings, hours in front of the screen."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

STEPS = (1, 10, 25, 50, 100, 250, 500, 750, 1000)
BEYOND = 500


class Viewing(NamedTuple):
    """One viewing, as far as milestones need it."""

    date: str
    film_id: str
    minutes: int


class Milestone(NamedTuple):
    """A round number and the viewing that reached it. `reached_on` is as exact as is known."""

    kind: str  # films, viewings or hours
    value: int
    reached_on: str
    film_id: str


def passed(before: int, after: int) -> int | None:
    """Return the highest milestone in (before, after], None when there is none.

    >>> passed(99, 101), passed(100, 101), passed(1499, 1500), passed(12, 9)
    (100, None, 1500, None)
    """
    highest = next((step for step in reversed(STEPS) if step <= after), 0)
    if after >= STEPS[-1]:
        highest = max(highest, after // BEYOND * BEYOND)
    return highest if before < highest else None


def reached(viewings: Iterable[Viewing]) -> Iterator[Milestone]:
    """Yield the milestones of viewings in the order given (unknown dates belong first).

    >>> list(reached([Viewing("2024", "a", 90)]))[0]
    Milestone(kind='films', value=1, reached_on='2024', film_id='a')
    """
    films: set[str] = set()
    minutes = 0
    for count, (date, film_id, length) in enumerate(viewings, 1):
        before = {"films": len(films), "viewings": count - 1, "hours": minutes // 60}
        films.add(film_id)
        minutes += length
        after = {"films": len(films), "viewings": count, "hours": minutes // 60}
        for kind, value in after.items():
            step = passed(before[kind], value)
            if step is not None and (step > 1 or kind == "films"):
                yield Milestone(kind, step, date, film_id)
