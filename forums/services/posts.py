"""Replying, and changing, deleting, hiding and restoring what was said."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.activity.log import record
from community.members.models import Member
from forums.activities import PostDeleted, PostEdited, PostHidden, PostPublished, PostRestored
from forums.cooking import slug_of, text_cook, title_clean
from forums.errors import EditConflict
from forums.locks import topic_lock
from forums.models import Draft, Post, PostEdit, Topic, TopicMember, Visibility
from forums.permissions import (
    post_delete_check,
    post_edit_check,
    post_hide_check,
    post_restore_check,
    reply_create_check,
)
from forums.services.answers import acceptance_withdraw
from forums.services.cooking import images_link
from forums.services.counters import category_topics_shift, post_added, post_shown
from forums.services.following import follow_automatically
from forums.services.tags import tag_names, tags_clean, tags_get, topic_tags_set
from forums.services.topics import topic_announce

GRACE = timedelta(minutes=5)
"""How long after writing an author may mend a few letters without an entry in the history."""
GRACE_LENGTH = 100
"""How many characters that may be."""


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

    Args:
        body: Markdown, at most 30,000 characters.
        language: of the text; the topic's unless told.
        submission_key: made once per form; sending the same one again returns the first post.
        occurred_at: aware; now unless told.
    Raises: Topic.DoesNotExist, Denied, Invalid. Queries: 10 or less, and 2 with pictures.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        topic = topic_lock(topic_id)
        reply_create_check(member, topic)
        if sent := _sent_before(member, submission_key):
            return sent
        post = Post.objects.create(
            topic=topic,
            number=topic.highest_number + 1,
            author=member,
            raw=body,
            cooked=cooked.html,
            cooker_version=cooked.version,
            language=language or topic.language,
            created_at=occurred_at or timezone.now(),
            submission_key=submission_key or None,
        )
        images_link(post, cooked)
        post_added(topic, post)
        follow_automatically(
            topic.pk,
            member.pk,
            level=TopicMember.Level.TRACKING,
            reason=TopicMember.Reason.REPLIED,
            read_to=post.number,
        )
        Draft.objects.filter(member=member, context=f"reply:{topic.pk}").delete()
        _tell(PostPublished, post, actor_id=member.pk, origin=origin, occurred_at=post.created_at)
    return post


def _sent_before(member: Member, submission_key: str | None) -> Post | None:
    """Return the reply an earlier sending of the same form made. Queries: 0 without a key, else 1."""
    if not submission_key:
        return None
    sent: Post | None = Post.objects.filter(author=member, submission_key=submission_key).first()
    return sent


def post_edit(
    *,
    member: Member,
    post_id: int,
    body: str,
    edit_number: int,
    title: str | None = None,
    tags: Iterable[str] | None = None,
    origin: str = "web",
) -> Post:
    """Change the text of a post and, with number 1, the title and tags of its topic; the earlier text is kept.

    Args:
        edit_number: the post's when the member opened it.
        title, tags: None leaves them; ignored but for number 1.
    Raises: Post.DoesNotExist, Denied, Invalid; EditConflict with both texts when somebody changed it meanwhile.
    Idempotent: yes, a text that changes nothing is not an edit. Queries: 15 or less.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        post = _post_lock(post_id)
        topic = post.topic
        post_edit_check(member, post)
        new_title = title_clean(title) if title is not None and post.number == 1 else topic.title
        wanted = tags_clean(tags) if tags is not None and post.number == 1 else dict(topic.tag_names)
        if (body, new_title, wanted.keys()) == (post.raw, topic.title, dict(topic.tag_names).keys()):
            return post
        if edit_number != post.edit_number:
            raise EditConflict(mine=body, theirs=post.raw, edit_number=post.edit_number, title=topic.title)
        if not _in_grace(member, post, body) or new_title != topic.title:
            _history_keep(member, post)
        post.raw, post.cooked, post.cooker_version = body, cooked.html, cooked.version
        post.edit_number += 1
        post.save(update_fields=["raw", "cooked", "cooker_version", "edit_number", "edited_at"])
        images_link(post, cooked)
        if post.number == 1:
            _topic_rename(topic, new_title, wanted)
        Draft.objects.filter(member=member, context=f"edit:{post.pk}").delete()
        payload = PostEdited(
            topic_id=topic.pk, number=post.number, author_id=post.author_id, edit_number=post.edit_number
        )
        record(payload, subject_id=post.pk, actor_id=member.pk, origin=origin)
    return post


def _in_grace(member: Member, post: Post, body: str) -> bool:
    """Tell whether an author mends a few letters of what they just wrote."""
    return (
        member.pk == post.author_id
        and timezone.now() - post.created_at < GRACE
        and _changed_length(post.raw, body) < GRACE_LENGTH
    )


def _changed_length(old: str, new: str) -> int:
    """Return the length of what differs: both texts without their common beginning and end, the longer one."""
    start, shorter = 0, min(len(old), len(new))
    while start < shorter and old[start] == new[start]:
        start += 1
    end = 0
    while end < shorter - start and old[-1 - end] == new[-1 - end]:
        end += 1
    return max(len(old), len(new)) - start - end


def _history_keep(member: Member, post: Post) -> None:
    """Keep the text as it stands before `member` replaces it. Queries: 1."""
    post.edited_at = timezone.now()
    PostEdit.objects.create(
        post=post,
        edit_number=post.edit_number,
        editor=member,
        title=post.topic.title if post.number == 1 else "",
        raw=post.raw,
        created_at=post.edited_at,
    )


def _topic_rename(topic: Topic, title: str, wanted: dict[str, str]) -> None:
    """Give a locked topic its new title and tags. Queries: 0 when nothing changed, 6 or less."""
    if wanted.keys() != dict(topic.tag_names).keys():
        tags = tags_get(topic.category.site_id, wanted)
        topic_tags_set(topic, tags)
        topic.tag_names = tag_names(tags)
    elif title == topic.title:
        return
    topic.title, topic.slug = title, slug_of(title)
    topic.save(update_fields=["title", "slug", "tag_names"])


def post_delete(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Delete a post: nobody but those who oversee sees it, its number stays taken. With number 1, the topic.

    Raises: Post.DoesNotExist, Denied. Idempotent: yes. Queries: 13 or less.
    """
    with transaction.atomic():
        post = _post_lock(post_id)
        post_delete_check(member, post)
        return _visibility_set(post, Visibility.DELETED, actor_id=member.pk, origin=origin)


def post_hide(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Hide a post, with number 1 the topic. Raises: Post.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        post = _post_lock(post_id)
        post_hide_check(member, post)
        return _visibility_set(post, Visibility.HIDDEN, actor_id=member.pk, origin=origin)


def post_restore(*, member: Member, post_id: int, origin: str = "web") -> Post:
    """Bring back a hidden, held or deleted post. Raises: Post.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        post = _post_lock(post_id)
        post_restore_check(member, post)
        return _visibility_set(post, Visibility.VISIBLE, actor_id=member.pk, origin=origin)


def post_visibility_set(*, post_id: int, visibility: str, actor_id: int | None, origin: str = "web") -> Post:
    """Hide, delete or show a post for callers that have checked, or are the system. Raises: Post.DoesNotExist.

    Idempotent: yes.
    """
    with transaction.atomic():
        return _visibility_set(_post_lock(post_id), Visibility(visibility), actor_id=actor_id, origin=origin)


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
    if before == Visibility.HELD and by:
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
    if post.number == 1:
        topic_announce(topic, post, actor_id=topic.author_id, origin=origin)
    else:
        _tell(PostPublished, post, actor_id=post.author_id, origin=origin, occurred_at=post.created_at)


def _post_lock(post_id: int) -> Post:
    """Lock the topic of a post and load both. Raises: Post.DoesNotExist. Queries: 3."""
    topic_id = Post.objects.values_list("topic_id", flat=True).get(pk=post_id)
    topic = topic_lock(topic_id)
    post = Post.objects.get(pk=post_id)
    post.topic = topic
    return post


def _tell(payload: type, post: Post, *, actor_id: int | None, origin: str, occurred_at: datetime | None = None) -> None:
    record(
        payload(topic_id=post.topic_id, number=post.number, author_id=post.author_id),
        subject_id=post.pk,
        actor_id=actor_id,
        origin=origin,
        occurred_at=occurred_at,
    )
