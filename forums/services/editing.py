"""Changing what was said; a change that does not pass screening waits while the old text stays."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.activity.screening import change_hold, noted
from community.core.errors import Conflict, EditConflict
from community.core.markup import Cooked
from community.members.models import Member
from community.members.writing import text_cook, title_clean
from forums.activities import PostEdited
from forums.cooking import slug_of
from forums.locks import post_lock
from forums.models import Draft, Post, PostEdit, Topic, Visibility
from forums.permissions import post_edit_check, post_restore_check
from forums.services.cooking import links_keep
from forums.services.screening import text_judge
from forums.services.tags import tag_names, tags_clean, tags_get, topic_tags_set

GRACE = timedelta(minutes=5)
"""How long after writing an author may mend a few letters without an entry in the history."""
GRACE_LENGTH = 100
"""How many characters that may be."""


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

    A change that does not pass screening waits for review, and the post stays as it is. What is held itself is
    changed at once and keeps waiting; nobody saw its earlier text, so that is not kept.

    Args:
        edit_number: the post's when the member opened it.
        title, tags: None leaves them; ignored but for number 1.
    Raises: Post.DoesNotExist, Denied, Invalid; EditConflict with both texts when somebody changed it meanwhile.
    Idempotent: yes, a text that changes nothing is not an edit. Queries: 18 or less.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        post = post_lock(post_id)
        topic = post.topic
        post_edit_check(member, post)
        text = _text(post, body, title, tags)
        if text.changes_nothing(post):
            return post
        if edit_number != post.edit_number:
            raise EditConflict(mine=body, theirs=post.raw, edit_number=post.edit_number, title=topic.title)
        words = (text.title, *text.tags.values()) if post.number == 1 else ()
        site_id = topic.site_id
        verdict = text_judge(
            member=member, site_id=site_id, body=body, words=words, cooked=cooked, post=post, origin=origin
        )
        drafts = Draft.objects.filter(member=member, context=f"edit:{post.pk}")
        if verdict.passes or post.visibility == Visibility.HELD:
            noted(verdict, subject_id=post.pk)
            _rewrite(member, post, text, cooked, origin=origin)
            drafts.delete()
            return post
    with transaction.atomic():  # not inside the first: a review is locked before a topic, never after it
        change_hold(verdict, subject_id=post.pk, change=text.as_change(post))
        drafts.delete()
    post.change_waits = True
    return post


@dataclass(frozen=True)
class Text:
    """What a post, and with number 1 its topic, shall say."""

    body: str
    title: str
    tags: dict[str, str]

    def changes_nothing(self, post: Post) -> bool:
        """Tell whether the post says this already."""
        tags = dict(post.topic.tag_names).keys()
        return (self.body, self.title, self.tags.keys()) == (post.raw, post.topic.title, tags)

    def as_change(self, post: Post) -> dict[str, object]:
        """Return it as `PostSubject.change_apply` takes it."""
        first = {"title": self.title, "tags": list(self.tags.values())} if post.number == 1 else {}
        return {"body": self.body, "edit_number": post.edit_number, **first}


def _text(post: Post, body: str, title: str | None, tags: Iterable[str] | None) -> Text:
    topic, first = post.topic, post.number == 1
    return Text(
        body=body,
        title=title_clean(title) if title is not None and first else topic.title,
        tags=tags_clean(tags) if tags is not None and first else dict(topic.tag_names),
    )


def _rewrite(
    member: Member, post: Post, text: Text, cooked: Cooked, *, origin: str, keep_history: bool = False
) -> None:
    """Give a locked post its new text; tell the log unless nobody may hear of the post yet."""
    topic, held = post.topic, post.visibility == Visibility.HELD
    if not held and (keep_history or text.title != topic.title or not _in_grace(member, post, text.body)):
        _history_keep(member, post)
    post.raw, post.cooked, post.cooker_version = text.body, cooked.html, cooked.version
    post.edit_number += 1
    post.save(update_fields=["raw", "cooked", "cooker_version", "edit_number", "edited_at"])
    links_keep(post, cooked)
    if post.number == 1:
        _topic_rename(topic, text.title, text.tags)
    if not held:
        _edited_tell(post, actor_id=member.pk, origin=origin)


def _edited_tell(post: Post, *, actor_id: int | None, origin: str) -> None:
    payload = PostEdited(
        topic_id=post.topic_id, number=post.number, author_id=post.author_id, edit_number=post.edit_number
    )
    record(payload, subject_id=post.pk, actor_id=actor_id, origin=origin)


def post_revise(*, actor: Member, post_id: int, body: str, origin: str = "web") -> None:
    """Replace the text of a post as a moderator does, whatever its state. Raises: Post.DoesNotExist, Denied, Invalid.

    Idempotent: yes.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        post = post_lock(post_id)
        post_restore_check(actor, post)
        text = _text(post, body, None, None)
        if not text.changes_nothing(post):
            _rewrite(actor, post, text, cooked, origin=origin)


def held_edit_apply(*, post_id: int, change: Mapping[str, Any], author_id: int) -> dict[str, Any]:
    """Make a change that waited for review, as its author; return what `held_edit_revert` needs.

    Raises: Post.DoesNotExist, Conflict when the post was changed meanwhile, Invalid. Queries: 18 or less.
    """
    cooked = text_cook(change["body"])
    author = Member.objects.get(pk=author_id)
    with transaction.atomic():
        post = post_lock(post_id)
        if post.edit_number != change["edit_number"]:
            raise Conflict(_("The post was changed since; its author has to make this change again."))
        before = {"edit_number": post.edit_number, "tags": [name for _slug, name in post.topic.tag_names]}
        text = _text(post, change["body"], change.get("title"), change.get("tags"))
        _rewrite(author, post, text, cooked, origin="web", keep_history=True)
    return before


def held_edit_revert(*, post_id: int, previous: Mapping[str, Any]) -> None:
    """Undo `held_edit_apply`: the earlier text is back, and the history holds neither.

    Raises: Post.DoesNotExist, Conflict when the post was changed since. Queries: 18 or less.
    """
    with transaction.atomic():
        post = post_lock(post_id)
        kept = PostEdit.objects.filter(post=post, edit_number=previous["edit_number"]).first()
        if kept is None or post.edit_number != kept.edit_number + 1:
            raise Conflict(_("The post was changed since."))
        cooked = text_cook(kept.raw)
        last = PostEdit.objects.filter(post=post, edit_number__lt=kept.edit_number).order_by("-edit_number").first()
        post.raw, post.cooked, post.cooker_version = kept.raw, cooked.html, cooked.version
        post.edit_number, post.edited_at = kept.edit_number, last.created_at if last else None
        post.save(update_fields=["raw", "cooked", "cooker_version", "edit_number", "edited_at"])
        links_keep(post, cooked)
        if post.number == 1:
            _topic_rename(post.topic, kept.title, tags_clean(previous["tags"]))
        kept.delete()
        _edited_tell(post, actor_id=None, origin="web")


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
