"""The raw ASGI front: one application object, one port.

Pages go to Django's WSGI application on persistent threads (a view costs a third of what it costs behind Django's ASGI
handler, and keeps its database connection), sockets to Channels, uploads and our own files to file servers. The front
counts the pages in flight, because a page thread that outlives the event loop waits for it for ever and so would the
whole process.
"""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Sequence
from contextlib import suppress

from community.core.serving.background import Background
from community.core.serving.media import MediaFiles
from community.core.serving.page_cache import PageCache
from community.core.serving.pages import Pages
from community.core.serving.threads import ALL_STARTED_S, keep_together
from community.core.serving.types import Application, Receive, Scope, Send

logger = logging.getLogger(__name__)

SHUTDOWN_WAIT_S = 3.0
PARENT_CHECK_S = 1.0


class Front:
    """Sends each request where it belongs; starts and stops what runs beside the pages."""

    def __init__(
        self,
        *,
        pages: Pages,
        sockets: Application,
        media: MediaFiles,
        static: tuple[str, Application],
        background: Sequence[Background] = (),
        exit_with_parent: bool = False,
        core: int | None = None,
        theme_cookie: str = "",
    ) -> None:
        """`static`: (prefix, files); `core`: the one that Python keeps to.

        With the name of the theme's cookie, the front keeps copies of visitors' pages.
        """
        self.in_flight = 0
        self._pages = pages
        self._answer = PageCache(self._page, theme_cookie=theme_cookie) if theme_cookie else self._page
        self._sockets = sockets
        self._media = media
        self._static_prefix, self._static = static
        self._background = background
        self._exit_with_parent = exit_with_parent
        self._core = core
        self._nothing_in_flight = asyncio.Event()
        self._nothing_in_flight.set()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one connection, or one life of the server."""
        if scope["type"] == "lifespan":
            return self._lifespan(receive, send)
        if scope["type"] == "websocket":
            return self._sockets(scope, receive, send)
        path = scope["path"]
        if path == "/live":
            return _say_alive(send)
        if path.startswith(self._media.prefix):
            return self._media(scope, receive, send)
        if path.startswith(self._static_prefix):
            return self._static(scope, receive, send)
        return self._answer(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.in_flight += 1
        self._nothing_in_flight.clear()
        try:
            await self._pages(scope, receive, send)
        finally:
            self.in_flight -= 1
            if not self.in_flight:
                self._nothing_in_flight.set()

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        watch = asyncio.create_task(_follow_parent()) if self._exit_with_parent else None
        for thread in self._background:
            thread.start()
        if self._core is not None:
            asyncio.get_running_loop().call_later(ALL_STARTED_S, keep_together, self._core)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        if watch:
            watch.cancel()
        await asyncio.gather(self._wait_for_pages(), *(self._stop(thread) for thread in self._background))
        self._pages.executor.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _wait_for_pages(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._nothing_in_flight.wait(), SHUTDOWN_WAIT_S)
        if self.in_flight:
            logger.warning("stopped while %s pages were still being answered", self.in_flight)

    async def _stop(self, thread: Background) -> None:
        if not await asyncio.to_thread(thread.stop, timeout_s=SHUTDOWN_WAIT_S):
            logger.warning("%s did not stop within %s s", thread.name, SHUTDOWN_WAIT_S)


async def _say_alive(send: Send) -> None:
    """`/live`: this process answers; nothing else is asked."""
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"alive\n"})


async def _follow_parent() -> None:
    """End this process when the server's supervisor is gone: killed, it cannot tell us."""
    parent = os.getppid()
    while os.getppid() == parent:
        await asyncio.sleep(PARENT_CHECK_S)
    logger.error("the server's supervisor is gone; this process ends too")
    os.kill(os.getpid(), signal.SIGTERM)
