"""What is told to Prometheus, read as numbers."""

from collections.abc import Iterable

from cinematch.infra.metrics import Family, exposition


def numbers(text: str) -> dict[str, float]:
    """Return the lines of a text by name and labels.

    >>> numbers('# TYPE n gauge\\nn{of="a b"} 2\\n')
    {'n{of="a b"}': 2.0}
    """
    pairs = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, _, value in pairs}


def told(families: Iterable[Family]) -> dict[str, float]:
    """Return families as the numbers that a scrape would read."""
    return numbers(exposition(families))
