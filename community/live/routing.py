"""The sockets' application. No consumer listens yet, so every socket is refused with the code for "not found"."""

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.urls import re_path


class NobodyListens(AsyncWebsocketConsumer):
    """Closes at once."""

    async def connect(self) -> None:
        """Refuse."""
        await self.close(code=4404)


sockets = AllowedHostsOriginValidator(URLRouter([re_path(r"", NobodyListens.as_asgi())]))
