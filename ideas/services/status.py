"""Deciding about an idea: its status, and what the company says."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.core.errors import Invalid
from community.members.models import Member
from ideas.activities import StatusChanged
from ideas.cooking import body_cook
from ideas.locks import idea_lock
from ideas.models import Idea, Status, StatusChange
from ideas.permissions import status_change_check
from ideas.states import StatusKind


def status_change(
    *,
    member: Member,
    idea_id: int,
    status_id: int,
    note: str = "",
    language: str = "",
    origin: str = "web",
    occurred_at: datetime | None = None,
) -> StatusChange:
    """Move an idea to a status and say why; either may stay as it is. Its followers are told.

    Args:
        note: Markdown; becomes the official response that stands. Empty: the one that stood goes on standing.
        language: of the note; the idea's unless told.
        occurred_at: aware; now unless told.
    Raises: Idea.DoesNotExist, Denied; Invalid when nothing would change, or an idea is declined without a word.
        Queries: 8 or less.
    """
    cooked = body_cook(note)
    with transaction.atomic():
        idea = idea_lock(idea_id)
        status_change_check(member, idea)
        status = _status_of(idea, status_id)
        if not note.strip():
            _silence_check(idea, status)
        change = StatusChange.objects.create(
            idea=idea,
            member=member,
            before=idea.status,
            after=status,
            raw=note,
            cooked=cooked.html,
            cooker_version=cooked.version,
            language=language or idea.language,
            created_at=occurred_at or timezone.now(),
        )
        _decide(idea, change)
        payload = StatusChanged(
            author_id=idea.author_id, change_id=change.pk, before=change.before.kind, after=change.after.kind
        )
        record(payload, subject_id=idea.pk, actor_id=member.pk, origin=origin, occurred_at=occurred_at)
    return change


def _status_of(idea: Idea, status_id: int) -> Status:
    status: Status | None = Status.objects.filter(pk=status_id, site_id=idea.site_id).first()
    if status is None:
        raise Invalid(_("Choose one of the list."), field="status")
    return status


def _silence_check(idea: Idea, status: Status) -> None:
    """Raise Invalid where a change without a word says nothing, or not enough."""
    if status.pk == idea.status_id:
        raise Invalid(_("Choose another status, or write a response."), field="status")
    if status.kind == StatusKind.DECLINED:
        raise Invalid(_("Say why: those who asked deserve a reason."), field="note")


def _decide(idea: Idea, change: StatusChange) -> None:
    if change.after_id != idea.status_id:
        idea.status, idea.status_at = change.after, change.created_at
    if change.raw.strip():
        idea.response = change
    idea.save(update_fields=["status", "status_at", "response"])
