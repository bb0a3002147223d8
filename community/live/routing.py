"""The sockets' application: one address, for pages of our own only."""

from typing import Any
from urllib.parse import urlsplit

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.http.request import split_domain_port, validate_host

from community.core.serving.types import Application, Receive, Scope, Send
from community.live.consumers import LiveConsumer

PATH = "/ws/"


class Nobody(AsyncWebsocketConsumer):  # type: ignore[misc]
    """Refuses."""

    async def connect(self) -> None:
        """Close before accepting: the browser sees a 403."""
        await self.close()


class OwnPagesOnly:
    """Lets a socket in when its page came from this very origin.

    Browsers send cookies with sockets of foreign pages, and no policy of ours binds those: the Origin header does.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._nobody: Application = Nobody.as_asgi()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one socket."""
        ours = scope["path"] == PATH and is_own_origin(dict(scope["headers"]))
        await (self._application if ours else self._nobody)(scope, receive, send)


def is_own_origin(headers: dict[bytes, bytes]) -> bool:
    """Tell whether the page's origin is the host asked, one we answer to; or the public address."""
    origin, host = (headers.get(name, b"").decode("latin-1").lower() for name in (b"origin", b"host"))
    if origin == settings.PUBLIC_URL.lower():
        return True
    parts: Any = urlsplit(origin)
    schemes = ("https",) if settings.SESSION_COOKIE_SECURE else ("http", "https")
    if parts.scheme not in schemes or parts.netloc != host:
        return False
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)


sockets = OwnPagesOnly(LiveConsumer.as_asgi())
