"""Who goes first at SQLite's one write lock: a page somebody waits for, or background work."""

import threading

_here = threading.local()


def give_way() -> None:
    """Let this thread wait for the write lock as long as any other thread wants it, from now on."""
    _here.patient = True


def is_patient() -> bool:
    """Tell whether this thread gives way."""
    return getattr(_here, "patient", False)


class WriteLock:
    """A lock where whoever is in a hurry overtakes those who give way; a turn already begun is never cut short."""

    def __init__(self) -> None:
        self._changed = threading.Condition(threading.Lock())
        self._held = False
        self._hurried = 0
        """Threads that wait and do not give way."""

    def acquire(self, *, timeout: float) -> bool:
        """Take the lock within `timeout` seconds; tell whether that worked."""
        with self._changed:
            if is_patient():
                taken = self._changed.wait_for(lambda: not (self._held or self._hurried), timeout)
            else:
                self._hurried += 1
                taken = self._changed.wait_for(lambda: not self._held, timeout)
                self._hurried -= 1
                if not taken:
                    self._changed.notify_all()
            self._held |= taken
        return taken

    def release(self) -> None:
        """Give it to the next."""
        with self._changed:
            self._held = False
            self._changed.notify_all()

    def locked(self) -> bool:
        """Tell whether anybody has it."""
        return self._held
