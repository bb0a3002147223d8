"""Who goes first at SQLite's one write lock: a page somebody waits for, or background work."""

import threading
from collections import deque

_here = threading.local()


def give_way() -> None:
    """Let this thread wait for the write lock as long as any other thread wants it, from now on."""
    _here.patient = True


def is_patient() -> bool:
    """Tell whether this thread gives way."""
    return getattr(_here, "patient", False)


class WriteLock:
    """A lock that goes from hand to hand, first come, first served; those who give way come after all others.

    Whoever lets go and wants it again at once waits in line: with a plain lock it would win every time.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._hurried: deque[threading.Lock] = deque()
        self._patient: deque[threading.Lock] = deque()

    def acquire(self, *, timeout: float) -> bool:
        """Take the lock within `timeout` seconds; tell whether that worked."""
        line = self._patient if is_patient() else self._hurried
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Lock()
            turn.acquire()
            line.append(turn)
        if turn.acquire(timeout=timeout):
            return True
        with self._guard:
            if turn in line:
                line.remove(turn)
                return False
        return True  # it was handed over in the last moment

    def release(self) -> None:
        """Hand it to the next in line."""
        with self._guard:
            line = self._hurried or self._patient
            if line:
                line.popleft().release()
            else:
                self._held = False

    def locked(self) -> bool:
        """Tell whether anybody has it."""
        return self._held
