"""Suspending a member and letting them back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from community.core.errors import Conflict
from community.members.models import Member
from community.members.permissions import member_suspend_check
from community.members.services import member_changed, sessions_end


def member_suspend(viewer: Member, *, member: Member, reason: str, until: datetime | None = None) -> None:
    """Keep `member` from signing in and writing, and tell them `reason`. Ends their sessions. Idempotent: yes.

    Args:
        until: aware; what they are told, `suspension_end` is for whoever keeps the term.
    Raises: Denied; Conflict for a member who is neither active nor suspended.
    """
    member_suspend_check(viewer, member)
    _state_set(viewer.pk, member=member, state=Member.State.SUSPENDED, reason=reason.strip()[:400], until=until)


def member_restore(viewer: Member, *, member: Member) -> None:
    """End a suspension. Raises: Denied; Conflict for a member who is neither active nor suspended. Idempotent: yes."""
    member_suspend_check(viewer, member)
    _state_set(viewer.pk, member=member, state=Member.State.ACTIVE, reason="")


def suspension_end(*, member_id: int) -> None:
    """Let a suspended member back because their term is over. Idempotent: yes."""
    member = Member.objects.get(pk=member_id)
    if member.state == Member.State.SUSPENDED:
        _state_set(None, member=member, state=Member.State.ACTIVE, reason="")


def _state_set(actor_id: int | None, *, member: Member, state: str, reason: str, until: datetime | None = None) -> None:
    if member.state not in {Member.State.ACTIVE, Member.State.SUSPENDED}:
        raise Conflict(_("Only a member who has signed up can be suspended or restored."))
    member.state = state
    member.suspension_reason, member.suspended_until = reason, until
    with transaction.atomic():
        member.save(update_fields=["state", "suspension_reason", "suspended_until"])
        if state == Member.State.SUSPENDED:
            sessions_end(member_id=member.pk)
        member_changed(member.pk, fields=["state"], actor_id=actor_id)
