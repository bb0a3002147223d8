"""Uploaded files, served by us from their own path: never sniffed, never a script, all but pictures as downloads."""

import asyncio
import os
from email.utils import formatdate
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from community.core.serving.types import Receive, Scope, Send

INLINE_TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
CHUNK_BYTES = 64 * 1024


class MediaFiles:
    """ASGI application for everything under `prefix`.

    Names of uploads are random and never reused, so a browser may keep them for ever. `private` folders (what another
    view serves after asking who is there) answer 404 here.
    """

    def __init__(self, root: Path, *, prefix: str, private: tuple[str, ...] = ()) -> None:
        self.prefix = prefix
        self._root = root
        self._private = private

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, [(b"allow", b"GET, HEAD")])
            return
        opened = await asyncio.to_thread(self._open, scope["path"].removeprefix(self.prefix))
        if opened is None:
            await _answer(send, 404, [(b"content-type", b"text/plain; charset=utf-8")], b"Not found")
            return
        path, file = opened
        with file:
            await _send_file(scope, send, path, file)

    def _open(self, name: str) -> tuple[Path, BinaryIO] | None:
        """Return the file `name` of ours, open; None for what is missing, private, hidden or outside."""
        if "\0" in name or not name or name.split("/")[0] in self._private:
            return None
        root = self._root.resolve()
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        if any(part.startswith(".") for part in path.relative_to(root).parts):
            return None
        return path, path.open("rb")


async def _send_file(scope: Scope, send: Send, path: Path, file: BinaryIO) -> None:
    facts = os.fstat(file.fileno())
    etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'.encode()
    headers = _headers(path, facts, etag)
    if etag in dict(scope["headers"]).get(b"if-none-match", b""):
        await _answer(send, 304, headers)
        return
    headers.append((b"content-length", str(facts.st_size).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    left = 0 if scope["method"] == "HEAD" else facts.st_size
    while left > 0:
        chunk = await asyncio.to_thread(file.read, min(CHUNK_BYTES, left))
        left = left - len(chunk) if chunk else 0
        await send({"type": "http.response.body", "body": chunk, "more_body": left > 0})
    if scope["method"] == "HEAD" or not facts.st_size:
        await send({"type": "http.response.body", "body": b""})


def _headers(path: Path, facts: os.stat_result, etag: bytes) -> list[tuple[bytes, bytes]]:
    content_type = INLINE_TYPES.get(path.suffix.lower())
    headers = [
        (b"content-type", (content_type or "application/octet-stream").encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"content-security-policy", b"default-src 'none'; sandbox"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (b"cache-control", b"public, max-age=31536000, immutable"),
        (b"last-modified", formatdate(facts.st_mtime, usegmt=True).encode()),
        (b"etag", etag),
    ]
    if content_type is None:
        headers.append((b"content-disposition", f"attachment; filename*=UTF-8''{quote(path.name)}".encode()))
    return headers


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"") -> None:
    safe = headers if any(name == b"x-content-type-options" for name, _ in headers) else [*headers, NOSNIFF]
    await send({"type": "http.response.start", "status": status, "headers": safe})
    await send({"type": "http.response.body", "body": body})


NOSNIFF = (b"x-content-type-options", b"nosniff")
