"""Hints on their way to the sockets: from whatever thread, to whatever process, without anybody waiting for it.

A layer in memory crosses neither processes nor event loops, so in one process hints are handed to the loop that serves
the sockets. With Redis any process may send (a Celery worker has no sockets), from a loop in a thread of its own.
"""

import asyncio
import logging
import os
import threading
import time
from collections.abc import Sequence
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer
from django.core.cache import cache

from community.live.names import group_of
from community.work.hints import Hint

logger = logging.getLogger("community.live")

STAMP_S = 120
"""How long a socket that comes back is told what it missed; one that was away for longer looks at everything."""
STAMPS_KEPT = 8
IN_FLIGHT_MAX = 500
SEND_TIMEOUT_S = 5.0


def stamp_key(name: str) -> str:
    """Return where the cache keeps when a thing last changed, and for whom."""
    return f"live:{name}"


class Sending:
    """Sends hints. `serving` is the loop the sockets of this process run in, once there is a socket."""

    def __init__(self) -> None:
        self.serving: asyncio.AbstractEventLoop | None = None
        self._own: asyncio.AbstractEventLoop | None = None
        self._pid = 0
        self._lock = threading.Lock()
        self._in_flight = 0
        self._failing = False

    def __call__(self, hints: Sequence[Hint]) -> None:
        """Send `hints` soon. Never blocks, never raises; drops them when nobody can hear or nothing gets through."""
        layer = get_channel_layer()
        loop = self.serving if isinstance(layer, InMemoryChannelLayer) else self._own_loop()
        if loop is None or loop.is_closed() or self._in_flight >= IN_FLIGHT_MAX:
            return
        with self._lock:
            self._in_flight += 1
        asyncio.run_coroutine_threadsafe(self._send(layer, hints), loop)

    async def _send(self, layer: Any, hints: Sequence[Hint]) -> None:
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                _stamp(hints)
                for hint in hints:
                    message = {"type": "hint", "name": hint.name, "audience": sorted(hint.audience)}
                    await layer.group_send(group_of(hint.name), message)
            self._failing = False
        except Exception as error:  # noqa: BLE001 a lost hint is found by the next poll
            if not self._failing:
                logger.warning("hints do not get through (%s); pages poll", type(error).__name__)
            self._failing = True
        finally:
            with self._lock:
                self._in_flight -= 1

    def _own_loop(self) -> asyncio.AbstractEventLoop:
        """Return the loop of our thread, started on first use in this process."""
        with self._lock:
            if self._own is None or self._pid != os.getpid():  # a fork leaves the thread behind
                self._own, self._pid, self._in_flight = asyncio.new_event_loop(), os.getpid(), 0
                threading.Thread(target=self._own.run_forever, name="hints", daemon=True).start()
            return self._own


def _stamp(hints: Sequence[Hint]) -> None:
    """Remember when each thing changed, for sockets that are just being opened.

    The cache is memory where this runs in the sockets' loop, and Redis where the loop is our own: it may wait.
    """
    now = time.time()
    keys = {stamp_key(hint.name): hint for hint in hints}
    kept = cache.get_many(keys)
    cache.set_many(
        {key: [*kept.get(key, ())[1 - STAMPS_KEPT :], (now, sorted(hint.audience))] for key, hint in keys.items()},
        STAMP_S,
    )


send_hints = Sending()
