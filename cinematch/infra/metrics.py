"""Figures as Prometheus reads them: counted here, written in its text format."""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

Kind = Literal["counter", "gauge", "histogram"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Sample:
    """One number; `suffix` is what a histogram adds to the name of its family."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True)
class Family:
    """Numbers of one name, with what they mean."""

    name: str
    kind: Kind
    about: str
    samples: Sequence[Sample]


def gauge(name: str, about: str, value: float | None, **labels: str) -> Family:
    """Return a family of one number, or of none where it is not known."""
    return Family(name, "gauge", about, [] if value is None else [Sample(value, labels)])


def gauges(name: str, about: str, label: str, values: Mapping[str, float]) -> Family:
    """Return a family with one label."""
    samples = [Sample(value, {label: told}) for told, value in values.items()]
    return Family(name, "gauge", about, samples)


class Counter:
    """Counts since the process began, by the values of its labels."""

    def __init__(
        self,
        name: str,
        about: str,
        labels: Sequence[str] = (),
        begun: Iterable[tuple[str, ...]] = (),
    ) -> None:
        """Build it.

        Args:
            name: ends in `_total`.
            about: what is counted.
            labels: their names.
            begun: values of them that are told as 0 before anything is counted, so that the first
                one is seen as a rise.
        """
        self._name = name
        self._about = about
        self._labels = tuple(labels)
        self._counts = dict.fromkeys(begun if labels else [()], 0)
        self._lock = threading.Lock()

    def add(self, *values: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + 1

    def family(self) -> Family:
        """Return what was counted."""
        with self._lock:
            counts = sorted(self._counts.items())
        samples = [
            Sample(count, dict(zip(self._labels, values, strict=True))) for values, count in counts
        ]
        return Family(self._name, "counter", self._about, samples)


class Histogram:
    """How often something took up to so many seconds."""

    def __init__(self, name: str, about: str, bounds: Sequence[float]) -> None:
        self._name = name
        self._about = about
        self._bounds = tuple(bounds)
        self._counts = [0] * (len(bounds) + 1)
        self._sum = 0.0
        self._lock = threading.Lock()

    def observe(self, value: float) -> None:
        """Take one in; a value that is a bound belongs below it."""
        with self._lock:
            self._counts[bisect_left(self._bounds, value)] += 1
            self._sum += value

    def family(self) -> Family:
        """Return the buckets, each with all below it, and the sum."""
        with self._lock:
            counts, total = list(accumulate(self._counts)), self._sum
        bounds = [*map(_number, self._bounds), "+Inf"]
        samples = [
            Sample(count, {"le": bound}, "_bucket")
            for bound, count in zip(bounds, counts, strict=True)
        ]
        ends = [Sample(total, suffix="_sum"), Sample(counts[-1], suffix="_count")]
        return Family(self._name, "histogram", self._about, [*samples, *ends])


def exposition(families: Iterable[Family]) -> str:
    r"""Write families in the text format of Prometheus; those without a number are left out.

    >>> told = gauge("cinematch_lag", "Events that wait.", 3, part="relay")
    >>> print(exposition([told, gauge("cinematch_model_rmse", "Error.", None)]), end="")
    # HELP cinematch_lag Events that wait.
    # TYPE cinematch_lag gauge
    cinematch_lag{part="relay"} 3
    """
    lines = []
    for family in families:
        if family.samples:
            lines.append(f"# HELP {family.name} {_escaped(family.about)}")
            lines.append(f"# TYPE {family.name} {family.kind}")
        for sample in family.samples:
            name = f"{family.name}{sample.suffix}"
            lines.append(f"{name}{_labels(sample.labels)} {_number(sample.value)}")
    return "".join(f"{line}\n" for line in lines)


def _labels(labels: Mapping[str, str]) -> str:
    told = ",".join(f'{name}="{_escaped(value, quoted=True)}"' for name, value in labels.items())
    return f"{{{told}}}" if told else ""


def _escaped(text: str, *, quoted: bool = False) -> str:
    text = text.replace("\\", r"\\").replace("\n", r"\n")
    return text.replace('"', r"\"") if quoted else text


def _number(value: float) -> str:
    """Write a number without losing any of it.

    >>> [_number(value) for value in (3, 0.5, float("nan"), float("inf"))]
    ['3', '0.5', 'NaN', '+Inf']
    """
    text = repr(value if isinstance(value, int) else float(value))
    return {"nan": "NaN", "inf": "+Inf", "-inf": "-Inf"}.get(text, text)
