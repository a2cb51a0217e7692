"""One role of a cluster in this process: `cinematch worker | relay | stream | consumer`."""

import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from types import FrameType
from typing import Any, Protocol, runtime_checkable

from cinematch.infra.metrics import Family
from cinematch.infra.process import process_families
from cinematch.settings import Settings
from cinematch.worker.probe import Probe


class Part(Protocol):
    """Something that runs in threads of its own between `start` and `stop`."""

    def start(self) -> None:
        """Begin."""
        ...

    def stop(self) -> None:
        """End within a few seconds; what is not done is done by whoever comes next."""
        ...

    def health(self) -> Mapping[str, Any]:
        """Return `status` (`ok`, `degraded`, `failed`) and figures such as `lag`."""
        ...


@runtime_checkable
class Measured(Protocol):
    """A part that has more to tell to Prometheus than its health."""

    def families(self) -> Sequence[Family]:
        """Return its figures, those of the process among them."""
        ...


def run_role(settings: Settings, name: str, make: Callable[[], Mapping[str, Part]]) -> None:
    """Run what `make` returns until SIGTERM or SIGINT, then end it, last begun first.

    Prints one line when all have begun; probes are answered on CINEMATCH_PROBE_PORT.

    Raises:
        SystemExit: a part had failed for good by then.
    """
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    ending = _on_signals()
    with ExitStack() as running:
        parts = make()
        for part in parts.values():
            part.start()
            running.callback(part.stop)
        where = ""
        if settings.probe_port is not None:
            probe = Probe(
                settings.host,
                settings.probe_port,
                lambda: _health(parts),
                lambda: _families(parts),
            )
            probe.start()
            running.callback(probe.stop)
            where = f", probes at http://{settings.host}:{probe.port}"
        sys.stdout.write(f"CineMatch {name} is ready{where}\n")
        sys.stdout.flush()
        ending.wait()
        failed = any(part.get("status") == "failed" for part in _health(parts).values())
    if failed:
        raise SystemExit(1)


def _families(parts: Mapping[str, Part]) -> Sequence[Family]:
    told = [part.families() for part in parts.values() if isinstance(part, Measured)]
    return [family for families in told for family in families] or process_families()


def _health(parts: Mapping[str, Part]) -> dict[str, Mapping[str, Any]]:
    return {name: _health_of(part) for name, part in parts.items()}


def _health_of(part: Part) -> Mapping[str, Any]:
    try:
        return part.health()
    except Exception as error:  # noqa: BLE001 - a probe tells of any failure, and never fails itself
        return {"status": "failed", "error": str(error)}


def _on_signals() -> threading.Event:
    ending = threading.Event()

    def heard(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    _signals: Sequence[signal.Signals] = (signal.SIGTERM, signal.SIGINT)
    for number in _signals:
        signal.signal(number, heard)
    return ending
