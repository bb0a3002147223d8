"""Replying, and deleting, hiding and restoring what was said."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.activity.screening import Verdict, noted
from community.members.models import Member
from community.members.visibility import visibility_of
from community.members.writing import text_cook
from forums.activities import PostDeleted, PostHidden, PostPublished, PostRestored
from forums.locks import post_lock, topic_lock
from forums.models import Draft, Post, Topic, TopicMember, Visibility
from forums.permissions import (
    post_delete_check,
    post_hide_check,
    post_restore_check,
    reply_create_check,
)
from forums.services.answers import acceptance_withdraw
from forums.services.cooking import links_keep
from forums.services.counters import category_topics_shift, post_added, post_shown
from forums.services.following import follow_automatically
from forums.services.screening import held_tell, text_judge
from forums.services.topics import topic_announce


def reply_create(
    *,
    member: Member,
    topic_id: int,
    body: str,
    language: str = "",
    submission_key: str | None = None,
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> Post:
    """Reply to a topic: the next number, the counters, the state, one activity; the reply's draft ends.

    A reply that does not pass screening is held: it has its number, and counts from the day it is approved.

    Args:
        body: Markdown, at most 30,000 characters.
        language: of the text; the topic's unless told.
        submission_key: made once per form; sending the same one again returns the first post.
        occurred_at: aware; now unless told.
    Raises: Topic.DoesNotExist, Denied, Invalid. Queries: 14 or less, and 2 with pictures.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        topic = topic_lock(topic_id)
        reply_create_check(member, topic)
        if sent := _sent_before(member, submission_key):
            return sent
        verdict = text_judge(member=member, site_id=topic.site_id, body=body, cooked=cooked, origin=origin)
        post = Post.objects.create(
            topic=topic,
            number=topic.highest_number + 1,
            author=member,
            raw=body,
            cooked=cooked.html,
            cooker_version=cooked.version,
            language=language or topic.language,
            **visibility_of(verdict),
            created_at=occurred_at or timezone.now(),
            submission_key=submission_key or None,
        )
        links_keep(post, cooked)
        noted(verdict, subject_id=post.pk)
        post_added(topic, post)
        tracking, replied = TopicMember.Level.TRACKING, TopicMember.Reason.REPLIED
        follow_automatically(topic.pk, member.pk, level=tracking, reason=replied, read_to=post.number)
        Draft.objects.filter(member=member, context=f"reply:{topic.pk}").delete()
        _reply_tell(post, verdict, origin=origin)
    return post


def _reply_tell(post: Post, verdict: Verdict, *, origin: str) -> None:
    """Record that a new reply is visible, or that it waits."""
    if verdict.passes:
        _tell(PostPublished, post, actor_id=post.author_id, origin=origin, occurred_at=post.created_at)
    else:
        held_tell(post, verdict, origin=origin)


def _sent_before(member: Member, submission_key: str | None) -> Post | None:
    """Return the reply an earlier sending of the same form made. Queries: 0 without a key, else 1."""
    if not submission_key:
        return None
    sent: Post | None = Post.objects.filter(author=member, submission_key=submission_key).first()
    return sent


def post_delete(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Delete a post: nobody but those who oversee sees it, its number stays taken. With number 1, the topic.

    Raises: Post.DoesNotExist, Denied. Idempotent: yes. Queries: 13 or less.
    """
    with transaction.atomic():
        post = post_lock(post_id)
        post_delete_check(member, post)
        return _visibility_set(post, Visibility.DELETED, actor_id=member.pk, origin=origin)


def post_hide(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Hide a post, with number 1 the topic. Raises: Post.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        post = post_lock(post_id)
        post_hide_check(member, post)
        return _visibility_set(post, Visibility.HIDDEN, actor_id=member.pk, origin=origin)


def post_restore(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Bring back a hidden, held or deleted post. Raises: Post.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        post = post_lock(post_id)
        post_restore_check(member, post)
        return _visibility_set(post, Visibility.VISIBLE, actor_id=member.pk, origin=origin)


def post_visibility_set(*, post_id: int, visibility: str, actor_id: int | None, origin: str = "web") -> Post:
    """Hide, delete or show a post for callers that have checked, or are the system. Raises: Post.DoesNotExist.

    Idempotent: yes.
    """
    with transaction.atomic():
        return _visibility_set(post_lock(post_id), Visibility(visibility), actor_id=actor_id, origin=origin)


def _visibility_set(post: Post, visibility: Visibility, *, actor_id: int | None, origin: str) -> Post:
    """Move a locked post between visible, hidden, held and deleted, with all that hangs on it."""
    before, topic = post.visibility, post.topic
    if before == visibility:
        return post
    post.visibility = visibility
    post.save(update_fields=["visibility"])
    by = (visibility == Visibility.VISIBLE) - (before == Visibility.VISIBLE)
    if post.number == 1:
        topic.visibility = visibility
        if by:
            category_topics_shift(topic.category_id, by)
    if by < 0 and topic.accepted_post_id == post.pk:
        acceptance_withdraw(topic, actor_id=actor_id, origin=origin)
    post_shown(topic, post, by=by)
    if by > 0 and post.is_unseen:
        _publish_held(topic, post, origin=origin)
    elif by > 0:
        _tell(PostRestored, post, actor_id=actor_id, origin=origin)
    elif visibility == Visibility.DELETED:
        _tell(PostDeleted, post, actor_id=actor_id, origin=origin)
    elif by < 0:
        _tell(PostHidden, post, actor_id=actor_id, origin=origin)
    return post


def _publish_held(topic: Topic, post: Post, *, origin: str) -> None:
    """Tell the log what it was not told while the post was held; who did it is the author, not who let it through."""
    post.is_unseen = False
    post.save(update_fields=["is_unseen"])
    if post.number == 1:
        topic_announce(topic, post, actor_id=topic.author_id, origin=origin)
    else:
        _tell(PostPublished, post, actor_id=post.author_id, origin=origin, occurred_at=post.created_at)


def _tell(payload: type, post: Post, *, actor_id: int | None, origin: str, occurred_at: datetime | None = None) -> None:
    record(
        payload(topic_id=post.topic_id, number=post.number, author_id=post.author_id),
        subject_id=post.pk,
        actor_id=actor_id,
        origin=origin,
        occurred_at=occurred_at,
    )
