"""Changing the words of an idea or a comment; a change that does not pass screening waits while the old ones stay."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.activity.screening import Verdict, change_hold, noted
from community.core.errors import Conflict, EditConflict
from community.core.markup import Cooked
from community.members.models import Member
from community.members.writing import text_cook, title_clean
from ideas.activities import CommentEdited, IdeaEdited
from ideas.cooking import body_cook, slug_of
from ideas.locks import comment_lock, idea_lock
from ideas.models import Comment, Idea, Visibility
from ideas.permissions import comment_edit_check, idea_edit_check, visibility_change_check
from ideas.services.screening import COMMENT, IDEA, text_judge


def idea_edit(*, member: Member, idea_id: int, title: str, body: str, edit_number: int, origin: str = "web") -> Idea:
    """Change the words of an idea.

    A change that does not pass screening waits for review, and the idea stays as it is (`change_waits` says so). What
    is held itself is changed at once and keeps waiting.

    Args:
        edit_number: the idea's when the member opened it.
    Raises: Idea.DoesNotExist, Denied, Invalid; EditConflict with both texts when somebody changed it meanwhile.
    Idempotent: yes, words that change nothing are not an edit. Queries: 13 or less, 18 for a change that waits.
    """
    shown, cooked = title_clean(title), body_cook(body)
    with transaction.atomic():
        idea = idea_lock(idea_id)
        idea_edit_check(member, idea)
        if (idea.title, idea.raw) == (shown, body):
            return idea
        if edit_number != idea.edit_number:
            raise EditConflict(mine=body, theirs=idea.raw, edit_number=idea.edit_number, title=idea.title)
        verdict = _judged(
            idea, member=member, site_id=idea.site_id, text=f"{shown}\n{body}", html=cooked, origin=origin
        )
        if _stands(idea, verdict):
            _idea_rewrite(idea, shown, body, cooked, edit_number=edit_number + 1, actor_id=member.pk, origin=origin)
            return idea
    _change_wait(verdict, idea, {"title": shown, "body": body, "edit_number": edit_number})
    return idea


def comment_edit(*, member: Member, comment_id: int, body: str, edit_number: int, origin: str = "web") -> Comment:
    """Change the text of a comment; otherwise as `idea_edit`.

    Raises: Comment.DoesNotExist, Denied, Invalid, EditConflict. Idempotent: yes. Queries: 13 or less, 18 for a change
    that waits.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        comment = comment_lock(comment_id)
        comment_edit_check(member, comment)
        if comment.raw == body:
            return comment
        if edit_number != comment.edit_number:
            raise EditConflict(mine=body, theirs=comment.raw, edit_number=comment.edit_number)
        verdict = _judged(comment, member=member, site_id=comment.idea.site_id, text=body, html=cooked, origin=origin)
        if _stands(comment, verdict):
            _comment_rewrite(comment, body, cooked, edit_number=edit_number + 1, actor_id=member.pk, origin=origin)
            return comment
    _change_wait(verdict, comment, {"body": body, "edit_number": edit_number})
    return comment


def _judged(thing: Idea | Comment, *, member: Member, site_id: int, text: str, html: Cooked, origin: str) -> Verdict:
    kind = IDEA if isinstance(thing, Idea) else COMMENT
    return text_judge(
        kind=kind, member=member, site_id=site_id, text=text, cooked=html, subject_id=thing.pk, origin=origin
    )


def _stands(thing: Idea | Comment, verdict: Verdict) -> bool:
    """Tell whether a change is made at once, and remember that it was judged when it is."""
    if not verdict.passes and thing.visibility != Visibility.HELD:
        return False
    noted(verdict, subject_id=thing.pk)
    return True


def _change_wait(verdict: Verdict, thing: Idea | Comment, change: Mapping[str, object]) -> None:
    """Let a change wait: apart from the lock of its thing, because a review is locked before a thing, never after."""
    with transaction.atomic():
        change_hold(verdict, subject_id=thing.pk, change=change)
    thing.change_waits = True


def _idea_rewrite(
    idea: Idea, title: str, body: str, cooked: Cooked, *, edit_number: int, actor_id: int | None, origin: str = "web"
) -> None:
    """Give a locked idea its words and another edit number; tell the log when others read it."""
    idea.title, idea.slug, idea.raw = title, slug_of(title), body
    idea.cooked, idea.cooker_version = cooked.html, cooked.version
    idea.edit_number = edit_number
    idea.save(update_fields=["title", "slug", "raw", "cooked", "cooker_version", "edit_number"])
    if idea.visibility == Visibility.VISIBLE:
        payload = IdeaEdited(author_id=idea.author_id, edit_number=idea.edit_number)
        record(payload, subject_id=idea.pk, actor_id=actor_id, origin=origin)


def _comment_rewrite(
    comment: Comment, body: str, cooked: Cooked, *, edit_number: int, actor_id: int | None, origin: str = "web"
) -> None:
    """Give a locked comment its text and another edit number; tell the log when others read it."""
    comment.raw, comment.cooked, comment.cooker_version = body, cooked.html, cooked.version
    comment.edit_number = edit_number
    comment.save(update_fields=["raw", "cooked", "cooker_version", "edit_number"])
    if comment.visibility == Visibility.VISIBLE:
        payload = CommentEdited(
            idea_id=comment.idea_id,
            number=comment.number,
            author_id=comment.author_id,
            edit_number=comment.edit_number,
        )
        record(payload, subject_id=comment.pk, actor_id=actor_id, origin=origin)


def idea_revise(*, actor: Member, idea_id: int, body: str, origin: str = "web") -> None:
    """Replace the text below the sentence as a moderator does, whatever its state. Raises: Idea.DoesNotExist, Denied,
    Invalid. Idempotent: yes.
    """
    cooked = body_cook(body)
    with transaction.atomic():
        idea = idea_lock(idea_id)
        visibility_change_check(actor, idea)
        if idea.raw != body:
            number = idea.edit_number + 1
            _idea_rewrite(idea, idea.title, body, cooked, edit_number=number, actor_id=actor.pk, origin=origin)


def comment_revise(*, actor: Member, comment_id: int, body: str, origin: str = "web") -> None:
    """Replace the text of a comment as a moderator does. Raises: Comment.DoesNotExist, Denied, Invalid.

    Idempotent: yes.
    """
    cooked = text_cook(body)
    with transaction.atomic():
        comment = comment_lock(comment_id)
        visibility_change_check(actor, comment)
        if comment.raw != body:
            number = comment.edit_number + 1
            _comment_rewrite(comment, body, cooked, edit_number=number, actor_id=actor.pk, origin=origin)


def idea_change_apply(*, idea_id: int, change: Mapping[str, Any], author_id: int) -> dict[str, Any]:
    """Make a change that waited, as its author; return what `idea_change_revert` needs.

    Raises: Idea.DoesNotExist, Invalid; Conflict when the idea was changed meanwhile.
    """
    cooked = body_cook(change["body"])
    with transaction.atomic():
        idea = idea_lock(idea_id)
        _unchanged_check(idea, change["edit_number"])
        before = {"title": idea.title, "body": idea.raw, "edit_number": idea.edit_number}
        title, number = title_clean(change["title"]), idea.edit_number + 1
        _idea_rewrite(idea, title, change["body"], cooked, edit_number=number, actor_id=author_id)
    return before


def idea_change_revert(*, idea_id: int, previous: Mapping[str, Any]) -> None:
    """Undo that: the earlier words are back, with their number. Raises: Idea.DoesNotExist, Conflict."""
    with transaction.atomic():
        idea = idea_lock(idea_id)
        _unchanged_check(idea, previous["edit_number"] + 1)
        body, number = previous["body"], previous["edit_number"]
        _idea_rewrite(idea, previous["title"], body, body_cook(body), edit_number=number, actor_id=None)


def comment_change_apply(*, comment_id: int, change: Mapping[str, Any], author_id: int) -> dict[str, Any]:
    """Make a change that waited, as its author; return what `comment_change_revert` needs.

    Raises: Comment.DoesNotExist, Invalid; Conflict when the comment was changed meanwhile.
    """
    cooked = text_cook(change["body"])
    with transaction.atomic():
        comment = comment_lock(comment_id)
        _unchanged_check(comment, change["edit_number"])
        before = {"body": comment.raw, "edit_number": comment.edit_number}
        number = comment.edit_number + 1
        _comment_rewrite(comment, change["body"], cooked, edit_number=number, actor_id=author_id)
    return before


def comment_change_revert(*, comment_id: int, previous: Mapping[str, Any]) -> None:
    """Undo that: the earlier text is back, with its number. Raises: Comment.DoesNotExist, Conflict."""
    with transaction.atomic():
        comment = comment_lock(comment_id)
        _unchanged_check(comment, previous["edit_number"] + 1)
        body, number = previous["body"], previous["edit_number"]
        _comment_rewrite(comment, body, text_cook(body), edit_number=number, actor_id=None)


def _unchanged_check(thing: Idea | Comment, edit_number: int) -> None:
    if thing.edit_number != edit_number:
        raise Conflict(_("It was changed since; its author has to make this change again."))
