"""What else runs on this machine: figures beside busy neighbours are not worth printing."""

import time

import psutil

FOREIGN_LIMIT = 0.2
"""Cores that others may use while we measure."""


def tree_seconds(pid: int) -> float:
    """Return the CPU seconds of process `pid` and all below it, so far."""
    try:
        top = psutil.Process(pid)
        family = [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for process in family:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def tree_resident_mb(pid: int) -> dict[int, float]:
    """Return the resident MB of process `pid` and of each below it."""
    top = psutil.Process(pid)
    return {process.pid: process.memory_info().rss / 1e6 for process in [top, *top.children(recursive=True)]}


class Foreign:
    """Measures the cores that processes other than ours use, from now until `cores()`.

    Ours are this process and all below it, also those that have ended, and the families of `beside`.
    """

    def __init__(self, *beside: int) -> None:
        self._beside = beside
        self._began = time.monotonic()
        self._busy, self._own = _busy_seconds(), self._own_seconds()

    def cores(self) -> float:
        """Return the average so far."""
        seconds = max(time.monotonic() - self._began, 0.001)
        return max(0.0, (_busy_seconds() - self._busy) - (self._own_seconds() - self._own)) / seconds

    def _own_seconds(self) -> float:
        here = psutil.Process()
        ended = here.cpu_times()
        families = sum(tree_seconds(pid) for pid in (here.pid, *self._beside))
        return families + float(ended.children_user + ended.children_system)


def _busy_seconds() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + getattr(times, "irq", 0) + getattr(times, "softirq", 0))
