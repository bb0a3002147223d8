"""The ASGI front: each request where it belongs, uploads that cannot hurt, a stop that waits and then does not."""

import asyncio
import gc
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.core.cache import caches
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.core.signals import request_started
from django.http import StreamingHttpResponse

from community import asgi
from community.core.serving import front as front_module
from community.core.serving.background import Background
from community.core.serving.front import Front
from community.core.serving.media import MediaFiles
from community.core.serving.pages import Pages


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "websocket.close", "code": 4404})


def hello(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode(), b" in ", threading.current_thread().name.encode()]


def a_front(folder: Path, pages: Any = hello, background: Iterable[Background] = ()) -> Front:
    media = MediaFiles(folder, prefix="/media/", private=("documents",))
    static = ("/static/", nowhere)
    pages = Pages(pages, threads=2)
    return Front(pages=pages, sockets=nowhere, media=media, static=static, background=tuple(background))


def get(application: Any, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=application)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=10) as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(ask())


async def messages(front: Front, parts: Iterable[bytes] = (b"",)) -> list[Any]:
    """Return what the front sends for a request whose body comes in these parts."""
    left, sent = list(parts), []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": left.pop(0), "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": [], "http_version": "1.1"}
    await front(scope, receive, send)
    return sent


def live_through(front: Front, during: Any = None) -> float:
    """Start the front's life, run `during(front)`, end it; return how long the end took, in seconds."""

    async def life() -> float:
        told: asyncio.Queue[dict[str, str]] = asyncio.Queue()
        said: asyncio.Queue[Any] = asyncio.Queue()
        running = asyncio.create_task(front({"type": "lifespan"}, told.get, said.put))
        await told.put({"type": "lifespan.startup"})
        assert (await said.get())["type"] == "lifespan.startup.complete"
        if during:
            await during()
        began = time.monotonic()
        await told.put({"type": "lifespan.shutdown"})
        assert (await said.get())["type"] == "lifespan.shutdown.complete"
        await running
        return time.monotonic() - began

    return asyncio.run(life())


def test_pages_are_answered_by_wsgi_on_threads_that_stay(tmp_path: Path) -> None:
    front = a_front(tmp_path)

    first, second = get(front, "/t/1/how/"), get(front, "/")

    assert first.text.startswith("/t/1/how/ in page")
    assert second.text.split(" in ")[1].startswith("page")
    assert front.in_flight == 0


def test_a_thread_keeps_its_connection_to_the_cache(tmp_path: Path) -> None:
    """A pool of connections to Redis hangs on it: made anew for each request, each would connect anew."""
    seen = []

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        seen.append(caches["default"])
        return hello(environ, start_response)

    bridge = Pages(pages, threads=1)
    for _ in range(2):
        get(bridge, "/")

    assert seen[0] is seen[1]


def test_an_answer_in_memory_goes_out_whole_and_is_closed(tmp_path: Path) -> None:
    closed = []

    class Answer(list[bytes]):
        def close(self) -> None:
            closed.append(True)

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response(
            "201 Created", [("Content-Type", "text/plain"), ("X-Read", environ["wsgi.input"].read().decode())]
        )
        return Answer([b"one ", b"two"])

    sent = asyncio.run(messages(a_front(tmp_path, pages), [b"a fo", b"rm"]))

    assert [message.get("body") for message in sent] == [None, b"one two"]
    assert sent[0]["status"] == 201
    assert (b"x-read", b"a form") in sent[0]["headers"]
    assert closed == [True]


def test_a_stream_goes_out_part_by_part_from_one_thread(tmp_path: Path) -> None:
    threads = []

    def parts() -> Iterable[bytes]:
        for part in (b"one", b"", b"two"):
            threads.append(threading.current_thread())
            yield part

    def pages(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [])
        return StreamingHttpResponse(filter(None, parts()))

    sent = asyncio.run(messages(a_front(tmp_path, pages)))

    assert [message["body"] for message in sent[1:]] == [b"one", b"two", b""]
    assert [message.get("more_body", False) for message in sent[1:]] == [True, True, False]
    assert len(set(threads)) == 1


@pytest.mark.parametrize("when", ["before", "while streaming"])
def test_a_broken_application_is_an_error_of_the_server_and_is_closed(when: str, tmp_path: Path) -> None:
    closed = []

    class Broken:
        streaming = True

        def __iter__(self) -> Any:
            yield b"part"
            raise OSError("the disk is gone")

        def close(self) -> None:
            closed.append(True)

    def pages(environ: dict[str, Any], start_response: Any) -> Any:
        if when == "before":
            raise OSError("the disk is gone")
        start_response("200 OK", [])
        return Broken()

    front = a_front(tmp_path, pages)
    with pytest.raises(OSError, match="the disk is gone"):
        asyncio.run(messages(front))

    assert closed == ([] if when == "before" else [True])
    assert front.in_flight == 0


@pytest.mark.django_db(transaction=True)
def test_django_answers_as_wsgi_and_never_by_its_asgi_handler() -> None:
    """The rule is about the shipped application object, so this looks at it and at what its request is."""
    from community import asgi

    seen: list[Any] = []

    def note(sender: Any, environ: dict[str, Any] | None = None, **kwargs: Any) -> None:
        seen.append((sender, environ))

    request_started.connect(note)
    try:
        get(asgi.application, "/no-such-page-at-all.txt")
    finally:
        request_started.disconnect(note)

    sender, environ = seen[0]
    assert sender is WSGIHandler
    assert environ["asgi.scope"]["type"] == "http"
    assert WSGIRequest(environ).path == "/no-such-page-at-all.txt"
    assert isinstance(asgi.front._pages, Pages)


def test_live_says_the_process_answers_without_asking_django(tmp_path: Path) -> None:
    def broken(environ: Any, start_response: Any) -> Any:
        raise AssertionError("asked")

    assert get(a_front(tmp_path, broken), "/live").text == "alive\n"


def test_a_picture_is_shown_with_its_own_type_and_kept(tmp_path: Path) -> None:
    (tmp_path / "avatars").mkdir()
    (tmp_path / "avatars/k3.webp").write_bytes(b"picture" * 30_000)

    response = get(a_front(tmp_path), "/media/avatars/k3.webp")

    assert response.content == b"picture" * 30_000
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in response.headers["cache-control"]
    assert "content-disposition" not in response.headers
    again = get(a_front(tmp_path), "/media/avatars/k3.webp", **{"If-None-Match": response.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert get(a_front(tmp_path), "/media/avatars/k3.webp", method="HEAD").content == b""


@pytest.mark.parametrize("name", ["run.js", "page.html", "drawing.svg", "manual.pdf", "noextension", "page.HTML"])
def test_anything_but_a_picture_is_a_download_of_no_known_type(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("<script>alert(1)</script>")

    headers = get(a_front(tmp_path), f"/media/{name}").headers

    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith("attachment")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]


@pytest.mark.parametrize(
    "path",
    [
        "/media/%2E./secrets.env",
        "/media/%2e%2e/secrets.env",
        "/media//etc/passwd",
        "/media/a/%2e%2e/%2e%2e/secrets.env",
        "/media/documents/contract.pdf",
        "/media/.hidden",
        "/media/link.png",
        "/media/",
        "/media/folder",
        "/media/nul%00.png",
    ],
)
def test_nothing_outside_hidden_or_private_is_served(path: str, tmp_path: Path) -> None:
    (tmp_path / "secrets.env").write_text("SECRET_KEY=1")
    media = tmp_path / "media"
    (media / "documents").mkdir(parents=True)
    (media / "folder").mkdir()
    (media / "documents/contract.pdf").write_text("private")
    (media / ".hidden").write_text("hidden")
    (media / "link.png").symlink_to(tmp_path / "secrets.env")

    response = get(a_front(media), path)

    assert response.status_code == 404
    assert "SECRET" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


def test_uploads_can_only_be_read(tmp_path: Path) -> None:
    assert get(a_front(tmp_path), "/media/a.png", method="POST").status_code == 405


def test_the_end_waits_for_the_pages_in_flight(tmp_path: Path) -> None:
    answered = []

    def slow(environ: Any, start_response: Any) -> list[bytes]:
        time.sleep(0.5)
        answered.append(environ["PATH_INFO"])
        return hello(environ, start_response)  # type: ignore[return-value]

    front = a_front(tmp_path, slow)

    async def ask_and_leave() -> None:
        asyncio.get_running_loop().create_task(messages(front))
        await asyncio.sleep(0.1)

    took_s = live_through(front, ask_and_leave)

    assert answered == ["/"]
    assert 0.2 < took_s < 1.5


def test_the_end_does_not_wait_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "SHUTDOWN_WAIT_S", 0.2)
    front = a_front(tmp_path)
    front.in_flight = 1
    front._nothing_in_flight.clear()

    assert live_through(front) < 1


def test_the_worker_beside_the_pages_starts_again_when_it_dies(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    turns = []
    third = threading.Event()

    def work(stop: threading.Event) -> None:
        turns.append(threading.current_thread().name)
        if len(turns) < 3:
            raise RuntimeError("the disk was full")
        third.set()
        stop.wait()

    async def until_it_recovered() -> None:
        assert await asyncio.to_thread(third.wait, 5)

    worker = Background("worker", work, restart_after_s=0.01)
    took_s = live_through(a_front(tmp_path, background=[worker]), until_it_recovered)

    assert turns == ["worker"] * 3
    assert worker.restarts == 2
    assert caplog.text.count("worker died; it starts again") == 2
    assert took_s < 1


def test_a_worker_that_hangs_does_not_stop_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_module, "SHUTDOWN_WAIT_S", 0.2)
    release = threading.Event()
    hung = Background("worker", lambda stop: release.wait(10) and None, restart_after_s=5)

    took_s = live_through(a_front(tmp_path, background=[hung]))
    release.set()

    assert took_s < 1


def test_what_is_loaded_at_the_start_is_not_looked_through_for_garbage_again() -> None:
    assert asgi.front
    assert gc.get_freeze_count() > 50_000
