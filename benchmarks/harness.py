"""What every benchmark shares: its options, turns taken with the baseline, the last line in JSON.

A benchmark is `python -m benchmarks.NAME [--quick] [--json]`. Ours and the baseline take turns in
the same process tree, at least five rounds, and medians are compared, so that a machine whose speed
drifts slows both. The last line is one JSON object, or a list of them.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TypeVar

K = TypeVar("K", bound=Hashable)
ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """One measured figure. `ratio` is ours over the baseline; `n` is how many were measured."""

    name: str
    value: float
    unit: str
    baseline: float | None
    ratio: float | None
    n: int
    note: str


def options(description: str, **switches: str) -> argparse.Namespace:
    """Read the command line: `quick` ends within a minute, `json` prints nothing but the result.

    Args:
        description: what the program measures.
        switches: what else may be switched on, by name, with its help.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--quick", action="store_true", help="end within 60 seconds")
    parser.add_argument("--json", action="store_true", help="print the last line only")
    for name, told in switches.items():
        parser.add_argument(f"--{name.replace('_', '-')}", action="store_true", help=told)
    return parser.parse_args()


def in_turns(runs: Mapping[K, Callable[[], float]], rounds: int = ROUNDS) -> dict[K, list[float]]:
    """Run each in turn, `rounds` times over; return what each measured, in order."""
    measured: dict[K, list[float]] = {name: [] for name in runs}
    for _ in range(max(rounds, ROUNDS)):
        for name, run in runs.items():
            measured[name].append(run())
    return measured


def against(
    name: str,
    ours: Sequence[float],
    baseline: Sequence[float],
    *,
    unit: str,
    n: int,
    note: str,
) -> Figure:
    """Return the medians of ours and the baseline, and their ratio."""
    value, other = statistics.median(ours), statistics.median(baseline)
    return Figure(name, round(value, 4), unit, round(other, 4), round(value / other, 4), n, note)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which `share` (0..1) of the values lie, by nearest rank.

    >>> percentile([1, 2, 3, 4], 0.5)
    2
    """
    ranked = sorted(values)
    return ranked[max(0, -(-int(share * 1_000_000) * len(ranked) // 1_000_000) - 1)]


def report(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print a table for people, unless told not to, and the JSON line for scripts."""
    if not as_json:
        for figure in figures:
            beside = "" if figure.ratio is None else f"  ratio {figure.ratio:g}"
            against_what = "" if figure.baseline is None else f"  baseline {figure.baseline:g}"
            sys.stdout.write(
                f"{figure.name:<44} {figure.value:g} {figure.unit}{against_what}{beside}"
                f"  (n={figure.n}) {figure.note}\n"
            )
    rows = [asdict(figure) for figure in figures]
    sys.stdout.write(json.dumps(rows[0] if len(rows) == 1 else rows) + "\n")
