"""Redis refuses, is deaf or dies: pages answer, forms are taken, limits count, and it is asked once in a while."""

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache, caches
from django.test import Client
from redis import Redis

from community.core import content, redis_away
from community.core.errors import TooMany
from community.core.limits import hit
from forums.models import Topic
from tests.factories.forums import CategoryFactory
from tests.factories.members import MemberFactory
from tests.servers.celery import Broker, broker

__all__ = ["broker"]
pytestmark = [pytest.mark.loopback, pytest.mark.django_db]


@pytest.fixture
def shared(settings: LazySettings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Have the cache and the content's state in the Redis at an address."""
    monkeypatch.setattr(redis_away, "AWAY_S", 3600.0)
    monkeypatch.setattr(redis_away, "_away_until", 0.0)
    monkeypatch.setattr(content, "_clients", {})
    monkeypatch.setattr(content, "_owed", set())

    def at(url: str) -> None:
        default = {"BACKEND": "community.core.shared_cache.SharedCache", "LOCATION": url}
        settings.CACHES = {**settings.CACHES, "default": default}
        settings.REDIS_URL = url

    yield at
    caches["default"]._own.clear()


@pytest.fixture
def deaf() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0"


@pytest.mark.parametrize("trouble", ["refuses", "deaf"])
def test_pages_and_forms_work_and_redis_is_asked_once(
    trouble: str, deaf: str, shared: Any, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    category = CategoryFactory()
    shared(deaf if trouble == "deaf" else "redis://127.0.0.1:1/0")

    assert client.get("/").status_code == 200
    client.force_login(MemberFactory())
    form = {"category": category.slug, "title": "How do I prune an olive tree?", "body": "It is in a pot."}
    answer = client.post("/ask/", {**form, "language": "en", "key": "0123456789abcdef", "act": "post"})

    assert answer.status_code == 302, answer.content
    assert Topic.objects.filter(title=form["title"]).exists()
    assert len([one for one in caplog.messages if "Redis does not answer" in one]) == 1


def test_limits_count_on(shared: Any) -> None:
    shared("redis://127.0.0.1:1/0")

    hit("forums.reply:member:1", "2/h")
    hit("forums.reply:member:1", "2/h")

    with pytest.raises(TooMany):
        hit("forums.reply:member:1", "2/h")


def test_when_it_is_back_it_is_asked_again(shared: Any, broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    shared(broker.url)
    broker.kill()
    content.taken_away()
    cache.set("a", 1)
    assert redis_away.is_away()
    broker.start()
    monkeypatch.setattr(redis_away, "_away_until", 0.0)

    cache.set("a", 2)
    content.touch()

    client = Redis.from_url(broker.url)
    assert client.get(":1:a") == b"2"
    assert int(client.get("content:epoch")) > 0, "what it missed is made good"
