"""The sockets' layer of one process, made for a thousand sockets that hear the same hint."""

import asyncio
import time
from typing import Any

from channels.layers import InMemoryChannelLayer


class ProcessChannelLayer(InMemoryChannelLayer):  # type: ignore[misc]
    """Channels' layer in memory without its tidying.

    That one looks at every socket and every membership each time any socket takes a message: a thousand sockets look a
    thousand times. Our sockets leave their groups when they end, and their messages are taken within moments.
    """

    def _clean_expired(self) -> None:
        """Nothing expires."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Queue `message` for every socket of `group`; a socket whose queue is full misses it."""
        expires_at = time.time() + self.expiry
        for channel in self.groups.get(group, ()):
            queue = self.channels.setdefault(channel, asyncio.Queue(self.get_capacity(channel)))
            if not queue.full():
                queue.put_nowait((expires_at, message))
