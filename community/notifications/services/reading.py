"""What a member has read of their inbox."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

from community.members.models import Member
from community.notifications.kinds.base import Thing
from community.notifications.models import Notification, NotificationQuerySet
from community.notifications.selectors.choices import of_threads
from community.notifications.services.ringing import bells_ring


def thread_seen(*, member: Member, thread: Thing, number: int) -> None:
    """Count the notices of a thread up to `number` as read: the member has the page before them.

    Idempotent: yes. Queries: 1.
    """
    unread = _unread(member).filter(thread_kind=thread[0], thread_id=thread[1], number__lte=number)
    if unread.update(read_at=timezone.now()):
        bells_ring([member.pk])


def notices_read(
    *, member: Member, site_id: int | None, thread: Thing | None = None, names_you: bool | None = None
) -> None:
    """Count notices of a site as read: of one thread, of one list, or all. Idempotent: yes. Queries: 1."""
    wanted = Q()
    if thread is not None:
        wanted &= Q(thread_kind=thread[0], thread_id=thread[1])
    if names_you is not None:
        wanted &= Q(names_you=names_you)
    if _unread(member).of_site(site_id).filter(wanted).update(read_at=timezone.now()):
        bells_ring([member.pk])


def notices_read_until(moment: datetime) -> None:
    """Count everybody's notices of before `moment` as read: for seeds and imports. Idempotent: yes. Queries: 1."""
    Notification.objects.filter(created_at__lt=moment, read_at=None).update(read_at=moment)


def notices_withdraw(*, member: Member, notice_ids: Collection[int], threads: Collection[Thing]) -> None:
    """Take notices away whose things the member may no longer see, so that the bell counts none of them. Queries: 1."""
    if notice_ids:
        gone = Q(pk__in=notice_ids) | of_threads(threads)
        Notification.objects.filter(gone, member=member, withdrawn=False).update(withdrawn=True)


def _unread(member: Member) -> NotificationQuerySet:
    return Notification.objects.filter(member=member, read_at=None, withdrawn=False)
