"""Which state of the content this is: two numbers that move when anything visible may have changed.

`version` moves with every commit that left work for the workers, and when they have done it: a copy of an older version
may be shown while a newer one is made. `epoch` moves when something was taken away (hidden, deleted, made private): a
copy of an older epoch may never be shown again.

In one process they are two integers. With REDIS_URL they live in Redis, and whoever keeps copies asks there before each
use, so that what one process hides no other shows. There they begin at the time of day, so that a Redis that was
emptied never comes to a state it had before; a move it did not take is made good with the next question.
"""

import asyncio
import threading
import time
from typing import Any, NamedTuple

from django.conf import settings

from community.core.redis_away import TIMEOUT_S, is_away, noted_away

_KEYS = ("content:version", "content:epoch")


class State(NamedTuple):
    """A state of the content."""

    version: int
    epoch: int


_lock = threading.Lock()
_here = State(0, 0)
_owed: set[str] = set()
"""What should have moved in Redis and did not."""
_clients: dict[str, Any] = {}


def touch() -> None:
    """Something visible may have changed. Cheap, from any thread, never raises."""
    _move(_KEYS[:1])


def taken_away() -> None:
    """Something may not be shown any longer. As `touch`."""
    _move(_KEYS)


def _move(keys: tuple[str, ...]) -> None:
    global _here  # noqa: PLW0603
    with _lock:
        _here = State(_here.version + 1, _here.epoch + (len(keys) > 1))
    if not settings.REDIS_URL:
        return
    if is_away():
        _owed.update(keys)
        return
    moved = _due(*keys)
    try:
        with _redis().pipeline() as pipeline:
            _put(moved, pipeline)
            pipeline.execute()
    except Exception as error:  # noqa: BLE001 whoever asks next makes it good
        _owed.update(moved)
        noted_away(error)


def _due(*keys: str) -> set[str]:
    """Return `keys` and what is owed, which the caller now has to move."""
    with _lock:
        due = {*keys, *_owed}
        _owed.clear()
    return due


def _put(keys: set[str], pipeline: Any) -> None:
    for key in keys:
        pipeline.set(key, time.time_ns() // 1000, nx=True)
        pipeline.incr(key)


def _redis() -> Any:
    from redis import Redis

    if "sync" not in _clients:
        _clients["sync"] = Redis.from_url(
            settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )
    return _clients["sync"]


class StateReader:
    """Reads the state for one event loop; requests that come together share one question to Redis."""

    def __init__(self) -> None:
        self._asks = bool(settings.REDIS_URL)
        self._client: Any = None
        self._next: asyncio.Task[State | None] | None = None
        self._running = asyncio.Lock()

    def here(self) -> State | None:
        """Return the state where this process alone knows it; None where Redis has to be asked."""
        return None if self._asks else _here

    async def read(self) -> State | None:
        """Return the state as it is after this call began; None when Redis does not say."""
        if here := self.here():
            return here
        if is_away():
            return None
        if self._next is None:
            self._next = asyncio.create_task(self._ask())
        return await asyncio.shield(self._next)

    async def _ask(self) -> State | None:
        async with self._running:  # a question under way began before us: its answer may be too old
            self._next = None
            try:
                return await self._told()
            except Exception as error:  # noqa: BLE001 without an answer nothing kept may be shown
                noted_away(error)
                return None

    async def _told(self) -> State:
        values = await self._redis().mget(_KEYS)
        if _owed or None in values:
            due = _due(*(key for key, value in zip(_KEYS, values, strict=True) if value is None))
            try:
                async with self._redis().pipeline() as pipeline:
                    _put(due, pipeline)
                    pipeline.mget(_KEYS)
                    values = (await pipeline.execute())[-1]
            except BaseException:
                _owed.update(due)
                raise
        return State(*map(int, values))

    def _redis(self) -> Any:
        from redis.asyncio import Redis

        if self._client is None:
            self._client = Redis.from_url(
                settings.REDIS_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
            )
        return self._client
