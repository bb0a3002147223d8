"""The socket of a visible tab: says which of the things on its page changed, and nothing about them."""

import asyncio
import json
import time
from contextlib import suppress
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from community.core.audience import may_see
from community.core.errors import TooMany
from community.core.limits import client_address
from community.live.names import MEMBER, group_of, names_read
from community.live.presence import presence
from community.live.viewers import VISITOR, Viewer, names_allowed, names_missed, viewer_enter

BEAT = "."
"""All a browser may say; it is answered alike, so that both ends know the other is there."""
BEAT_EVERY_MIN_S = 5.0
QUIET_S = 1.0
"""Between two frames: what changes meanwhile goes into the second."""
SPREAD_MS = 5
"""Browsers wait a random part of so much for each socket here, so that they do not all ask at once."""
SPREAD_MAX_MS = 10_000
SLOW_S = 10.0
"""A browser that does not take a frame for so long is dropped."""
SIGNED_OUT, NOT_UNDERSTOOD = 4401, 4400


class LiveConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """`/ws/?on=forums.topic:7,notifications.bell:3&age=850`: what the page shows, and how old it is in ms.

    Frames: `{"changed": ["forums.topic:7"], "within_ms": 40}`, and "." for ".".
    """

    viewer: Viewer = VISITOR

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Live until either end closes; whatever happens, leave no trace in the layer or in `presence`."""
        self.scope = scope
        self.address = _address(scope)
        self.heard_at = time.monotonic()
        self.names: set[str] = set()
        self._joined: list[str] = []
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
            presence.leave(self)
            if self._telling:
                self._telling.cancel()
            for group in self._joined:
                await self.channel_layer.group_discard(group, self.channel_name)

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Hints and beats touch no database, so they need not look after its connections as Channels does for each."""
        if message["type"] == "live.hint":
            await self.live_hint(message)
        else:
            await super().dispatch(message)

    async def connect(self) -> None:
        """Find out who it is, join the groups of what they may hear of, tell what they missed on the way here."""
        query = parse_qs(self.scope["query_string"].decode("latin-1"))
        if not presence.enter(self):
            await self.close()
            return
        try:
            self.viewer = await database_sync_to_async(viewer_enter)(_session_key(self.scope), address=self.address)
        except TooMany:
            await self.close()
            return
        member_id = self.viewer.member_id
        if member_id is not None and presence.has_too_many(member_id):
            await self.close()
            return
        allowed = await database_sync_to_async(names_allowed)(names_read(query.get("on", [""])[0]), self.viewer)
        self.names = {f"{kind}:{thing_id}" for kind, thing_id in allowed}
        await self.accept()
        for kind, thing_id in [*allowed, *([(MEMBER, member_id)] if member_id is not None else [])]:
            self._joined.append(group_of(kind, thing_id))
            await self.channel_layer.group_add(self._joined[-1], self.channel_name)
        age_s = _age_s(query.get("age", [""])[0])
        for name in await database_sync_to_async(names_missed)(self.names, self.viewer, age_s=age_s):
            self._tell(name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Answer a beat; whoever says anything else, or says it too often, is not one of our pages."""
        now = time.monotonic()
        if text_data != BEAT or now - self.heard_at < BEAT_EVERY_MIN_S:
            await self.close(code=NOT_UNDERSTOOD)
            return
        self.heard_at = now
        await self.send(text_data=BEAT)

    async def live_hint(self, message: dict[str, Any]) -> None:
        """Pass a hint on when its audience still allows; one about the member makes us look who they are now."""
        if not may_see(frozenset(message["audience"]), self.viewer.tokens):
            return
        if message["name"] == f"{MEMBER}:{self.viewer.member_id}":
            await presence.look_again([self])
        elif message["name"] in self.names:
            self._tell(message["name"])

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
            within_ms = min(SPREAD_MAX_MS, SPREAD_MS * len(presence.sockets))
            try:
                async with asyncio.timeout(SLOW_S):
                    await self.send(text_data=json.dumps({"changed": changed, "within_ms": within_ms}))
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


def _age_s(text: str) -> float:
    """Return the age of a page in seconds; one that does not say is taken for very old."""
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 12 else float("inf")
