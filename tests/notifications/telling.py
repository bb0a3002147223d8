"""What tests of notices do again and again."""

from typing import Any

from django.core import mail

from community.activity.delivery import drain_activity
from community.members.models import Member
from community.notifications.models import Mail, Notification
from community.work.senders import senders


def told(member: Member, **filters: Any) -> list[str]:
    """Deliver what happened; return the kinds the member was told of, oldest first, withdrawn ones left out."""
    drain_activity()
    rows = Notification.objects.filter(member=member, withdrawn=False, **filters).order_by("pk")
    return list(rows.values_list("kind", flat=True))


def mails_sent(*, now: bool = True) -> list[Any]:
    """Deliver what happened, let the mails that gather go at once, return all that were sent."""
    drain_activity()
    if now:
        Mail.objects.update(not_before=None)
    while senders["notifications.mail"].run_once():
        pass
    return mail.outbox
