"""The worker: lines that each do one short step after another, woken by the doorbell and by a sweep.

A line is a queue with a thread of its own (the deliveries, one per sender, the periodic jobs), so a CRM that is slow
to answer holds up nothing else. The same loop runs as a thread of the web process (`Worker().start()`), as
`manage.py worker`, and in pieces as a Celery task.
"""

import gc
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from django.db import connections
from django.db.utils import InterfaceError, OperationalError

from community.core.db.turns import give_way
from community.work import doorbell
from community.work.periodic import run_due_job
from community.work.senders import senders

logger = logging.getLogger("community.work")

SWEEP_S = 2.0
"""How long work that nobody announced may wait."""
TROUBLE_S = 5.0
"""Pause of a line whose step failed."""
REST = 3
"""How many times as long as its step took a line rests while somebody waits for a page of this process."""
REST_MAX_S = 0.25
"""A step may have waited for a CRM or a mail server, which cost pages nothing."""


@dataclass(frozen=True)
class Line:
    """A queue the worker keeps working off."""

    name: str
    step: Callable[[], bool]
    """Does one short piece of work; True when there may be more at once."""


_lines: dict[str, Line] = {}


def register_line(line: Line) -> None:
    """Add a line of an upper layer (the activity log's deliveries)."""
    _lines[line.name] = line


def all_lines() -> list[Line]:
    """Return every line there is: registered ones, one per sender, the periodic jobs."""
    return [
        *_lines.values(),
        *(Line(f"sender {sender.name}", sender.run_once) for sender in senders.values()),
        Line("periodic", run_due_job),
    ]


class Worker:
    """Runs every line in a thread; embeddable, one per process."""

    def __init__(
        self,
        lines: list[Line] | None = None,
        *,
        sweep_s: float = SWEEP_S,
        pages_wait: Callable[[], bool] = lambda: False,
    ) -> None:
        """While `pages_wait()`, a page of this process being under way, lines leave most of the time to it."""
        self._lines = lines
        self._sweep_s = sweep_s
        self._pages_wait = pages_wait
        self._stopping = threading.Event()
        self._threads: dict[str, threading.Thread] = {}
        self._bells: list[threading.Event] = []

    def start(self) -> None:
        """Start the threads; they stop with the process or by `stop()`."""
        gc.collect()
        gc.freeze()  # batches allocate much: do not look through all that start-up loaded again and again
        doorbell.add_bell(self.nudge)
        for line in all_lines() if self._lines is None else self._lines:
            bell = threading.Event()
            thread = threading.Thread(target=partial(self._run, line, bell), name=f"worker: {line.name}", daemon=True)
            self._bells.append(bell)
            self._threads[line.name] = thread
            thread.start()
        logger.info("worker started with %d lines", len(self._threads))

    def nudge(self) -> None:
        """Wake every line; cheap, from any thread."""
        for bell in self._bells:
            bell.set()

    def stop(self, timeout_s: float = 10.0) -> bool:
        """Let each line end its step and stop; False when one did not in time (its leases then run out)."""
        doorbell.remove_bell(self.nudge)
        self._stopping.set()
        self.nudge()
        deadline = monotonic() + timeout_s
        for thread in self._threads.values():
            thread.join(max(0.0, deadline - monotonic()))
        return not any(thread.is_alive() for thread in self._threads.values())

    def dead_lines(self) -> list[str]:
        """Return the lines whose thread ended unasked; empty in good health."""
        if self._stopping.is_set():
            return []
        return [name for name, thread in self._threads.items() if not thread.is_alive()]

    def _run(self, line: Line, bell: threading.Event) -> None:
        give_way()
        try:
            while not self._stopping.is_set():
                bell.clear()
                began = monotonic()
                busy, trouble = _safe_step(line)
                if trouble:
                    self._stopping.wait(TROUBLE_S)
                elif not busy:
                    bell.wait(self._sweep_s)
                elif self._pages_wait():
                    self._stopping.wait(min(REST_MAX_S, REST * (monotonic() - began)))
        finally:
            connections.close_all()


def run_until_quiet(budget_s: float, lines: list[Line] | None = None) -> None:
    """Work all lines off in this thread, at most about `budget_s` seconds: one tick of a Celery worker."""
    deadline = monotonic() + budget_s
    todo = list(all_lines() if lines is None else lines)
    while todo and monotonic() < deadline:
        todo = [line for line in todo if _safe_step(line) == (True, False)]


def _safe_step(line: Line) -> tuple[bool, bool]:
    """Do one step; return whether it was busy, and whether it failed. Nothing a step raises ends the loop."""
    try:
        return line.step(), False
    except (OperationalError, InterfaceError) as error:
        logger.warning("line %s: the database is not available (%s)", line.name, type(error).__name__)
    except Exception:
        logger.exception("line %s failed", line.name)
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close()
    return False, True
