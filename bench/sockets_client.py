"""`python -m bench.sockets_client`: many sockets in one process of its own, as light as can be: it only notes times.

Prints `ready` once all are open, then, when its input ends, JSON: the arrival times of each socket's frames.
"""

import argparse
import asyncio
import base64
import json
import os
import sys
import time

CONNECTING = 50
"""Handshakes under way at once."""


class Socket(asyncio.Protocol):
    """One WebSocket that never says a word."""

    def __init__(self, port: int, path: str, address: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"X-Forwarded-For: {address}\r\n\r\n"
        ).encode()
        self._buffer = b""
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.arrivals: list[float] = []
        self.lost = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the upgrade."""
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Note when a frame came."""
        now = time.time()
        self._buffer += data
        if not self.opened.done():
            head, end, self._buffer = self._buffer.partition(b"\r\n\r\n")
            if not end:
                self._buffer = head
                return
            self.opened.set_result(head.startswith(b"HTTP/1.1 101"))
        while len(self._buffer) >= 2 and len(self._buffer) >= 2 + self._buffer[1]:
            if self._buffer[0] == 0x81:
                self.arrivals.append(now)
            self._buffer = self._buffer[2 + self._buffer[1] :]

    def connection_lost(self, exc: Exception | None) -> None:
        """Note that the server hung up."""
        self.lost = True
        if not self.opened.done():
            self.opened.set_result(False)


async def main() -> None:
    """Open, wait, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--path", required=True)
    parser.add_argument("--count", type=int, required=True)
    options = parser.parse_args()
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(CONNECTING)

    async def one(number: int) -> Socket:
        address = f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"
        async with gate:
            _, socket = await loop.create_connection(
                lambda: Socket(options.port, options.path, address), "127.0.0.1", options.port
            )
            await socket.opened
            return socket

    sockets = await asyncio.gather(*(one(number) for number in range(options.count)))
    print("ready", sum(socket.opened.result() for socket in sockets), flush=True)  # noqa: T201
    await asyncio.to_thread(sys.stdin.read)
    lost = sum(socket.lost for socket in sockets)
    print(json.dumps({"arrivals": [socket.arrivals for socket in sockets], "lost": lost}))  # noqa: T201


if __name__ == "__main__":
    asyncio.run(main())
