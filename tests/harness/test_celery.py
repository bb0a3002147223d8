"""A real Celery worker with its clock on a real Redis: all is delivered and sent once, whoever dies meanwhile."""

from pathlib import Path

import pytest

from community.activity.models import Activity, Delivery
from community.reputation.models import MemberTotal
from crm_sync.models import CrmDirty, Link, SandboxContact
from forums.models import Topic
from forums.services import answer_accept
from tests.factories.crm_sync import ConnectionFactory
from tests.factories.forums import PostFactory, TopicFactory
from tests.servers.celery import Broker, broker, celery_worker, kill_group, wait_for

__all__ = ["broker"]
pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]
SETTLED_WITHIN_S = 90
LEASE_S = 60
"""What a killed sender held is free again after so long."""


def all_is_settled() -> bool:
    """Nothing waits to be delivered, nothing about people waits to be sent."""
    return not Delivery.objects.exists() and not CrmDirty.objects.filter(kind="contact").exists()


def everybody_is_in_the_crm_once(topic: Topic) -> bool:
    """Each author of the topic, and nobody else, is one contact there."""
    authors = set(topic.posts.values_list("author_id", flat=True))
    linked = Link.objects.filter(kind="contact", state=Link.State.LINKED, object_id__in=authors)
    return linked.count() == SandboxContact.objects.count() == len(authors)


@pytest.mark.chaos
def test_the_clock_rings_and_the_worker_delivers_and_sends(broker: Broker, tmp_path: Path) -> None:
    """Nobody nudges here: this process knows of no broker, so what moves is moved by the beat."""
    ConnectionFactory()

    with celery_worker(broker, tmp_path):
        topic = TopicFactory()
        answer_accept(member=topic.author, post_id=PostFactory(topic=topic).pk)
        assert Activity.objects.count() >= 3

        assert wait_for(all_is_settled, SETTLED_WITHIN_S)
        assert everybody_is_in_the_crm_once(topic)
        assert MemberTotal.objects.filter(points__gt=0).exists()


@pytest.mark.chaos
def test_a_broker_that_dies_and_forgets_loses_nothing(broker: Broker, tmp_path: Path) -> None:
    ConnectionFactory()

    with celery_worker(broker, tmp_path) as worker:
        topic = TopicFactory()
        assert wait_for(all_is_settled, SETTLED_WITHIN_S)
        broker.kill()
        for _ in range(6):
            PostFactory(topic=topic)
        assert Delivery.objects.exists()
        assert worker.poll() is None
        broker.start()

        assert wait_for(all_is_settled, SETTLED_WITHIN_S)
        assert everybody_is_in_the_crm_once(topic)


@pytest.mark.chaos
def test_a_worker_that_is_killed_leaves_its_work_to_the_next(broker: Broker, tmp_path: Path) -> None:
    ConnectionFactory()

    with celery_worker(broker, tmp_path) as worker:
        topic = TopicFactory()
        for _ in range(6):
            PostFactory(topic=topic)
        wait_for(lambda: Link.objects.exists() or not Delivery.objects.exists(), 30)
        kill_group(worker)
    with celery_worker(broker, tmp_path):
        assert wait_for(all_is_settled, LEASE_S + SETTLED_WITHIN_S)

    assert everybody_is_in_the_crm_once(topic)
