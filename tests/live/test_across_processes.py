"""Hints from where the sockets are not: another thread of this process, and another process behind Redis."""

import asyncio
import threading
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from channels.layers import InMemoryChannelLayer
from django.conf import LazySettings

from community.core.audience import PUBLIC
from community.live.presence import presence
from community.live.sending import Sending, send_hints
from community.work.hints import Hint
from forums.models import Topic
from tests.factories.forums import PostFactory, TopicFactory
from tests.live.tabs import Tab, do, play
from tests.servers.celery import Broker, broker, celery_worker, wait_for

__all__ = ["broker"]
pytestmark = pytest.mark.django_db(transaction=True)


def hint_of(topic: Topic) -> Hint:
    return Hint("forums.topic", topic.pk, frozenset({PUBLIC}))


@pytest.fixture
def behind_redis(broker: Broker, settings: LazySettings) -> Broker:
    """The sockets of this process hear of other processes."""
    settings.CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [broker.url], "prefix": f"sockets-{urlsplit(broker.url).path.strip('/') or 0}"},
        }
    }
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": broker.url}}
    presence._relay = None
    return broker


def test_a_hint_crosses_from_a_worker_thread_to_the_loop_of_the_sockets() -> None:
    topic = TopicFactory()

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            worker = threading.Thread(target=send_hints, args=[[hint_of(topic)]])
            worker.start()
            assert await tab.changed() == [f"forums.topic:{topic.pk}"]
            worker.join(5)

    play(scene)


def test_where_nobody_listens_nothing_is_sent_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("community.live.sending.get_channel_layer", InMemoryChannelLayer)
    nowhere = Sending()

    nowhere([Hint("forums.topic", 1, frozenset({PUBLIC}))])

    assert nowhere.serving is None
    assert nowhere._in_flight == 0


def test_a_loop_that_has_ended_is_no_trouble() -> None:
    sending = Sending()
    sending.serving = asyncio.new_event_loop()
    sending.serving.close()

    sending([Hint("forums.topic", 1, frozenset({PUBLIC}))])


@pytest.mark.redis
def test_a_worker_in_a_process_of_its_own_is_heard(behind_redis: Broker, tmp_path: Path) -> None:
    topic = TopicFactory()

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            await do(PostFactory, topic=topic)
            message = await tab.hears(within_s=60)
            assert f"forums.topic:{topic.pk}" in message

    with celery_worker(behind_redis, tmp_path):
        play(scene)


@pytest.mark.redis
def test_this_process_hears_itself_through_redis_too(behind_redis: Broker) -> None:
    topic = TopicFactory()

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            send_hints([hint_of(topic)])
            assert await tab.changed() == [f"forums.topic:{topic.pk}"]
        async with Tab(on=f"forums.topic:{topic.pk}", age_s=1) as later:
            assert await later.changed() == [f"forums.topic:{topic.pk}"]

    play(scene)


@pytest.mark.redis
def test_a_redis_that_is_down_costs_hints_and_nothing_else(
    behind_redis: Broker, caplog: pytest.LogCaptureFixture
) -> None:
    topic = TopicFactory()
    sending = Sending()
    behind_redis.kill()

    for _ in range(3):
        sending([hint_of(topic)])
    assert wait_for(lambda: sending._in_flight == 0, 20)

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            assert not tab.is_open

    play(scene)
    assert caplog.text.count("hints do not get through") == 1
    assert "no socket for now" in caplog.text


@pytest.mark.redis
def test_sockets_hear_again_when_redis_is_back(behind_redis: Broker) -> None:
    topic = TopicFactory()

    async def heard(tab: Tab) -> bool:
        """A tab whose socket closes opens another, as the browser does."""
        with suppress(AssertionError):
            for _ in range(6):
                send_hints([hint_of(topic)])
                if not await tab.hears_nothing(0.5):
                    return await tab.changed() == [f"forums.topic:{topic.pk}"]
        return False

    async def scene() -> None:
        async with Tab(on=f"forums.topic:{topic.pk}") as tab:
            behind_redis.kill()
            await asyncio.sleep(0.5)
            await do(behind_redis.start)
            if await heard(tab):
                return
        for _ in range(20):
            async with Tab(on=f"forums.topic:{topic.pk}") as tab:
                if tab.is_open and await heard(tab):
                    return
            await asyncio.sleep(0.5)
        pytest.fail("nothing is heard although Redis is back")

    play(scene)
