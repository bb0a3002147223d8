"""The sockets of this process: how many each may have, and a look every few seconds at who is still who they were."""

import asyncio
import logging
import time
from collections import Counter
from typing import TYPE_CHECKING

from channels.db import database_sync_to_async
from django.db import DatabaseError

from community.live.sending import send_hints
from community.live.viewers import Viewer, viewers_now

if TYPE_CHECKING:
    from community.live.consumers import LiveConsumer

logger = logging.getLogger("community.live")

MEMBER_MAX = 20
"""Visible tabs of one member, in this process."""
ADDRESS_MAX = 200
"""Visible tabs behind one address: an office shares one."""
SOCKETS_MAX = 5000
SWEEP_S = 4.0
SILENT_S = 75.0
"""A browser says "." every 25 seconds; one that has been silent for so long is gone."""


class Presence:
    """Who is here. Used from the loop that serves the sockets only."""

    def __init__(self) -> None:
        self.sockets: set[LiveConsumer] = set()
        self._of_address: Counter[str] = Counter()
        self._sweeping: asyncio.Task[None] | None = None

    def enter(self, socket: "LiveConsumer") -> bool:
        """Take a socket in unless its address has too many. Starts the sweep with the first one."""
        if len(self.sockets) >= SOCKETS_MAX or self._of_address[socket.address] >= ADDRESS_MAX:
            return False
        self.sockets.add(socket)
        self._of_address[socket.address] += 1
        loop = asyncio.get_running_loop()
        if self._sweeping is None or self._sweeping.done() or send_hints.serving is not loop:
            self._sweeping = loop.create_task(self._sweep())
        send_hints.serving = loop
        return True

    def leave(self, socket: "LiveConsumer") -> None:
        """Forget a socket. Idempotent: yes."""
        if socket in self.sockets:
            self.sockets.discard(socket)
            self._of_address[socket.address] -= 1
            if not self._of_address[socket.address]:
                del self._of_address[socket.address]

    def has_too_many(self, member_id: int) -> bool:
        """Tell whether a member has more than they may."""
        return sum(socket.viewer.member_id == member_id for socket in self.sockets) > MEMBER_MAX

    async def _sweep(self) -> None:
        """While there are sockets: drop the silent ones, sign out those whose session ended, renew what others see."""
        while self.sockets:
            await asyncio.sleep(SWEEP_S)
            silent_since = time.monotonic() - SILENT_S
            for socket in [socket for socket in self.sockets if socket.heard_at < silent_since]:
                socket.drop()
            try:
                await self.look_again([socket for socket in self.sockets if socket.viewer.member_id is not None])
            except DatabaseError as error:
                logger.warning("could not look who is behind the sockets (%s)", type(error).__name__)
            except Exception:
                logger.exception("looking who is behind the sockets failed")

    async def look_again(self, sockets: list["LiveConsumer"]) -> None:
        """Ask once for all of `sockets` who is behind them now."""
        viewers: set[Viewer] = {socket.viewer for socket in sockets}
        if not viewers:
            return
        now = await database_sync_to_async(viewers_now)(viewers)
        for socket in sockets:
            if socket.viewer in now:
                await socket.recognise(now[socket.viewer])


presence = Presence()
