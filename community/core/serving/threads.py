"""How the system schedules the threads of the server (Linux; elsewhere it decides alone).

A copy of a page passes three threads: granian's for sockets, which runs no Python, the one that gives the request to
Python, and the event loop's. The last two share the interpreter's lock, as page threads do: only one of them runs at a
time, and on two cores each hand-over wakes another core for what was about to come to this one anyway.
"""

import os
from contextlib import suppress
from pathlib import Path

WITHOUT_PYTHON = "tokio"
"""How the name of granian's thread for sockets begins."""
ALL_STARTED_S = 1.0
"""So long after the application began granian has started its threads. Those of pages take over what ours has."""


def do_not_displace() -> None:
    """Let each thread go on when it wakes another, so that it passes on all it has before it loses its core.

    For the calling thread and those it starts: before the server starts its own.
    """
    if hasattr(os, "SCHED_BATCH"):
        with suppress(OSError):  # it only saves time
            os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))


def keep_together(core: int) -> None:
    """Keep all threads of this process that run Python on one core, and leave it the others for what is no Python."""
    for thread in Path("/proc/self/task").iterdir():
        with suppress(OSError):  # it ended meanwhile
            if not (thread / "comm").read_text().startswith(WITHOUT_PYTHON):
                os.sched_setaffinity(int(thread.name), {core})
