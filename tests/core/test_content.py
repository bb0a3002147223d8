"""The state of the content moves with whatever may change a page, and in Redis for all processes."""

import asyncio
import os
from typing import Any

import pytest
from django.db import transaction

from community.activity.delivery import drain_activity
from community.core import content, redis_away
from community.core.content import State, StateReader
from forums.models import Visibility
from forums.services import post_visibility_set
from tests.factories.forums import PostFactory, TopicFactory


def state() -> State:
    found = asyncio.run(StateReader().read())
    assert found is not None
    return found


@pytest.mark.django_db(transaction=True)
def test_what_is_hidden_ends_every_copy_and_a_reply_only_makes_them_stale() -> None:
    topic = TopicFactory()
    before = state()

    post = PostFactory(topic=topic)
    replied = state()
    post_visibility_set(post_id=post.pk, visibility=Visibility.HIDDEN, actor_id=None)
    hidden = state()

    assert replied.epoch == before.epoch
    assert hidden.epoch > before.epoch


@pytest.mark.django_db(transaction=True)
def test_effects_of_handlers_move_the_version() -> None:
    TopicFactory()
    before = state()

    drain_activity()

    assert state().version > before.version
    assert state().epoch == before.epoch


@pytest.mark.django_db(transaction=True)
def test_a_rollback_moves_nothing() -> None:
    post = PostFactory()
    drain_activity()
    before = state()

    with transaction.atomic():
        post_visibility_set(post_id=post.pk, visibility=Visibility.HIDDEN, actor_id=None)
        transaction.set_rollback(True)

    assert state() == before


@pytest.mark.redis
def test_in_redis_one_process_sees_what_another_took_away(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = os.environ["TEST_REDIS_URL"]
    monkeypatch.setattr(content, "_clients", {})
    before = state()

    content.taken_away()
    monkeypatch.setattr(content, "_here", State(0, 0))  # another process knows nothing of it

    after = state()  # Redis is not ours alone: others may have moved it further
    assert after.version > before.version
    assert after.epoch > before.epoch


@pytest.mark.redis
def test_an_emptied_redis_never_comes_to_a_state_it_had(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = os.environ["TEST_REDIS_URL"]
    monkeypatch.setattr(content, "_clients", {})
    seen = []

    for move in (content.touch, content.taken_away, lambda: None):
        content._redis().delete(*content._KEYS)
        move()
        seen.append(state())

    assert len({found.version for found in seen}) == len({found.epoch for found in seen}) == 3


@pytest.mark.redis
def test_a_move_that_redis_did_not_take_is_made_good_with_the_next_question(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = os.environ["TEST_REDIS_URL"]
    monkeypatch.setattr(content, "_clients", {})
    monkeypatch.setattr(redis_away, "AWAY_S", 0.0)
    before = state()

    with monkeypatch.context() as broken:
        broken.setattr(content._redis(), "pipeline", None)
        content.taken_away()

    after = state()  # Redis is not ours alone: others may have moved it further
    assert after.version > before.version
    assert after.epoch > before.epoch
    after = state()  # Redis is not ours alone: others may have moved it further
    assert after.version > before.version
    assert after.epoch > before.epoch


def test_without_an_answer_of_redis_nothing_kept_may_be_shown(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    monkeypatch.setattr(content, "_clients", {})
    monkeypatch.setattr(content, "_owed", set())

    content.touch()

    assert asyncio.run(StateReader().read()) is None


@pytest.mark.redis
def test_requests_that_come_together_share_a_question(settings: Any, monkeypatch: Any) -> None:
    settings.REDIS_URL = os.environ["TEST_REDIS_URL"]
    monkeypatch.setattr(content, "_clients", {})
    asked = []

    async def together() -> None:
        reader = StateReader()
        mget = reader._redis().mget

        async def counted(keys: Any) -> Any:
            asked.append(keys)
            return await mget(keys)

        monkeypatch.setattr(reader._redis(), "mget", counted)
        await asyncio.gather(*(reader.read() for _ in range(20)))

    asyncio.run(together())

    assert len(asked) <= 2
