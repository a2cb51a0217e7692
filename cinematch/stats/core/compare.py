"""What differs between figures as streamed and as recomputed, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from cinematch.stats.core.delta import Delta

_PARTS = ("scalars", "counters", "affinities", "films", "trend_days")


def differences(known: Delta, truth: Delta) -> list[str]:
    """Return one line for each figure that differs; names to show do not count.

    >>> differences(Delta(scalars={"liked": 2}), Delta(scalars={"liked": 3}))
    ['scalars liked: 2, but recomputed 3']
    """
    left, right = known.pruned(), truth.pruned()
    return [
        line
        for part in _PARTS
        for line in _between(part, getattr(left, part), getattr(right, part))
    ]


def _between(part: str, known: Mapping[Any, Any], truth: Mapping[Any, Any]) -> Iterator[str]:
    for key in sorted({*known, *truth}):
        if known.get(key) != truth.get(key):
            name = key if isinstance(key, str) else " ".join(key)
            yield f"{part} {name}: {known.get(key, 0)}, but recomputed {truth.get(key, 0)}"
