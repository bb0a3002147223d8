"""What this process hears of the sockets' layer: one subscription for all its sockets, however many share a thing.

Channels would give every socket a queue of its own in the layer and wake it for each message; a thousand sockets on one
page then cost a thousand turns before the last one hears. Here one message is read once and handed out in one go.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from channels.layers import get_channel_layer
from redis import RedisError

logger = logging.getLogger("community.live")

TROUBLE_S = 1.0


class Relay:
    """Joins the groups that sockets of this process need, and hands each message on. Bound to one event loop."""

    def __init__(self, hand_out: Callable[[dict[str, Any]], None]) -> None:
        self._hand_out = hand_out
        self._layer = get_channel_layer()
        self._needed: Counter[str] = Counter()
        self._opening = asyncio.Lock()
        self._channel = ""
        self._listening: asyncio.Task[None] | None = None

    async def join(self, group: str) -> None:
        """Hear of `group` until as many `leave` it as joined. Raises: whatever the layer raises when it is down."""
        async with self._opening:
            if not self._channel:
                self._channel = await self._layer.new_channel()
                self._listening = asyncio.create_task(self._listen())
            if not self._needed[group]:
                await self._layer.group_add(group, self._channel)
            self._needed[group] += 1

    async def leave(self, group: str) -> None:
        """Undo one `join`."""
        async with self._opening:
            self._needed[group] -= 1
            if self._needed[group] <= 0:
                del self._needed[group]
                with suppress(OSError, RedisError):
                    await self._layer.group_discard(group, self._channel)

    async def _listen(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
                self._hand_out(message)
            except Exception:
                logger.exception("a hint could not be handed out")
                await asyncio.sleep(TROUBLE_S)
