"""Commenting, and deleting, hiding and restoring what was said."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from community.activity.log import record
from community.activity.screening import Verdict, noted
from community.members.models import Member
from community.members.visibility import visibility_of
from community.members.writing import text_cook
from ideas.activities import (
    CommentDeleted,
    CommentHeld,
    CommentHidden,
    CommentPublished,
    CommentRestored,
)
from ideas.locks import comment_lock, idea_lock
from ideas.models import Comment, Idea, IdeaFollow, Visibility
from ideas.permissions import (
    comment_create_check,
    comment_delete_check,
    visibility_change_check,
)
from ideas.services.following import follow_automatically
from ideas.services.screening import COMMENT, text_judge


def comment_create(
    *,
    member: Member,
    idea_id: int,
    body: str,
    language: str = "",
    submission_key: str | None = None,
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> Comment:
    """Comment on an idea, and hear of it from then on.

    A comment that does not pass screening is held: it has its number, and counts from the day it is approved.

    Args:
        body: Markdown, at most 30,000 characters.
        language: of the text; the idea's unless told.
        submission_key: made once per form; sending the same one again returns the first comment.
        occurred_at: aware; now unless told.
    Raises: Idea.DoesNotExist, Denied, Invalid. Queries: 11 or less.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        idea = idea_lock(idea_id)
        comment_create_check(member, idea)
        if sent := _sent_before(member, submission_key):
            return sent
        verdict = text_judge(kind=COMMENT, member=member, site_id=idea.site_id, text=body, cooked=cooked, origin=origin)
        comment = Comment.objects.create(
            idea=idea,
            number=idea.highest_number + 1,
            author=member,
            raw=body,
            cooked=cooked.html,
            cooker_version=cooked.version,
            language=language or idea.language,
            created_at=occurred_at or timezone.now(),
            submission_key=submission_key or None,
            **visibility_of(verdict),
        )
        noted(verdict, subject_id=comment.pk)
        Idea.objects.filter(pk=idea.pk).update(
            highest_number=comment.number, comment_count=F("comment_count") + int(verdict.passes)
        )
        follow_automatically(idea.pk, member.pk, reason=IdeaFollow.Reason.COMMENTED)
        _begin(comment, verdict, origin=origin)
    return comment


def _sent_before(member: Member, submission_key: str | None) -> Comment | None:
    """Return the comment an earlier sending of the same form made. Queries: 0 without a key, else 1."""
    if not submission_key:
        return None
    sent: Comment | None = Comment.objects.filter(author=member, submission_key=submission_key).first()
    return sent


def _begin(comment: Comment, verdict: Verdict, *, origin: str) -> None:
    """Record that a new comment is visible, or that it waits."""
    if verdict.passes:
        _tell(CommentPublished, comment, actor_id=comment.author_id, origin=origin, occurred_at=comment.created_at)
        return
    held = CommentHeld(
        idea_id=comment.idea_id, number=comment.number, author_id=comment.author_id, reasons=tuple(verdict.reasons)
    )
    at = comment.created_at
    record(held, subject_id=comment.pk, actor_id=comment.author_id, origin=origin, occurred_at=at)


def comment_delete(*, member: Member, comment_id: int, origin: str = "web") -> Comment:
    """Delete a comment; its number stays taken. Raises: Comment.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        comment = comment_lock(comment_id)
        comment_delete_check(member, comment)
        return _visibility_set(comment, Visibility.DELETED, actor_id=member.pk, origin=origin)


def comment_hide(*, member: Member, comment_id: int, origin: str = "web") -> Comment:
    """Hide a comment. Raises: Comment.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        comment = comment_lock(comment_id)
        visibility_change_check(member, comment)
        return _visibility_set(comment, Visibility.HIDDEN, actor_id=member.pk, origin=origin)


def comment_restore(*, member: Member, comment_id: int, origin: str = "web") -> Comment:
    """Bring back a hidden, held or deleted comment. Raises: Comment.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        comment = comment_lock(comment_id)
        visibility_change_check(member, comment)
        return _visibility_set(comment, Visibility.VISIBLE, actor_id=member.pk, origin=origin)


def comment_visibility_set(*, comment_id: int, visibility: str, actor_id: int | None, origin: str = "web") -> Comment:
    """Hide, hold or show a comment for callers that have checked, or are the system. Raises: Comment.DoesNotExist.

    Idempotent: yes.
    """
    with transaction.atomic():
        return _visibility_set(comment_lock(comment_id), Visibility(visibility), actor_id=actor_id, origin=origin)


def _visibility_set(comment: Comment, visibility: Visibility, *, actor_id: int | None, origin: str) -> Comment:
    before, unseen = comment.visibility, comment.is_unseen
    if before == visibility:
        return comment
    by = (visibility == Visibility.VISIBLE) - (before == Visibility.VISIBLE)
    comment.visibility, comment.is_unseen = visibility, unseen and by <= 0
    comment.save(update_fields=["visibility", "is_unseen"])
    if by:
        Idea.objects.filter(pk=comment.idea_id).update(comment_count=F("comment_count") + by)
    if by > 0 and unseen:  # who did it is the author, not who let it through
        at = comment.created_at
        _tell(CommentPublished, comment, actor_id=comment.author_id, origin=origin, occurred_at=at)
    elif by > 0:
        _tell(CommentRestored, comment, actor_id=actor_id, origin=origin)
    elif visibility == Visibility.DELETED:
        _tell(CommentDeleted, comment, actor_id=actor_id, origin=origin)
    elif by < 0:
        _tell(CommentHidden, comment, actor_id=actor_id, origin=origin)
    return comment


def _tell(
    payload: type, comment: Comment, *, actor_id: int | None, origin: str, occurred_at: datetime | None = None
) -> None:
    record(
        payload(idea_id=comment.idea_id, number=comment.number, author_id=comment.author_id),
        subject_id=comment.pk,
        actor_id=actor_id,
        origin=origin,
        occurred_at=occurred_at,
    )
