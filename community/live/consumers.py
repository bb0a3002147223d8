"""The socket of a visible tab: says which of the things on its page changed, and nothing about them."""

import asyncio
import json
import logging
import re
import time
from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import DatabaseError
from redis import RedisError

from community.core.audience import may_see
from community.core.errors import TooMany
from community.core.limits import client_address
from community.live.names import MEMBER, name_of, names_read
from community.live.presence import FullError, presence
from community.live.viewers import VISITOR, Viewer, names_allowed, names_missed, viewer_enter

logger = logging.getLogger("community.live")

BEAT = "."
"""All a browser may say; it is answered, so that both ends know the other is there."""
BEAT_EVERY_MIN_S = 5.0
QUIET_S = 0.8
"""Between two frames: what changes meanwhile goes into the second."""
SPREAD_MS = 8
"""Browsers wait a random part of so much for each socket here, so that they do not all ask at once."""
SPREAD_MAX_MS = 10_000
SLOW_S = 10.0
"""A browser that does not take a frame for so long is dropped."""
SIGNED_OUT, NOT_UNDERSTOOD = 4401, 4400


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """`/ws/?on=forums.topic:7,notifications.bell:3&since=1782121212`: what the page shows, and when it was made.

    Frames: `{"changed": ["forums.topic:7"], "within_ms": 40, "at": 1782121260.5}`; `at` is the `since` of the next
    socket, so no clock but ours counts. A beat is answered with an empty one.
    """

    channel_layer_alias = "none: see relay.py"
    viewer: Viewer = VISITOR

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Live until either end closes; whatever happens, leave no trace in `presence`."""
        self.scope = scope
        self.address = _address(scope)
        self.heard_at = time.monotonic()
        self.names: set[str] = set()
        """What the page shows and its viewer may hear of."""
        self.joined: list[str] = []
        """What `presence` tells it of."""
        self._changed: set[str] = set()
        self._telling: asyncio.Task[None] | None = None
        self._life = asyncio.current_task()
        self._dropped = False
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if not self._dropped:
                raise
        finally:
            if self._telling:
                self._telling.cancel()
            await presence.leave(self)

    async def connect(self) -> None:
        """Let it in, or close: the browser polls then, and tries again."""
        try:
            await self._open(parse_qs(self.scope["query_string"].decode("latin-1")))
        except (TooMany, FullError):
            await self.close()
        except (DatabaseError, OSError, RedisError) as error:
            logger.warning("no socket for now (%s)", type(error).__name__)
            await self.close()

    async def _open(self, query: dict[str, list[str]]) -> None:
        """Find out who it is, let them hear of what they may, and of what they missed. Raises: TooMany, FullError."""
        presence.enter(self)
        self.viewer = await database_sync_to_async(viewer_enter)(_session_key(self.scope), address=self.address)
        own = [] if self.viewer.member_id is None else [name_of(MEMBER, self.viewer.member_id)]
        presence.make_room(self.viewer)
        allowed = await database_sync_to_async(names_allowed)(names_read(query.get("on", [""])[0]), self.viewer)
        self.names = {name_of(kind, thing_id) for kind, thing_id in allowed}
        await presence.listen(self, [*self.names, *own])
        await self.accept()
        since = _moment(query.get("since", [""])[0])
        for name in await database_sync_to_async(names_missed)(self.names, self.viewer, since=since):
            self._tell(name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a beat; whoever says anything else, or says it too often, is not one of our pages."""
        now = time.monotonic()
        if text_data != BEAT or now - self.heard_at < BEAT_EVERY_MIN_S:
            await self.close(code=NOT_UNDERSTOOD)
            return
        self.heard_at = now
        await self.send(text_data=_frame([]))

    def hear(self, name: str, audience: frozenset[str]) -> None:
        """Pass a hint on when its audience still allows."""
        if name in self.names and may_see(audience, self.viewer.tokens):
            self._tell(name)

    async def recognise(self, viewer: Viewer) -> None:
        """Go on as `viewer`; a member who became a visitor signed out, or was made to."""
        if viewer.member_id is None and self.viewer.member_id is not None:
            self.viewer = VISITOR
            await self.close(code=SIGNED_OUT)
        else:
            self.viewer = viewer

    def drop(self) -> None:
        """End at once, without a word to a browser that would not hear it."""
        self._dropped = True
        if self._life:
            self._life.cancel()

    def _tell(self, name: str) -> None:
        self._changed.add(name)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell_all())

    async def _tell_all(self) -> None:
        """Send what changed, and once more what changed while we were quiet."""
        while self._changed:
            changed, self._changed = sorted(self._changed), set()
            try:
                async with asyncio.timeout(SLOW_S):
                    await self.send(text_data=_frame(changed))
            except TimeoutError:
                self.drop()
                return
            await asyncio.sleep(QUIET_S)


def _session_key(scope: Any) -> str:
    """Return what the session cookie holds; empty for a visitor."""
    cookies: SimpleCookie = SimpleCookie()
    with suppress(Exception):
        cookies.load(_header(scope, b"cookie"))
    morsel = cookies.get(settings.SESSION_COOKIE_NAME)
    return morsel.value if morsel else ""


def _address(scope: Any) -> str:
    return client_address(_header(scope, b"x-forwarded-for"), (scope.get("client") or ("",))[0])


def _header(scope: Any, wanted: bytes) -> str:
    return ", ".join(value.decode("latin-1") for name, value in scope["headers"] if name == wanted)


def _moment(text: str) -> float:
    """Return seconds of the epoch; 0 for what is none."""
    return float(text) if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,9})?", text, re.ASCII) else 0.0


def _frame(changed: list[str]) -> str:
    within_ms = min(SPREAD_MAX_MS, SPREAD_MS * len(presence.sockets)) if changed else 0
    return json.dumps({"changed": changed, "within_ms": within_ms, "at": round(time.time(), 3)})
