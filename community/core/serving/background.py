"""A thread that works beside the pages and is started again when it dies."""

import logging
import threading
from collections.abc import Callable

logger = logging.getLogger(__name__)


class Background:
    """Runs `work(stop)` in a thread until `stop` is set; what `work` raises is logged and it starts again.

    A daemon thread: should it hang, the process still ends, and the database rolls its transaction back.
    """

    def __init__(self, name: str, work: Callable[[threading.Event], None], *, restart_after_s: float = 1.0) -> None:
        self.name = name
        self.restarts = 0
        self._work = work
        self._restart_after_s = restart_after_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._keep_running, name=self.name, daemon=True)
        self._thread.start()

    def stop(self, *, timeout_s: float) -> bool:
        """Ask the work to end and wait for it, at most `timeout_s`; say whether it did."""
        self._stop.set()
        if self._thread:
            self._thread.join(timeout_s)
        return not (self._thread and self._thread.is_alive())

    def _keep_running(self) -> None:
        while not self._stop.is_set():
            try:
                self._work(self._stop)
            except Exception:
                logger.exception("%s died; it starts again in %s s", self.name, self._restart_after_s)
            else:
                if self._stop.is_set():
                    return
                logger.error("%s ended by itself; it starts again in %s s", self.name, self._restart_after_s)
            self.restarts += 1
            self._stop.wait(self._restart_after_s)
