"""Mails that wait: notices of one thread gather in one, and go when they have gathered for a while."""

from collections.abc import Iterable
from datetime import timedelta

from django.utils import timezone

from community.notifications.kinds.base import Thing
from community.notifications.models import Mail, Notification
from community.work import queue

HOLD = timedelta(minutes=5)
"""How long a mail gathers, so that a burst is one mail, and what is read meanwhile none."""


def mails_gather(wanted: Iterable[tuple[int, Thing]]) -> None:
    """Have a mail sent to each of these members about each of these threads, in the caller's transaction.

    Idempotent: yes, by slot. Queries: 1 per 1,000.
    """
    rows = [
        {"slot": f"{member_id}:{kind}:{pk}", "member_id": member_id, "thread_kind": kind, "thread_id": pk}
        for member_id, (kind, pk) in wanted
    ]
    queue.mark(Mail, rows, not_before=timezone.now() + HOLD)


def digests_gather(wanted: Iterable[tuple[int, int | None]]) -> None:
    """Have a digest sent to each of these members of each of these sites, as `mails_gather` does."""
    rows = [
        {"slot": f"{member_id}:digest:{site_id or ''}", "member_id": member_id, "thread_kind": "", "site_id": site_id}
        for member_id, site_id in wanted
    ]
    queue.mark(Mail, rows, not_before=timezone.now())


def mail_handed(mail: Mail, notice_ids: list[int]) -> None:
    """Write down that these notices go with `mail` now: whatever becomes of it, no other mail takes them.

    What has gathered since waits in a new row. In the caller's transaction. Queries: 3 or 4.
    """
    Notification.objects.filter(pk__in=notice_ids).update(mail_id=mail.pk)
    if "#" in mail.slot:
        return
    Mail.objects.filter(pk=mail.pk).update(slot=f"{mail.slot}#{mail.pk}")
    if mail.thread_id is None:
        return
    rest = Notification.objects.filter(
        member_id=mail.member_id,
        thread_kind=mail.thread_kind,
        thread_id=mail.thread_id,
        by_mail=True,
        mail_id=None,
        read_at=None,
        withdrawn=False,
    )
    if rest.exists():
        mails_gather([(mail.member_id, (mail.thread_kind, mail.thread_id))])
