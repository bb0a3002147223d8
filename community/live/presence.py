"""The sockets of this process: how many each may have, and a look every few seconds at who is still who they were."""

import asyncio
import logging
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async
from django.db import DatabaseError

from community.live.names import MEMBER, group_of
from community.live.relay import Relay
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


class FullError(Exception):
    """There are as many sockets as there may be."""


class Presence:
    """Who is here. Used from the loop that serves the sockets only."""

    def __init__(self) -> None:
        self.sockets: set[LiveConsumer] = set()
        self._of_address: Counter[str] = Counter()
        self._listening: defaultdict[str, set[LiveConsumer]] = defaultdict(set)
        self._relay: Relay | None = None
        self._sweeping: asyncio.Task[None] | None = None
        self._looking: asyncio.Task[None] | None = None

    def enter(self, socket: "LiveConsumer") -> None:
        """Take a socket in. Starts relay and sweep with the first one of a loop. Raises: FullError."""
        if len(self.sockets) >= SOCKETS_MAX or self._of_address[socket.address] >= ADDRESS_MAX:
            raise FullError
        self.sockets.add(socket)
        self._of_address[socket.address] += 1
        loop = asyncio.get_running_loop()
        if self._relay is None or send_hints.serving is not loop:
            self._relay = Relay(self._hand_out)
            self._sweeping = None
        if self._sweeping is None or self._sweeping.done():
            self._sweeping = loop.create_task(self._sweep())
        send_hints.serving = loop

    async def listen(self, socket: "LiveConsumer", names: Iterable[str]) -> None:
        """Have `socket` hear of the things called `names`. Raises: whatever the layer raises when it is down."""
        for name in names:
            await self._relay.join(group_of(name))  # type: ignore[union-attr]
            socket.joined.append(name)
            self._listening[name].add(socket)

    async def leave(self, socket: "LiveConsumer") -> None:
        """Forget a socket. Idempotent: yes."""
        if socket not in self.sockets:
            return
        self.sockets.discard(socket)
        self._of_address -= Counter([socket.address])
        for name in socket.joined:
            self._listening[name].discard(socket)
            if not self._listening[name]:
                del self._listening[name]
        for name in socket.joined:
            await self._relay.leave(group_of(name))  # type: ignore[union-attr]

    def _hand_out(self, message: dict[str, Any]) -> None:
        """Tell the sockets that listen; one about a member makes theirs look again who that is."""
        name, audience = message["name"], frozenset(message["audience"])
        sockets = list(self._listening.get(name, ()))
        if name.startswith(f"{MEMBER}:"):
            self._looking = asyncio.create_task(self.look_again(sockets))
        for socket in sockets:
            socket.hear(name, audience)

    def make_room(self, viewer: Viewer) -> None:
        """Drop the longest silent socket of a member who has more than they may: often a tab that is gone already."""
        if viewer.member_id is None:
            return
        theirs = [socket for socket in self.sockets if socket.viewer.member_id == viewer.member_id]
        if len(theirs) > MEMBER_MAX:
            min(theirs, key=lambda socket: socket.heard_at).drop()

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
