"""A loopback HTTP proxy that misbehaves on order: what networks and CRM servers do on a bad day.

    with FaultProxy("http://127.0.0.1:8190") as proxy:
        proxy.plan("stored_500", when=b"sale.complaint.create")      # the next matching request
        proxy.chance = {"throttled": 0.1, "cut": 0.1}                # or by dice, seeded

It forwards plain HTTP/1.1 with Content-Length, one request a connection.
"""

import asyncio
import contextlib
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import urlsplit

FAULTS = ("throttled", "stored_500", "cut", "slow", "refused")


@dataclass
class Planned:
    """A fault that waits for its request."""

    fault: str
    when: bytes = b""


@dataclass
class Seen:
    """A request as it passed: its body and what was done to it (`passed` or a fault)."""

    body: bytes
    fate: str


@dataclass
class FaultProxy:
    """Listens on a free port of the loopback and forwards to `upstream` from a thread of its own.

    throttled: 429 with Retry-After, the CRM never hears of it. stored_500: the CRM does it, we say 500.
    cut: the CRM does it, half the reply arrives. slow: the reply comes after `slow_s`. refused: the connection
    closes before anything was read.
    """

    upstream: str
    seed: int = 0
    chance: Mapping[str, float] = field(default_factory=dict)
    chance_of: Mapping[bytes, Mapping[str, float]] = field(default_factory=dict)
    """Other dice for requests whose body holds this; the first that does counts."""
    slow_s: float = 2.0
    retry_after_s: int = 1
    seen: list[Seen] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = urlsplit(self.upstream)
        self._target = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._dice = random.Random(self.seed)  # noqa: S311 repeatable, not secret
        self._planned: list[Planned] = []
        self._lock = threading.Lock()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self.port = 0

    @property
    def url(self) -> str:
        """Address to give to the connector instead of the CRM's (without path)."""
        return f"http://127.0.0.1:{self.port}"

    def plan(self, fault: str, *, times: int = 1, when: bytes = b"") -> None:
        """Let the next `times` requests whose body holds `when` meet `fault`."""
        with self._lock:
            self._planned += [Planned(fault, when) for _ in range(times)]

    def count(self, part: bytes = b"") -> int:
        """Return how many requests came whose body holds `part`."""
        return sum(part in seen.body for seen in list(self.seen))

    def calm(self) -> None:
        """Forget plans and dice."""
        with self._lock:
            self._planned.clear()
        self.chance, self.chance_of = {}, {}

    def __enter__(self) -> "FaultProxy":
        self._thread = threading.Thread(target=self._serve, daemon=True, name="fault-proxy")
        self._thread.start()
        self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    def _serve(self) -> None:
        self._loop.run_until_complete(self._listen())
        self._loop.close()

    async def _listen(self) -> None:
        """Serve until told to stop, then wait for what is under way."""
        self._stop = asyncio.Event()
        server = await asyncio.start_server(self._handle, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        while open_ones := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in open_ones:
                task.cancel()
            await asyncio.gather(*open_ones, return_exceptions=True)

    def _fate(self, body: bytes) -> str:
        with self._lock:
            for planned in self._planned:
                if planned.when in body:
                    self._planned.remove(planned)
                    return planned.fault
            chances = next((chances for part, chances in self.chance_of.items() if part in body), self.chance)
            throw = self._dice.random()
            for fault, chance in chances.items():
                throw -= chance
                if throw < 0:
                    return fault
        return "passed"

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head, body = await _read_message(reader)
            fate = self._fate(body)
            self.seen.append(Seen(body, fate))
            await self._answer(fate, head, body, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client was killed: that is what we are here for
        finally:
            _hang_up(writer)

    async def _answer(self, fate: str, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> None:
        if fate == "refused":
            return
        if fate == "throttled":
            writer.write(_plain(b"429 Too Many Requests", b"Retry-After: %d\r\n" % self.retry_after_s))
            await writer.drain()
            return
        reply = await self._forward(head, body)
        if fate == "slow":
            await asyncio.sleep(self.slow_s)
        if fate == "stored_500":
            reply = _plain(b"500 Internal Server Error")
        if fate == "cut":
            split = reply.index(b"\r\n\r\n") + 4
            reply = reply[: split + max(0, (len(reply) - split) // 2)]
        writer.write(reply)
        await writer.drain()

    async def _forward(self, head: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(*self._target)
        try:
            lines = [line for line in head.split(b"\r\n") if line and not line.lower().startswith(b"connection:")]
            writer.write(b"\r\n".join([*lines, b"Connection: close", b"", b""]) + body)
            await writer.drain()
            return await reader.read(-1)
        finally:
            writer.close()


def _hang_up(writer: asyncio.StreamWriter) -> None:
    """Say that no more comes, then close: a forked process may hold a copy of the socket, which a close leaves open."""
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()
    writer.close()


async def _read_message(reader: asyncio.StreamReader) -> tuple[bytes, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return head, await reader.readexactly(length)


def _plain(status: bytes, extra: bytes = b"") -> bytes:
    return b"HTTP/1.1 %b\r\n%bContent-Length: 0\r\nConnection: close\r\n\r\n" % (status, extra)
