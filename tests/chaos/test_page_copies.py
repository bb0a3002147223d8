"""Two real web processes and one Redis: what a third takes away neither shows again, however close the moments."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import LazySettings

from community.core import content
from forums.models import Topic, Visibility
from forums.services import post_visibility_set
from tests.factories.forums import PostFactory, TopicFactory
from tests.servers.celery import ROOT, Broker, broker, environment, kill_group, wait_for

__all__ = ["broker"]
pytestmark = [pytest.mark.chaos, pytest.mark.redis, pytest.mark.django_db(transaction=True)]

TEXT = "Nobody may read this sentence."
TURNS = 40


@pytest.fixture
def sites(
    broker: Broker, tmp_path: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[str]]:
    """Addresses of two web processes on the database of the test; the test itself is a third one."""
    settings.REDIS_URL = broker.url
    monkeypatch.setattr(content, "_clients", {})
    ports = [Broker(tmp_path).port for _ in range(2)]
    processes = [_serve(port, broker, tmp_path) for port in ports]
    try:
        yield [f"http://127.0.0.1:{port}" for port in ports]
    finally:
        for process in processes:
            kill_group(process)


def _serve(port: int, broker: Broker, folder: Path) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "asyncio", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "community.asgi:application"],
        cwd=ROOT,
        env=environment(broker, folder),
        start_new_session=True,
    )
    assert wait_for(lambda: process.poll() is not None or _answers(port), 60)
    return process


def _answers(port: int) -> bool:
    try:
        return bool(_get(f"http://127.0.0.1:{port}/live"))
    except OSError:
        return False


def _get(url: str) -> str:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 loopback
        return str(answer.read().decode())


def _path(topic: Topic) -> str:
    return f"/t/{topic.pk}/{topic.slug}/"


def test_a_reply_stands_on_the_next_page_of_every_process(sites: list[str]) -> None:
    topic = TopicFactory()

    for number in range(10):
        PostFactory(topic=topic, body=f"Reply of turn {number}.")
        assert [f"Reply of turn {number}." in _get(site + _path(topic)) for site in sites] == [True, True]


def test_what_is_hidden_is_never_shown_while_pages_are_made_all_the_time(sites: list[str]) -> None:
    post = PostFactory(body=TEXT)
    path = _path(post.topic)
    turn, over = [0], threading.Event()
    seen: dict[bool, int] = {True: 0, False: 0}

    def read(site: str) -> list[int]:
        """Return the turns in which the text was hidden from before to after a request, and yet came."""
        shown = []
        while not over.is_set():
            began = turn[0]
            is_there = TEXT in _get(site + path)
            seen[is_there] += 1
            if is_there and began % 2 and began == turn[0]:
                shown.append(began)
        return shown

    with ThreadPoolExecutor(6) as pool:
        readers = [pool.submit(read, site) for site in sites * 3]
        number = 0
        while number < TURNS or min(seen.values()) <= TURNS:  # on a busy machine a page takes longer than some turns
            number += 1
            post_visibility_set(post_id=post.pk, visibility=Visibility.HIDDEN, actor_id=None)
            turn[0] += 1  # odd: hidden
            time.sleep(0.02 * (number % 4))
            turn[0] += 1
            post_visibility_set(post_id=post.pk, visibility=Visibility.VISIBLE, actor_id=None)
            time.sleep(0.01 * (number % 3))
        over.set()

    assert [reader.result() for reader in readers] == [[]] * 6
