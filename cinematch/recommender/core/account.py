"""A sum as it is shown: the largest summands first, the rest in one line, and it still adds up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import floor, fsum

import msgspec
import numpy as np

from cinematch.recommender.core.arrays import Floats, Ints

UNIT = 10_000
"""Numbers are shown with four decimals."""

MOST = 12
"""Lines of a sum, and one more for the rest."""


class Line(msgspec.Struct, frozen=True):
    """One summand as shown.

    Attributes:
        kind: what it is; `rest` is all that has no line of its own.
        value: a multiple of 1 / UNIT, once it stands in an account.
        film: position of the person's own film, where it is one's.
        model: which ranking model's, for a base.
        by_model: the models' parts of it; they add to `value`.
        count: how many summands a `rest` holds.
    """

    kind: str
    value: float
    film: int | None = None
    model: str | None = None
    by_model: dict[str, float] = {}
    count: int | None = None


@dataclass(frozen=True)
class Account:
    """Lines, largest first, the rest last; as decimal numbers they add to `total` exactly."""

    total: float
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Own:
    """The summands that are one's own films.

    Attributes:
        kind: of their lines.
        films: (n,) positions.
        values: (n,).
        by_model: by name, (n,) parts of the values.
    """

    kind: str
    films: Ints
    values: Floats
    by_model: Mapping[str, Floats] = field(default_factory=dict)


def account_of(fixed: Sequence[Line], own: Own, most: int | None = MOST) -> Account:
    """Put the lines of a sum together.

    Args:
        fixed: lines that are always shown; those that are exactly 0 are left out.
        own: the others, of which as many of the largest are shown as there is room for.
        most: lines but for the rest; None: all.
    """
    kept = [line for line in fixed if line.value]
    chosen, rest = _largest(own.values, None if most is None else max(0, most - len(kept)))
    values = [line.value for line in kept] + own.values[chosen].tolist()
    held = float(own.values[rest].sum())
    units = rounded_parts([*values, held] if len(rest) else values)
    lines = [
        Line(line.kind, unit / UNIT, model=line.model)
        for line, unit in zip(kept, units, strict=False)
    ]
    lines += _named(own, chosen, units[len(kept) : len(kept) + len(chosen)])
    lines.sort(key=_by_size)
    if len(rest):
        lines.append(Line("rest", units[-1] / UNIT, count=len(rest)))
    return Account(sum(units) / UNIT, tuple(lines))


def rounded_parts(values: Sequence[float]) -> list[int]:
    """Return values in units of 1 / UNIT, so rounded that they add to their rounded sum.

    The method of the largest remainder (Hare and Niemeyer, as used for seats of parliaments): all
    are rounded down, and what is missing goes to those that lost most.

    >>> rounded_parts([0.00004, 0.00004, 0.00004])
    [1, 0, 0]
    """
    exact = [UNIT * value for value in values]
    parts = [floor(value) for value in exact]
    missing = round(fsum(exact)) - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda at: parts[at] - exact[at])
    for at in by_loss[:missing]:
        parts[at] += 1
    return parts


def _by_size(line: Line) -> float:
    return -abs(line.value)


def _largest(values: Floats, room: int | None) -> tuple[Ints, Ints]:
    """Return which summands have a line of their own, and which are the rest; zeros are neither."""
    told = np.flatnonzero(values)
    # One that is left over stands for itself.
    if room is None or len(told) <= room + 1:
        return told, told[:0]
    order = np.argsort(-np.abs(values[told]), kind="stable")
    return told[order[:room]], told[order[room:]]


def _named(own: Own, chosen: Ints, units: Sequence[int]) -> list[Line]:
    """Return lines with the models' parts: each rounded, the largest takes what is over."""
    films = own.films[chosen].tolist()
    if not own.by_model:
        return [
            Line(own.kind, unit / UNIT, film=film) for film, unit in zip(films, units, strict=True)
        ]
    exact = np.array([values[chosen] for values in own.by_model.values()])
    parts = np.rint(UNIT * exact)
    parts[np.abs(exact).argmax(axis=0), np.arange(len(chosen))] += units - parts.sum(axis=0)
    names = list(own.by_model)
    return [
        Line(
            own.kind,
            unit / UNIT,
            film=film,
            by_model={name: part for name, part in zip(names, row, strict=True) if part},
        )
        for film, unit, row in zip(films, units, (parts / UNIT).T.tolist(), strict=True)
    ]
