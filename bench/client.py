"""A small closed-loop HTTP client: a connection each, one request after another, loopback only."""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Request:
    """One request, ready to send."""

    path: str
    cookie: str = ""
    form: str = ""
    """urlencoded; empty: a GET."""

    def wire(self, host: str) -> bytes:
        """Return its bytes."""
        lines = [f"{'POST' if self.form else 'GET'} {self.path} HTTP/1.1", f"Host: {host}", "Accept-Encoding: br"]
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.form:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(self.form.encode())}"]
        return "\r\n".join([*lines, "", self.form]).encode()


@dataclass
class Figures:
    """What a client saw."""

    ms: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    body_bytes: int = 0

    def percentile(self, share: float) -> float:
        """Return the time below which `share` of the requests lay, in ms."""
        ordered = sorted(self.ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


async def load(port: int, requests: Iterator[Request], figures: Figures, go_on: Callable[[], bool]) -> None:
    """Send `requests` one after another over one connection while `go_on()`."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        while go_on():
            request = next(requests, None)
            if request is None:
                return
            began = time.perf_counter()
            writer.write(request.wire(f"localhost:{port}"))
            status, length, again = await _answer(reader)
            figures.ms.append((time.perf_counter() - began) * 1000)
            figures.statuses[status] = figures.statuses.get(status, 0) + 1
            figures.body_bytes = length
            if not again:
                writer.close()
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
    finally:
        writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int, bool]:
    """Read one answer; return its status, the length of its body, and whether the connection stays."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    status = int(head.split(" ", 2)[1])
    if status == 302 and "/accounts/" in head:
        status = 401  # sent to sign in: not what a benchmark of members measures
    again = "connection: close" not in head
    if "transfer-encoding: chunked" in head:
        length = 0
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            length += len(await reader.readexactly(size + 2)) - 2
        await reader.readexactly(2)
        return status, length, again
    for line in head.split("\r\n"):
        if line.startswith("content-length:"):
            length = int(line.partition(":")[2])
            await reader.readexactly(length)
            return status, length, again
    return status, 0, again
