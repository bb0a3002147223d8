"""The engines. `backend()` returns the one this installation uses, by the scheme of SEARCH_URL."""

import threading
from pathlib import Path

from django.conf import settings

from search.port import Backend

_lock = threading.Lock()
_opened: list[Backend] = []


def backend() -> Backend:
    """Return the engine of this process; opened on first use."""
    if not _opened:
        with _lock:
            if not _opened:
                _opened.append(_open())
    return _opened[0]


def use(engine: Backend | None) -> None:
    """Put `engine` in the place of the configured one; None opens that again when it is asked for."""
    with _lock:
        for old in _opened:
            old.close()
        _opened[:] = [engine] if engine else []


def _open() -> Backend:
    from search.backends.embedded.backend import EmbeddedBackend

    return EmbeddedBackend(Path(settings.SEARCH_DIR))
