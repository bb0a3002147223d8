"""A browser's tab as the sockets see it: opens `/ws/` with cookies, hears frames, says beats."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

from community.live.routing import sockets
from community.members.models import Member

HOST = b"localhost"
QUIET_S = 0.2
"""How long a tab listens before we say it heard nothing."""


def cookie_of(member: Member | None) -> str:
    """Sign `member` in and return the session cookie; empty for a visitor."""
    if member is None:
        return ""
    client = Client()
    client.force_login(member)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Tab:
    """One socket. `async with Tab(on="forums.topic:7", cookie=…) as tab: await tab.changed()`."""

    def __init__(
        self,
        *,
        on: str = "",
        cookie: str = "",
        age_s: float = 0.0,
        origin: str = "http://localhost",
        path: str = "/ws/",
    ) -> None:
        headers = [(b"host", HOST), (b"origin", origin.encode())]
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        query = f"on={on}&since={time.time() - age_s:.3f}".encode()
        scope = {"type": "websocket", "path": path, "query_string": query, "headers": headers, "client": ("::1", 1)}
        self._application = ApplicationCommunicator(sockets, scope)
        self.is_open = False

    async def __aenter__(self) -> "Tab":
        await self._application.send_input({"type": "websocket.connect"})
        answer = await self._application.receive_output(timeout=10)
        self.is_open = answer["type"] == "websocket.accept"
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self.is_gone:
            await self._application.send_input({"type": "websocket.disconnect", "code": 1001})
            await self._application.wait(timeout=10)

    @property
    def is_gone(self) -> bool:
        """Whether the server has nothing more to do with it."""
        return bool(self._application.future.done())

    async def says(self, *, text: str | None = None, data: bytes | None = None) -> None:
        """Send something as the browser."""
        await self._application.send_input({"type": "websocket.receive", "text": text, "bytes": data})

    async def hears(self, *, within_s: float = 5) -> str:
        """Return the text of the next frame."""
        message = await self._application.receive_output(timeout=within_s)
        assert message["type"] == "websocket.send", message
        return str(message["text"])

    async def frame(self) -> dict[str, Any]:
        """Return what the next frame holds."""
        heard: dict[str, Any] = json.loads(await self.hears())
        return heard

    async def changed(self) -> list[str]:
        """Return what the next frame says has changed."""
        names: list[str] = (await self.frame())["changed"]
        assert names
        return names

    async def hears_nothing(self, for_s: float = QUIET_S) -> bool:
        """Tell whether the tab hears nothing for a moment."""
        return bool(await self._application.receive_nothing(timeout=for_s))

    async def is_dropped(self) -> bool:
        """Wait until the server has ended the socket without a word."""
        await asyncio.wait({self._application.future}, timeout=5)
        return self.is_gone

    async def closed_with(self) -> int:
        """Return the code the server closes with."""
        message = await self._application.receive_output(timeout=10)
        assert message["type"] == "websocket.close", message
        return int(message.get("code", 1000))


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asynchronous scene; what it does to the database happens in this thread."""
    async_to_sync(scene)()


async def do(act: Callable[..., Any], *args: Any, **values: Any) -> Any:
    """Do something synchronous inside a scene, in the thread of the test."""
    return await sync_to_async(act)(*args, **values)
