"""Visitors' pages answered by the front: a copy per address, language and theme, good until the content changes.

Only pages whose view said so (`visitors_page`) are kept, and only for requests that carry no cookie but the theme's.
One request fills, the others get the stale copy meanwhile, unless something was taken away since. Each copy goes out
with a nonce of its own.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import lru_cache, wraps
from http.cookies import CookieError, SimpleCookie
from typing import Any

from django.http import HttpRequest, HttpResponse

from community.core.content import State, StateReader
from community.core.serving.holes import MOST_HOLES, HoledPage, holed_page, nonce_like
from community.core.serving.types import Application, Message, Receive, Scope, Send

KEEP = "X-Keep-For-Visitors"
"""Header by which a view says that its answer is the same for every visitor; in a request it says that who asks will
keep, and compress, such an answer."""
TIME_TO_LIVE_S = 60.0
"""Relative times grow old, and a process of another machine may have changed something unsaid."""
MOST_BYTES = 12 * 1024 * 1024
MOST_QUERY = 200
_PERSONAL = frozenset((b"authorization", b"range", b"hx-request", b"if-modified-since", b"if-none-match"))
_SHARED = ((b"vary", b"Accept-Encoding"), (b"x-accel-expires", b"1"))
"""nginx may answer with it for a second (deploy/nginx.conf); it does not send the latter on."""
_SENT_WITH = {
    "": _SHARED,
    "br": (*_SHARED, (b"content-encoding", b"br")),
    "gzip": (*_SHARED, (b"content-encoding", b"gzip")),
}
_KEEPS = (KEEP.lower().encode(), b"yes")
_OWN_HEADERS = frozenset((_KEEPS[0], b"content-length", b"content-encoding", b"vary", b"server"))

Wanted = tuple[tuple[Any, ...], str]
"""The key of a copy, and the encoding."""


def visitors_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the front keep what `view` answers to visitors. It must depend on address, language and theme only."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method == "GET" and not request.user.is_authenticated and response.status_code == 200:
            response[KEEP] = "yes"
        return response

    return answer


@dataclass(frozen=True)
class Copy:
    """One page as it is kept."""

    page: HoledPage
    headers: dict[str, list[tuple[bytes, bytes]]]
    """By encoding; without those that name the nonce."""
    holed_headers: tuple[tuple[bytes, tuple[bytes, ...]], ...]
    """Those that name the nonce, cut where it stands."""
    state: State
    made_at: float = field(default_factory=time.monotonic)

    def fits(self, state: State) -> bool:
        """Tell whether it shows the content of `state`."""
        return self.state == state and time.monotonic() - self.made_at < TIME_TO_LIVE_S

    async def send(self, encoding: str, send: Send) -> None:
        """Send it with a nonce of its own."""
        nonce = nonce_like(self.page.hole) if self.page.hole else b""
        headers = self.headers[encoding] + [(name, nonce.join(pieces)) for name, pieces in self.holed_headers]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": self.page.body(encoding, nonce)})


class PageCache:
    """Answers what it can, else asks `pages`. Belongs to one event loop."""

    def __init__(self, pages: Application, *, theme_cookie: str, most_bytes: int = MOST_BYTES) -> None:
        self._pages = pages
        self._theme_cookie = theme_cookie
        self._most_bytes = most_bytes
        self._bytes = 0
        self._copies: OrderedDict[tuple[Any, ...], Copy] = OrderedDict()
        self._filling: dict[tuple[Any, ...], asyncio.Future[Copy | None]] = {}
        self._state = StateReader()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer one page; a copy that is good without asking anyone goes out at once."""
        wanted = _wanted(scope, self._theme_cookie)
        if wanted is None:
            return self._pages(scope, receive, send)
        key, encoding = wanted
        copy, state = self._copies.get(key), self._state.here()
        if copy and state and copy.fits(state):
            self._copies.move_to_end(key)
            return copy.send(encoding, send)
        return self._answer(wanted, scope, receive, send)

    async def _answer(self, wanted: Wanted, scope: Scope, receive: Receive, send: Send) -> None:
        state = await self._state.read()
        if state is None:
            await self._pages(scope, receive, send)
            return
        key, encoding = wanted
        copy = self._copies.get(key)
        filling = self._filling.get(key)
        if copy and (copy.fits(state) or (filling and copy.state.epoch == state.epoch)):
            self._copies.move_to_end(key)
            await copy.send(encoding, send)
        elif filling:
            copy = await asyncio.shield(filling)
            if copy and copy.state.epoch == state.epoch:
                await copy.send(encoding, send)
            else:
                await self._pages(scope, receive, send)
        else:
            await self._fill(wanted, state, scope, receive, send)

    async def _fill(self, wanted: Wanted, state: State, scope: Scope, receive: Receive, send: Send) -> None:
        """Ask for the page and keep it; what may not be kept goes through as it comes."""
        key, encoding = wanted
        self._filling[key] = future = asyncio.get_running_loop().create_future()
        copy = None
        answer: list[Message] = []

        async def collect(message: Message) -> None:
            if answer or _is_for_all(message):
                answer.append(message)
            else:
                self._filled(key, future, None)
                await send(message)

        try:
            await self._pages({**scope, "headers": [*scope["headers"], _KEEPS]}, receive, collect)
            if answer and (copy := await asyncio.to_thread(_copy_of, answer, state)):
                self._keep(key, copy)
        finally:
            self._filled(key, future, copy)
        if copy:
            await copy.send(encoding, send)
        else:
            for message in answer:
                await send(message)

    def _filled(self, key: tuple[Any, ...], future: asyncio.Future[Copy | None], copy: Copy | None) -> None:
        """Tell those who wait what came of it, once."""
        if not future.done():
            del self._filling[key]
            future.set_result(copy)

    def _keep(self, key: tuple[Any, ...], copy: Copy) -> None:
        if old := self._copies.pop(key, None):
            self._bytes -= old.page.size
        self._copies[key] = copy
        self._bytes += copy.page.size
        while self._bytes > self._most_bytes:
            _, oldest = self._copies.popitem(last=False)
            self._bytes -= oldest.page.size


def _wanted(scope: Scope, theme_cookie: str) -> Wanted | None:
    """Return which copy may answer this request; None for a request that is personal."""
    if scope["method"] != "GET" or len(scope["query_string"]) > MOST_QUERY:
        return None
    host = theme = scheme = accepted = b""
    for name, value in scope["headers"]:
        if name in _PERSONAL:
            return None
        if name == b"host":
            host = value
        elif name == b"x-forwarded-proto":
            scheme = value
        elif name == b"accept-encoding":
            accepted = b"%b,%b" % (accepted, value) if accepted else value
        elif name == b"cookie":
            cookies = _cookies(value)
            if cookies.keys() - {theme_cookie}:
                return None
            theme = cookies.get(theme_cookie, "").encode()
    return (scheme, host, scope["path"], scope["query_string"], theme), _best_encoding(accepted)


def _cookies(header: bytes) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header.decode("latin-1")).items()}
    except CookieError:
        return {"unreadable": ""}


@lru_cache(256)
def _best_encoding(accepted: bytes) -> str:
    offered = {part.strip().lower() for part in accepted.decode("latin-1").split(",")}
    return next((name for name in ("br", "gzip") if name in offered), "")


def _is_for_all(start: Message) -> bool:
    """Tell whether the answer that begins so may be kept: the view said so, no cookie is set, none is looked at."""
    if start["type"] != "http.response.start":
        return False
    headers = [(name.lower(), value) for name, value in start["headers"]]
    names = {name for name, _ in headers}
    varies = b",".join(value for name, value in headers if name == b"vary").lower()
    return _KEEPS[0] in names and b"set-cookie" not in names and b"cookie" not in varies


def _copy_of(answer: list[Message], state: State) -> Copy | None:
    """Return the copy to keep, None for a page with too many holes."""
    headers = [(name.lower(), value) for name, value in answer[0]["headers"]]
    body = b"".join(message.get("body", b"") for message in answer[1:])
    policy = next((value for name, value in headers if name == b"content-security-policy"), b"")
    nonce = policy.partition(b"'nonce-")[2].partition(b"'")[0]
    if nonce and body.count(nonce) >= MOST_HOLES:
        return None
    kept = [(name, value) for name, value in headers if name not in _OWN_HEADERS]
    holed = [(name, tuple(value.split(nonce))) for name, value in kept if nonce and nonce in value]
    plain = [(name, value) for name, value in kept if not nonce or nonce not in value]
    page = holed_page(body, nonce)
    lengths = {encoding: b"%d" % len(page.body(encoding, nonce)) for encoding in _SENT_WITH}
    sent = {name: [*plain, *_SENT_WITH[name], (b"content-length", length)] for name, length in lengths.items()}
    return Copy(page, sent, tuple(holed), state)
