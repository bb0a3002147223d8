"""The bridge from the event loop to Django's WSGI application on threads that stay.

a2wsgi translates the request. The answer is ours: one that is whole in memory crosses from its thread to the loop once,
where a2wsgi's takes ten steps back and forth, each of which hands the interpreter over.
"""

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from a2wsgi.wsgi import Body, build_environ

from community.core.serving.types import Message, Receive, Scope, Send

StartResponse = Callable[..., Any]
WSGIApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Pages:
    """An ASGI application that answers HTTP requests with a WSGI one."""

    def __init__(self, application: WSGIApplication, *, threads: int) -> None:
        self._application = application
        self.executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="page")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        loop = asyncio.get_running_loop()

        async def receive_part() -> Message:
            """granian's own `receive` returns a future, and `Body` insists on a coroutine."""
            return await receive()

        async def send_part(message: Message) -> None:
            await send(message)

        def send_from_thread(message: Message) -> None:
            asyncio.run_coroutine_threadsafe(send_part(message), loop).result()

        environ: Any = build_environ(scope, Body(loop, receive_part))  # type: ignore[arg-type]
        for message in await loop.run_in_executor(self.executor, self._answer, environ, send_from_thread):
            await send(message)

    def _answer(self, environ: dict[str, Any], send: Callable[[Message], None]) -> list[Message]:
        """Ask the application, on a page's thread; return the messages still to be sent: all, unless it streams."""
        messages: list[Message] = []

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            sent = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
            messages[:] = [{"type": "http.response.start", "status": int(status[:3]), "headers": sent}]

        body: Any = self._application(environ, start_response)
        try:
            if not getattr(body, "streaming", False):
                whole = b"".join(body)
                return [*messages, {"type": "http.response.body", "body": whole}]
            send(messages[0])
            for part in body:
                send({"type": "http.response.body", "body": part, "more_body": True})
            return [{"type": "http.response.body", "body": b""}]
        finally:
            if close := getattr(body, "close", None):
                close()
