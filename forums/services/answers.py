"""Accepting an answer, and taking that back."""

from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.members.models import Member
from forums.activities import AnswerAccepted, AnswerUnaccepted
from forums.locks import topic_lock
from forums.models import Post, Topic
from forums.permissions import answer_accept_check, answer_unaccept_check
from forums.services.counters import topic_state_now


def answer_accept(*, member: Member, post_id: int, origin: str = "web") -> Topic:
    """Make a post the answer of its question, instead of another one if there is one.

    Raises: Post.DoesNotExist, Denied. Idempotent: yes. Queries: 9 or less.
    """
    with transaction.atomic():
        topic_id = Post.objects.values_list("topic_id", flat=True).get(pk=post_id)
        topic = topic_lock(topic_id)
        post = Post.objects.get(pk=post_id)
        post.topic = topic
        answer_accept_check(member, post)
        if topic.accepted_post_id == post.pk:
            return topic
        if topic.accepted_post_id:
            _tell_withdrawn(topic, actor_id=member.pk, origin=origin)
        topic.accepted_post, topic.accepted_at = post, timezone.now()
        _save(topic)
        payload = AnswerAccepted(topic_id=topic.pk, author_id=post.author_id, asker_id=topic.author_id)
        record(payload, subject_id=post.pk, actor_id=member.pk, origin=origin)
    return topic


def answer_unaccept(*, member: Member, topic_id: int, origin: str = "web") -> Topic:
    """Take the acceptance back; the question is what it was before. Raises: Topic.DoesNotExist, Denied.

    Idempotent: yes. Queries: 5 or less.
    """
    with transaction.atomic():
        topic = topic_lock(topic_id)
        answer_unaccept_check(member, topic)
        acceptance_withdraw(topic, actor_id=member.pk, origin=origin)
    return topic


def acceptance_withdraw(topic: Topic, *, actor_id: int | None, origin: str) -> None:
    """Take the acceptance of a locked topic back, if there is one. Queries: 4 or 0."""
    if topic.accepted_post_id is None:
        return
    _tell_withdrawn(topic, actor_id=actor_id, origin=origin)
    topic.accepted_post, topic.accepted_at = None, None
    _save(topic)


def _save(topic: Topic) -> None:
    topic.state = topic_state_now(topic)
    topic.save(update_fields=["accepted_post", "accepted_at", "state"])


def _tell_withdrawn(topic: Topic, *, actor_id: int | None, origin: str) -> None:
    post_id, author_id = Post.objects.values_list("pk", "author_id").get(pk=topic.accepted_post_id or 0)
    payload = AnswerUnaccepted(topic_id=topic.pk, author_id=author_id, asker_id=topic.author_id)
    record(payload, subject_id=post_id, actor_id=actor_id, origin=origin)
