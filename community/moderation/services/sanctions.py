"""Warning and suspending members, with a reason and a term; a suspension ends by itself."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.activity.log import record
from community.core.errors import Conflict, Invalid
from community.members.models import Member
from community.members.permissions import member_suspend_check
from community.members.suspending import member_restore, member_suspend, suspension_end
from community.moderation.activities import MemberSuspended, MemberWarned, SuspensionEnded
from community.moderation.models import Decision, Sanction
from community.moderation.permissions import moderate_check
from community.moderation.reasons import by_code

TERMS_DAYS = (1, 3, 7, 30, 90)
"""Terms to choose from; none stands for "until somebody ends it"."""
MEMBER_KIND = "members.member"
MESSAGE_LENGTH = 400


def member_warn(*, actor: Member, member: Member, reason: str, message: str) -> Sanction:
    """Tell a member that they went too far. Raises: Denied, Invalid."""
    _check(actor, member, reason, message)
    with transaction.atomic():
        sanction = _sanction(actor, member, Sanction.Kind.WARNING, reason, message)
        record(MemberWarned(sanction_id=sanction.pk), subject_id=member.pk, actor_id=actor.pk)
        _logged(Decision.Action.WARN, actor, member, reason, message)
    return sanction


def member_suspend_for(*, actor: Member, member: Member, reason: str, message: str, days: int | None) -> Sanction:
    """Keep a member out for `days`, None for until somebody ends it; they are told why and how long.

    Raises: Denied, Invalid; Conflict for somebody who cannot sign in anyway.
    """
    _check(actor, member, reason, message)
    if days is not None and days not in TERMS_DAYS:
        raise Invalid(_("Choose one of the terms."), field="days")
    until = timezone.now() + timedelta(days=days) if days is not None else None
    with transaction.atomic():
        open_ones = Sanction.objects.filter(member=member, kind=Sanction.Kind.SUSPENSION, ended_at=None)
        open_ones.update(ended_at=timezone.now())  # the newer term counts
        sanction = _sanction(actor, member, Sanction.Kind.SUSPENSION, reason, message, ends_at=until)
        member_suspend(actor, member=member, reason=message, until=until)
        record(MemberSuspended(sanction_id=sanction.pk), subject_id=member.pk, actor_id=actor.pk)
        _logged(Decision.Action.SUSPEND, actor, member, reason, message)
    return sanction


def suspension_lift(*, actor: Member, member: Member) -> None:
    """End a suspension before its time. Raises: Denied; Conflict when there is none."""
    moderate_check(actor)
    member_suspend_check(actor, member)
    if member.state != Member.State.SUSPENDED:
        raise Conflict(_("This member is not suspended."))
    with transaction.atomic():
        member_restore(actor, member=member)
        for sanction in Sanction.objects.filter(member=member, kind=Sanction.Kind.SUSPENSION, ended_at=None):
            _ended(sanction, actor_id=actor.pk)
        _logged(Decision.Action.LIFT, actor, member, "", "")


def suspensions_end() -> int:
    """Let those back whose term is over; return how many suspensions ended. Idempotent: yes."""
    due = Sanction.objects.filter(kind=Sanction.Kind.SUSPENSION, ended_at=None, ends_at__lte=timezone.now())
    ended = 0
    for sanction_id in list(due.values_list("pk", flat=True)[:500]):
        with transaction.atomic():
            sanction = due.select_for_update().filter(pk=sanction_id).first()
            if sanction is not None:
                suspension_end(member_id=sanction.member_id)
                _ended(sanction, actor_id=None)
                ended += 1
    return ended


def _check(actor: Member, member: Member, reason: str, message: str) -> None:
    moderate_check(actor)
    member_suspend_check(actor, member)
    if reason not in by_code:
        raise Invalid(_("Choose a reason."), field="reason")
    if not message.strip() or len(message) > MESSAGE_LENGTH:
        raise Invalid(_("Tell them why, in at most 400 characters."), field="message")


def _sanction(
    actor: Member, member: Member, kind: str, reason: str, message: str, *, ends_at: datetime | None = None
) -> Sanction:
    return Sanction.objects.create(
        member=member, kind=kind, reason=reason, message=message.strip(), given_by=actor, ends_at=ends_at
    )


def _ended(sanction: Sanction, *, actor_id: int | None) -> None:
    sanction.ended_at = timezone.now()
    sanction.save(update_fields=["ended_at"])
    record(SuspensionEnded(sanction_id=sanction.pk), subject_id=sanction.member_id, actor_id=actor_id)


def _logged(action: str, actor: Member, member: Member, reason: str, message: str) -> None:
    Decision.objects.create(
        action=action,
        actor=actor,
        kind=MEMBER_KIND,
        subject_id=member.pk,
        author=member,
        reason=reason,
        message=message.strip(),
    )
