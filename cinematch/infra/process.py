"""What the operating system says of this process, under the names that all such figures have."""

import os
from pathlib import Path

from cinematch import __version__
from cinematch.infra.metrics import Family, Sample, gauge

_GROUPS = Path("/sys/fs/cgroup")


def process_families(proc: Path = Path("/proc"), groups: Path = _GROUPS) -> list[Family]:
    """Return the release, memory, time and files of this process; without Linux the release alone.

    Args:
        proc: where Linux tells of processes.
        groups: where it tells of their limits.
    """
    build = gauge("cinematch_build_info", "The release that runs.", 1, version=__version__)
    try:
        # The name may hold blanks and brackets; what follows its last bracket is numbers.
        told = (proc / "self" / "stat").read_text("utf-8").rpartition(")")[2].split()
        files = len(list((proc / "self" / "fd").iterdir()))
    except OSError:
        return [build]
    ticks = os.sysconf("SC_CLK_TCK")
    seconds = (int(told[11]) + int(told[12])) / ticks
    return [
        build,
        Family("process_cpu_seconds_total", "counter", "Processor time taken.", [Sample(seconds)]),
        gauge(
            "process_resident_memory_bytes",
            "Memory of this process.",
            int(told[21]) * os.sysconf("SC_PAGE_SIZE"),
        ),
        gauge(
            "process_start_time_seconds",
            "When this process began, in Unix time.",
            _began(proc) + int(told[19]) / ticks,
        ),
        gauge("process_open_fds", "Files and connections that are open.", files),
        gauge(
            "cinematch_memory_limit_bytes",
            "Memory that this process may have: of its container or service, else of the machine.",
            memory_limit(proc, groups),
        ),
    ]


def memory_limit(proc: Path, groups: Path) -> int | None:
    """Return the least of the machine's memory and of the limits set on this process's group."""
    limits = [
        int(line.split()[1]) * 1024
        for line in _lines(proc / "meminfo")
        if line.startswith("MemTotal:")
    ]
    for line in _lines(proc / "self" / "cgroup"):
        number, _, path = line.partition("::")
        if number == "0":
            group = groups / path.lstrip("/")
            within = [group, *group.parents]
            told = [text for one in within for text in _lines(one / "memory.max")]
            limits += [int(text) for text in told if text.isdigit()]
    return min(limits, default=None)


def _began(proc: Path) -> float:
    return next(
        float(line.split()[1]) for line in _lines(proc / "stat") if line.startswith("btime")
    )


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8").splitlines()
    except OSError:
        return []
