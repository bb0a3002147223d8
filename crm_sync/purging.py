"""Forgetting: records of calls in which a person was, and old records altogether."""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db.models import Count, F, Q
from django.utils import timezone

from crm_sync.budgets import old_windows_delete
from crm_sync.connectors.base import CONTACT
from crm_sync.models import Attempt, Drift, Link, Run, WriteLedger

_CHUNK = 1000
_NAMELESS = ("match", "changed", "listing", "read", "read_back", "accounts")
"""Operations whose records are not written down one by one, so that anybody may be in what they asked and got.

So it is with a call some of whose rows have no history: it was cut short, or its rows went into another one.
"""


def attempts_purge(member_ids: Iterable[int]) -> None:
    """Empty the records of calls in which these people, their cases or their notes were. Idempotent: yes.

    Queries: 1, and 2 a person, more only for one with thousands of notes.
    """
    given = list(member_ids)
    if given:
        calls = Attempt.objects.filter(purged=False).annotate(told=Count("rows"))
        nameless = calls.filter(Q(operation__in=_NAMELESS) | Q(told__lt=F("rows_sent"))).values("pk")
        Attempt.objects.filter(pk__in=nameless).update(exchanges=[], message="", purged=True)
    for member_id in given:
        by_kind: dict[str, list[int]] = {CONTACT: [member_id]}
        theirs = Link.objects.filter(contact_id=member_id).exclude(kind=CONTACT)
        for kind, object_id in theirs.values_list("kind", "object_id"):
            by_kind.setdefault(kind, []).append(object_id)
        for kind, ids in by_kind.items():
            for start in range(0, len(ids), _CHUNK):
                rows = {"rows__kind": kind, "rows__object_id__in": ids[start : start + _CHUNK]}
                touched = Attempt.objects.filter(purged=False, **rows).order_by().values_list("pk", flat=True)
                Attempt.objects.filter(pk__in=set(touched)).update(exchanges=[], message="", purged=True)


def old_records_delete() -> int:
    """Delete runs, ledger entries and call counts nobody needs any more; return how many runs. A periodic job.

    Dead letters and links stay.
    """
    now = timezone.now()
    before = now - timedelta(days=settings.CRM_RUN_RETENTION_DAYS)
    old = list(Run.objects.filter(started_at__lt=before).values_list("pk", flat=True)[:5000])
    Run.objects.filter(pk__in=old).delete()
    WriteLedger.objects.filter(expires_at__lt=now).delete()
    Drift.objects.filter(at__lt=before).delete()
    old_windows_delete()
    return len(old)
