"""The doorbell: wakes workers after a commit. Never the truth, only a hint: a sweep finds what it missed.

In this process it sets an event. With a broker (REDIS_URL) it also sends a message, from a thread of its own: a broker
that is slow or down delays no request and raises nothing in one.
"""

import logging
import os
import threading
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from community.core import content

logger = logging.getLogger("community.work")

MOST_WAITING = 100
"""With so many messages unread in the broker, one more says nothing; where no Celery runs, nobody ever reads them."""

_bells: set[Callable[[], None]] = set()


def add_bell(ring: Callable[[], None]) -> None:
    """Have `ring` called at every nudge; it must be quick and must not raise."""
    _bells.add(ring)


def remove_bell(ring: Callable[[], None]) -> None:
    """Take `ring` away again."""
    _bells.discard(ring)


def nudge() -> None:
    """Wake the workers: there may be something to do. Never blocks, never raises."""
    content.touch()  # what left work has changed something
    for ring in tuple(_bells):
        ring()
    if getattr(settings, "CELERY_BROKER_URL", ""):
        _broker.ring()


def nudge_after_commit(wrapper: BaseDatabaseWrapper | None = None) -> None:
    """Nudge once the current transaction is committed; at most once per transaction."""
    wrapper = wrapper or connections[DEFAULT_DB_ALIAS]
    if not any(entry[1] is nudge for entry in wrapper.run_on_commit):
        wrapper.on_commit(nudge, robust=True)


class _BrokerBell:
    """Sends the message from a daemon thread; rings during a send become one more send."""

    def __init__(self) -> None:
        self._wanted = threading.Event()
        self._thread: threading.Thread | None = None
        self._pid = 0
        self._lock = threading.Lock()
        self._down = False

    def ring(self) -> None:
        if self._pid != os.getpid():  # first ring, or a fork left the thread behind
            with self._lock:
                if self._pid != os.getpid():
                    self._wanted = threading.Event()  # that of the parent may be locked by the thread left behind
                    self._thread = threading.Thread(
                        target=self._run, args=[settings.CELERY_BROKER_URL], name="doorbell", daemon=True
                    )
                    self._thread.start()
                    self._pid = os.getpid()
        self._wanted.set()

    def _run(self, broker_url: str) -> None:
        from celery import Celery
        from redis import Redis

        redis: Any = Redis.from_url(broker_url, socket_connect_timeout=2, socket_timeout=2)
        app = Celery("doorbell", broker=broker_url, set_as_current=False)
        app.conf.broker_transport_options = {"socket_connect_timeout": 2, "socket_timeout": 2}
        app.conf.broker_connection_retry = False
        while True:
            self._wanted.wait()
            self._wanted.clear()
            try:
                if redis.llen(app.conf.task_default_queue) < MOST_WAITING:
                    app.send_task("community.work.tick", expires=10, retry=False, ignore_result=True)
                self._down = False
            except Exception as error:  # noqa: BLE001 whatever the broker does, the sweep finds the work
                if not self._down:
                    logger.warning("the broker cannot be reached (%s); the sweep does without", type(error).__name__)
                self._down = True


_broker = _BrokerBell()
