"""Copies of visitors' pages: for whom, how long, and with whose nonce."""

import asyncio
import gzip
import re
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

import pytest
from django.http import HttpResponse

from community.core import content
from community.core.serving import page_cache
from community.core.serving.holes import nonce_like
from community.core.serving.page_cache import KEEP, PageCache


@pytest.fixture(autouse=True)
def _in_memory(settings: Any) -> None:
    """Here the state of the content is this process's own; `test_content.py` has Redis."""
    settings.REDIS_URL = ""


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Run an async test in an event loop of its own."""

    @wraps(test)
    def run(*args: Any, **kwargs: Any) -> None:
        asyncio.run(test(*args, **kwargs))

    return run


HEADERS = [(b"content-type", b"text/html"), (KEEP.encode(), b"yes"), (b"x-frame-options", b"DENY")]


class Pages:
    """Pages that say how often they were made, and wait when told."""

    def __init__(self, headers: list[tuple[bytes, bytes]] = HEADERS, status: int = 200) -> None:
        self.made = 0
        self.headers = headers
        self.status = status
        self.gate: asyncio.Event | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.made += 1
        number = self.made
        nonce = nonce_like(22)
        policy = [(b"content-security-policy", b"script-src 'self' 'nonce-" + nonce + b"'")]
        if self.gate:
            await self.gate.wait()
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers + policy})
        await send({"type": "http.response.body", "body": b"page %d <i nonce=%b></i>" % (number, nonce)})


async def ask(cache: PageCache, path: str = "/", method: str = "GET", **headers: str) -> HttpResponse:
    """Return the answer as a response whose content is unpacked."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": pairs}
    await cache(scope, lambda: None, send)  # type: ignore[arg-type]
    answer = HttpResponse(status=sent[0]["status"])
    for name, value in sent[0]["headers"]:
        answer[name.decode()] = value.decode()
    body = b"".join(message["body"] for message in sent[1:])
    answer.content = gzip.decompress(body) if answer.get("content-encoding") == "gzip" else body
    return answer


def number(answer: HttpResponse) -> int:
    return int(answer.content.split()[1])


def nonces(answer: HttpResponse) -> set[str]:
    return {*re.findall(r"nonce=([\w-]+)", answer.content.decode())} | {
        *re.findall(r"'nonce-([\w-]+)'", answer["content-security-policy"])
    }


def a_cache(pages: Pages) -> PageCache:
    return PageCache(pages, theme_cookie="theme")


@in_a_loop
async def test_visitors_share_a_copy_and_each_gets_a_nonce_of_its_own() -> None:
    cache = a_cache(pages := Pages())

    first, second = await ask(cache, accept_encoding="gzip"), await ask(cache)

    assert pages.made == 1
    assert number(first) == number(second) == 1
    assert len(nonces(first)) == len(nonces(second)) == 1
    assert nonces(first) != nonces(second)
    assert KEEP not in second
    assert second["x-frame-options"] == "DENY"
    assert int(second["content-length"]) == len(second.content)


@pytest.mark.parametrize(
    "personal",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "theme=dark; csrftoken=x"},
        {"hx_request": "true"},
        {"authorization": "Bearer x"},
        {"method": "HEAD"},
    ],
)
@in_a_loop
async def test_a_personal_request_gets_a_page_of_its_own(personal: dict[str, str]) -> None:
    cache = a_cache(pages := Pages())
    await ask(cache)

    await ask(cache, **personal)
    await ask(cache, **personal)

    assert pages.made == 3


@in_a_loop
async def test_each_theme_address_and_host_has_its_copy() -> None:
    cache = a_cache(pages := Pages())

    for _ in range(2):
        await ask(cache, cookie="theme=dark", host="one.example")
        await ask(cache, host="one.example")
        await ask(cache, host="two.example")
        await ask(cache, "/es/", host="one.example")

    assert pages.made == 4


@pytest.mark.parametrize(
    "pages",
    [
        Pages([(b"content-type", b"text/html")]),
        Pages([*HEADERS, (b"set-cookie", b"csrftoken=1")]),
        Pages([*HEADERS, (b"vary", b"Accept-Language, Cookie")]),
    ],
    ids=["not said", "cookie", "varies"],
)
@in_a_loop
async def test_what_may_be_personal_is_never_kept(pages: Pages) -> None:
    cache = a_cache(pages)

    answers = [await ask(cache) for _ in range(2)]

    assert [number(answer) for answer in answers] == [1, 2]


@in_a_loop
async def test_a_change_makes_a_new_copy() -> None:
    cache = a_cache(Pages())
    await ask(cache)

    content.touch()

    assert number(await ask(cache)) == 2
    assert number(await ask(cache)) == 2


@in_a_loop
async def test_a_copy_grows_old(monkeypatch: pytest.MonkeyPatch) -> None:
    cache = a_cache(Pages())
    await ask(cache)

    monkeypatch.setattr(page_cache, "TIME_TO_LIVE_S", 0.0)

    assert number(await ask(cache)) == 2


@in_a_loop
async def test_one_fills_and_the_rest_get_the_stale_copy() -> None:
    cache = a_cache(pages := Pages())
    await ask(cache)
    content.touch()
    pages.gate = asyncio.Event()

    filler = asyncio.create_task(ask(cache))
    await asyncio.sleep(0)
    rest = [await ask(cache) for _ in range(5)]
    pages.gate.set()

    assert {number(answer) for answer in rest} == {1}
    assert number(await filler) == 2
    assert pages.made == 2


@in_a_loop
async def test_a_hundred_who_come_at_once_cost_one_page() -> None:
    cache = a_cache(pages := Pages())

    answers = await asyncio.gather(*(ask(cache) for _ in range(100)))

    assert pages.made == 1
    assert {number(answer) for answer in answers} == {1}


@in_a_loop
async def test_what_is_not_kept_comes_as_it_is_made_and_as_the_browser_asked_for_it() -> None:
    more, heard, sent = asyncio.Event(), [], []

    async def pages(scope: Any, receive: Any, send: Any) -> None:
        heard.append(dict(scope["headers"])[b"accept-encoding"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        await more.wait()
        await send({"type": "http.response.body", "body": b"done"})

    async def send(message: Any) -> None:
        sent.append(message)

    cache = PageCache(pages, theme_cookie="theme")
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"accept-encoding", b"br")],
    }
    both = [asyncio.create_task(cache(scope, lambda: None, send)) for _ in range(2)]  # type: ignore[arg-type]
    await asyncio.sleep(0.01)

    assert heard == [b"br", b"br"]
    assert [message.get("body") for message in sent] == [None, b"begun"] * 2
    more.set()
    await asyncio.gather(*both)


@in_a_loop
async def test_nobody_gets_a_copy_of_what_was_taken_away() -> None:
    cache = a_cache(pages := Pages())
    await ask(cache)
    pages.gate = asyncio.Event()
    early = asyncio.create_task(ask(cache, "/other/"))
    await asyncio.sleep(0)

    content.taken_away()
    late = [asyncio.create_task(ask(cache, path)) for path in ("/", "/", "/other/")]
    await asyncio.sleep(0)
    pages.gate.set()
    answers = [number(answer) for answer in await asyncio.gather(early, *late)]

    assert 1 not in answers
    assert answers[0] != answers[3]  # began before, and so may still show it


@in_a_loop
async def test_when_filling_fails_the_others_ask_themselves() -> None:
    class Fails(Pages):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if self.made == 0:
                self.made += 1
                await asyncio.sleep(0.01)
                raise OSError
            await super().__call__(scope, receive, send)

    cache = a_cache(Fails())

    answers = await asyncio.gather(ask(cache), ask(cache), return_exceptions=True)

    assert isinstance(answers[0], OSError)
    assert number(answers[1]) == 2  # type: ignore[arg-type]


@in_a_loop
async def test_the_oldest_copies_make_room() -> None:
    cache = PageCache(pages := Pages(), theme_cookie="theme", most_bytes=1000)

    for path in [*map(str, range(20)), "0"]:
        await ask(cache, path)

    assert pages.made == 21
