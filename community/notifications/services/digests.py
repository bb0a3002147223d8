"""Digests: when one is due, a mail is queued; what is in it is decided when it leaves."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from community.notifications.models import Notification, Preference
from community.notifications.selectors.choices import digest_after
from community.notifications.services.gathering import digests_gather

BATCH = 200
READ_KEPT = timedelta(days=60)
KEPT = timedelta(days=180)


def digests_queue() -> int:
    """Queue the digests that are due; return how many members were looked at.

    After a downtime each member gets one, however many were missed: the next is counted from now. Idempotent: yes, the
    clock of a member moves with the row of their mail, in one transaction.
    """
    looked_at = 0
    while batch := _batch():
        looked_at += batch
    return looked_at


def _batch() -> int:
    """Queue up to BATCH digests. Queries: 4 or less, and 1 for each member."""
    with transaction.atomic():
        due = Preference.objects.filter(next_digest_at__lte=timezone.now()).select_related("member")
        rows = list(due.select_for_update(of=("self",), skip_locked=True).order_by("next_digest_at")[:BATCH])
        if not rows:
            return 0
        unread = Notification.objects.filter(
            member_id__in=[row.member_id for row in rows], read_at=None, withdrawn=False, mail_id=None, on_site=True
        )
        with_news = set(unread.values_list("member_id", "site_id").distinct())
        at_a_site = {member_id for member_id, site_id in with_news if site_id}
        digests_gather(one for one in sorted(with_news, key=str) if one[1] or one[0] not in at_a_site)
        for row in rows:
            row.next_digest_at = digest_after(row, row.member)
        Preference.objects.bulk_update(rows, ["next_digest_at"])
    return len(rows)


def notices_expire() -> None:
    """Delete notices read long ago, and those nobody has read for half a year. Idempotent: yes."""
    now = timezone.now()
    old = Notification.objects.filter(created_at__lt=now - READ_KEPT)
    old.filter(read_at__isnull=False)._raw_delete(old.db)
    old.filter(created_at__lt=now - KEPT)._raw_delete(old.db)
