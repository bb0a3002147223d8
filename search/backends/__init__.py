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
    """Import only the engine in use: the other's clients cost memory."""
    if settings.SEARCH_URL:
        from search.backends.cluster.addresses import engine_in, name_in, wire_for
        from search.backends.cluster.backend import ClusterBackend

        wire = wire_for(settings.SEARCH_URL, read_timeout_s=settings.SEARCH_TIMEOUT_MS / 1000)
        return ClusterBackend(wire, name=engine_in(settings.SEARCH_URL), prefix=name_in(settings.SEARCH_URL))
    from search.backends.embedded.backend import EmbeddedBackend

    return EmbeddedBackend(Path(settings.SEARCH_DIR))
