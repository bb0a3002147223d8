"""Sharing an idea, taking it out of sight and bringing it back."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from community.activity.log import record
from community.activity.screening import Verdict, noted
from community.core.errors import Invalid
from community.core.markup import Cooked
from community.members.models import Member
from community.members.visibility import visibility_of
from community.members.writing import title_clean
from ideas.activities import (
    IdeaDeleted,
    IdeaHeld,
    IdeaHidden,
    IdeaRestored,
    IdeaShared,
    VoteCast,
)
from ideas.cooking import body_cook, slug_of
from ideas.locks import idea_lock
from ideas.models import Board, Idea, IdeaFollow, Status, Visibility
from ideas.permissions import idea_delete_check, idea_share_check, visibility_change_check
from ideas.services.counters import board_ideas_shift
from ideas.services.following import follow_automatically
from ideas.services.ledger import vote_add
from ideas.services.screening import IDEA, text_judge
from ideas.states import StatusKind


def idea_share(
    *,
    member: Member,
    board: Board,
    title: str,
    body: str = "",
    language: str = "",
    submission_key: str | None = None,
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> Idea:
    """Share an idea; its author votes for it and hears of it.

    An idea that does not pass screening is held: only its author and moderators see it until it is approved.

    Args:
        title: the idea in one sentence.
        body: Markdown, at most 30,000 characters; may be empty.
        language: of the text; the board's unless told.
        submission_key: made once per form; sending the same one again returns the first idea.
        occurred_at: aware; now unless told.
    Raises: Denied, Invalid. Queries: 17 or less.
    """
    idea_share_check(member, board)
    shown, cooked, at = title_clean(title), body_cook(body), occurred_at or timezone.now()
    try:
        with transaction.atomic():
            text = f"{shown}\n{body}"
            verdict = text_judge(
                kind=IDEA, member=member, site_id=board.site_id, text=text, cooked=cooked, origin=origin
            )
            values = {"language": language or board.language, "submission_key": submission_key or None}
            idea = _idea_insert(member, board, shown, body, cooked, at, **values, **visibility_of(verdict))
            noted(verdict, subject_id=idea.pk)
            vote_add(idea, member.pk, voted_at=at)
            follow_automatically(idea.pk, member.pk, reason=IdeaFollow.Reason.AUTHOR)
            _begin(idea, verdict, origin=origin)
    except (IntegrityError, Invalid):  # the key may be taken: this form was sent before, or is being sent just now
        sent: Idea | None = Idea.objects.filter(author=member, submission_key=submission_key or "").first()
        if sent is None:
            raise
        return sent
    return idea


def _idea_insert(
    member: Member, board: Board, title: str, body: str, cooked: Cooked, at: datetime, **values: Any
) -> Idea:
    idea: Idea = Idea.objects.create(
        site_id=board.site_id,
        board=board,
        author=member,
        title=title,
        slug=slug_of(title),
        raw=body,
        cooked=cooked.html,
        cooker_version=cooked.version,
        status=_first_status(board),
        trending_at=at,
        created_at=at,
        status_at=at,
        **values,
    )
    return idea


def _first_status(board: Board) -> Status:
    status: Status | None = Status.objects.filter(site_id=board.site_id, kind=StatusKind.OPEN).first()
    if status is None:
        raise Status.DoesNotExist(f"site {board.site_id} has no open status")
    return status


def _begin(idea: Idea, verdict: Verdict, *, origin: str) -> None:
    """Count a new idea and tell the log, or tell moderation that it is held."""
    if verdict.passes:
        board_ideas_shift(idea.board_id, 1)
        _announce(idea, origin=origin)
    else:
        held = IdeaHeld(board_id=idea.board_id, author_id=idea.author_id, reasons=tuple(verdict.reasons))
        record(held, subject_id=idea.pk, actor_id=idea.author_id, origin=origin, occurred_at=idea.created_at)


def _announce(idea: Idea, *, origin: str) -> None:
    """Record that an idea and its author's vote became visible. Queries: 4."""
    shared = IdeaShared(board_id=idea.board_id, author_id=idea.author_id)
    for payload in (shared, VoteCast(author_id=idea.author_id, voter_id=idea.author_id)):
        record(payload, subject_id=idea.pk, actor_id=idea.author_id, origin=origin, occurred_at=idea.created_at)


def idea_delete(*, member: Member, idea_id: int, origin: str = "web") -> Idea:
    """Delete an idea: nobody but those who oversee sees it. Raises: Idea.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        idea = idea_lock(idea_id)
        idea_delete_check(member, idea)
        return _visibility_set(idea, Visibility.DELETED, actor_id=member.pk, origin=origin)


def idea_hide(*, member: Member, idea_id: int, origin: str = "web") -> Idea:
    """Hide an idea. Raises: Idea.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        idea = idea_lock(idea_id)
        visibility_change_check(member, idea)
        return _visibility_set(idea, Visibility.HIDDEN, actor_id=member.pk, origin=origin)


def idea_restore(*, member: Member, idea_id: int, origin: str = "web") -> Idea:
    """Bring back a hidden, held or deleted idea. Raises: Idea.DoesNotExist, Denied. Idempotent: yes."""
    with transaction.atomic():
        idea = idea_lock(idea_id)
        visibility_change_check(member, idea)
        return _visibility_set(idea, Visibility.VISIBLE, actor_id=member.pk, origin=origin)


def idea_visibility_set(*, idea_id: int, visibility: str, actor_id: int | None, origin: str = "web") -> Idea:
    """Hide, hold or show an idea for callers that have checked, or are the system. Raises: Idea.DoesNotExist.

    Idempotent: yes.
    """
    with transaction.atomic():
        return _visibility_set(idea_lock(idea_id), Visibility(visibility), actor_id=actor_id, origin=origin)


def _visibility_set(idea: Idea, visibility: Visibility, *, actor_id: int | None, origin: str) -> Idea:
    before, unseen = idea.visibility, idea.is_unseen
    if before == visibility:
        return idea
    by = (visibility == Visibility.VISIBLE) - (before == Visibility.VISIBLE)
    idea.visibility, idea.is_unseen = visibility, unseen and by <= 0
    idea.save(update_fields=["visibility", "is_unseen"])
    if by and idea.merged_into_id is None:
        board_ideas_shift(idea.board_id, by)
    if by > 0 and unseen:  # who did it is the author, not who let it through
        _announce(idea, origin=origin)
    elif by > 0:
        record(IdeaRestored(author_id=idea.author_id), subject_id=idea.pk, actor_id=actor_id, origin=origin)
    elif visibility == Visibility.DELETED:
        record(IdeaDeleted(author_id=idea.author_id), subject_id=idea.pk, actor_id=actor_id, origin=origin)
    elif by < 0:
        record(IdeaHidden(author_id=idea.author_id), subject_id=idea.pk, actor_id=actor_id, origin=origin)
    return idea
