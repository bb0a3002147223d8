"""Asking a question, starting a discussion, closing a topic."""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.activity.screening import Verdict, noted
from community.core.errors import Invalid
from community.core.markup import Cooked
from community.members.models import Member
from community.members.writing import text_cook, title_clean
from forums.activities import PostPublished, TopicAsked, TopicClosed, TopicReopened, TopicStarted
from forums.cooking import slug_of
from forums.locks import topic_lock
from forums.models import Category, Draft, Post, Tag, Topic, TopicMember, TopicTag, Visibility
from forums.permissions import topic_close_check, topic_create_check
from forums.services.cooking import links_keep
from forums.services.counters import category_topics_shift
from forums.services.following import follow_automatically
from forums.services.screening import held_tell, text_judge
from forums.services.tags import tag_names, tags_clean, tags_get
from forums.states import Kind, state_of


def topic_ask(
    *,
    member: Member,
    category: Category,
    title: str,
    body: str,
    tags: Iterable[str] = (),
    language: str = "",
    submission_key: str | None = None,
    draft_context: str = "",
    help_id: int = 0,
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> Topic:
    """Ask a question.

    Args:
        body: Markdown, at most 30,000 characters.
        tags: at most five names.
        language: of the text; the category's unless told.
        submission_key: made once per form; sending the same one again returns the first topic.
        draft_context: the draft that ends with this.
        help_id: what search calls the writing of it, for what became of its suggestions.
        occurred_at: aware; now unless told.
    Raises: Denied, Invalid. Queries: 16 or less.
    """
    if category.kind != Kind.QUESTION:
        raise Invalid(_("Questions cannot be asked in this category."), field="category")
    return _topic_create(**locals())


def topic_start(
    *,
    member: Member,
    category: Category,
    title: str,
    body: str,
    tags: Iterable[str] = (),
    language: str = "",
    submission_key: str | None = None,
    draft_context: str = "",
    help_id: int = 0,
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> Topic:
    """Start a discussion; everything else as `topic_ask`."""
    if category.kind != Kind.DISCUSSION:
        raise Invalid(_("Discussions cannot be started in this category."), field="category")
    return _topic_create(**locals())


def _topic_create(
    *,
    member: Member,
    category: Category,
    title: str,
    body: str,
    tags: Iterable[str],
    language: str,
    submission_key: str | None,
    draft_context: str,
    help_id: int,
    origin: str,
    occurred_at: datetime | None,
) -> Topic:
    topic_create_check(member, category)
    shown, wanted, cooked = title_clean(title), tags_clean(tags), text_cook(body)
    at = occurred_at or timezone.now()
    try:
        with transaction.atomic():
            words, site_id = (shown, *wanted.values()), category.site_id
            verdict = text_judge(member=member, site_id=site_id, body=body, words=words, cooked=cooked, origin=origin)
            tags_known, held = tags_get(category.site_id, wanted), not verdict.passes
            topic = _topic_insert(member, category, shown, tags_known, language, at, held=held)
            post = _first_post(topic, body, cooked, submission_key)
            noted(verdict, subject_id=post.pk)
            _publish(topic, post, verdict, origin=origin, help_id=help_id)
            if draft_context:
                Draft.objects.filter(member=member, context=draft_context).delete()
    except (IntegrityError, Invalid):  # the key may be taken: this form was sent before, or is being sent just now
        sent = Post.objects.filter(author=member, submission_key=submission_key or "", number=1)
        first: Post | None = sent.select_related("topic__category").first()
        if first is None:
            raise
        return first.topic
    return topic


def _topic_insert(
    member: Member, category: Category, title: str, tags: list[Tag], language: str, at: datetime, *, held: bool
) -> Topic:
    """Store a topic; one that is held has no visible post yet."""
    topic = Topic.objects.create(
        site_id=category.site_id,
        category=category,
        author=member,
        title=title,
        slug=slug_of(title),
        kind=category.kind,
        state=state_of(kind=category.kind, accepted=False, escalated=False, answers=0),
        language=language or category.language,
        tag_names=tag_names(tags),
        asked_at=at,
        bumped_at=at,
        highest_number=1,
        visibility=Visibility.HELD if held else Visibility.VISIBLE,
        post_count=0 if held else 1,
        last_post_number=0 if held else 1,
        last_post_at=None if held else at,
        last_post_author=None if held else member,
    )
    TopicTag.objects.bulk_create(TopicTag(topic=topic, tag=tag) for tag in tags)
    return topic


def _first_post(topic: Topic, body: str, cooked: Cooked, submission_key: str | None) -> Post:
    post = Post.objects.create(
        topic=topic,
        number=1,
        author=topic.author,
        raw=body,
        cooked=cooked.html,
        cooker_version=cooked.version,
        language=topic.language,
        visibility=topic.visibility,
        is_unseen=topic.visibility == Visibility.HELD,
        created_at=topic.asked_at,
        submission_key=submission_key or None,
    )
    links_keep(post, cooked)
    return post


def _publish(topic: Topic, post: Post, verdict: Verdict, *, origin: str, help_id: int) -> None:
    """Make the author of a new topic watch it; count it and tell the log, or tell moderation that it is held."""
    follow_automatically(
        topic.pk, topic.author_id, level=TopicMember.Level.WATCHING, reason=TopicMember.Reason.AUTHOR, read_to=1
    )
    if verdict.passes:
        category_topics_shift(topic.category_id, 1)
        topic_announce(topic, post, actor_id=topic.author_id, origin=origin, help_id=help_id)
    else:
        held_tell(post, verdict, origin=origin, help_id=help_id)


def topic_announce(topic: Topic, post: Post, *, actor_id: int | None, origin: str, help_id: int = 0) -> None:
    """Record that a topic and its first post became visible. Queries: 4."""
    begun = TopicAsked if topic.kind == Kind.QUESTION else TopicStarted
    record(
        begun(category_id=topic.category_id, author_id=topic.author_id, help_id=help_id),
        subject_id=topic.pk,
        actor_id=actor_id,
        origin=origin,
        occurred_at=topic.asked_at,
    )
    record(
        PostPublished(topic_id=topic.pk, number=1, author_id=post.author_id),
        subject_id=post.pk,
        actor_id=actor_id,
        origin=origin,
        occurred_at=post.created_at,
    )


def topic_close(*, member: Member, topic_id: int, origin: str = "web") -> Topic:
    """Close a topic: only staff may still reply. Raises: Topic.DoesNotExist, Denied. Idempotent: yes."""
    return _closed_set(member, topic_id, closed=True, origin=origin)


def topic_reopen(*, member: Member, topic_id: int, origin: str = "web") -> Topic:
    """Open a closed topic again. Raises: Topic.DoesNotExist, Denied. Idempotent: yes."""
    return _closed_set(member, topic_id, closed=False, origin=origin)


def _closed_set(member: Member, topic_id: int, *, closed: bool, origin: str) -> Topic:
    with transaction.atomic():
        topic = topic_lock(topic_id)
        topic_close_check(member, topic)
        if (topic.closed_at is not None) != closed:
            topic.closed_at = timezone.now() if closed else None
            Topic.objects.filter(pk=topic.pk).update(closed_at=topic.closed_at)
            payload = TopicClosed if closed else TopicReopened
            record(payload(category_id=topic.category_id), subject_id=topic.pk, actor_id=member.pk, origin=origin)
    return topic
