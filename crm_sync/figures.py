"""Members whose figures moved without an activity of their own: points are recounted after what caused them is sent."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from community.members.contributions import contributions_moved
from crm_sync.connectors.base import CONTACT
from crm_sync.engine.polling import cursor_of
from crm_sync.marking import connections_enabled, records_mark
from crm_sync.models import Connection, CrmDirty, Link
from crm_sync.models.work import BULK

EVERY_S = 600
_CHUNK = 1000


def figures_mark() -> int:
    """Mark the contacts whose figures moved since the last turn; return how many. A periodic job.

    However often points move, a contact is marked once a turn, behind everything else, and only where the CRM has it
    and it is not queued anyway. What did not really change is dropped when it is sent. Idempotent: yes.
    """
    return sum(_connection_mark(crm) for crm in connections_enabled(CONTACT))


def _connection_mark(crm: Connection) -> int:
    cursor, now = cursor_of(crm, "figures"), timezone.now()
    moved = sorted(contributions_moved(cursor.time - timedelta(seconds=cursor.look_back_s)))
    marked = sum(_chunk_mark(crm, moved[start : start + _CHUNK]) for start in range(0, len(moved), _CHUNK))
    cursor.time = now
    cursor.save(update_fields=["time"])
    return marked


def _chunk_mark(crm: Connection, member_ids: list[int]) -> int:
    with transaction.atomic():
        queued = CrmDirty.objects.filter(connection=crm, kind=CONTACT, object_id__in=member_ids)
        known = Link.objects.filter(
            connection=crm, kind=CONTACT, state=Link.State.LINKED, object_id__in=member_ids
        ).exclude(object_id__in=queued.values("object_id"))
        marks = [(crm.pk, CONTACT, member_id) for member_id in known.values_list("object_id", flat=True)]
        records_mark(marks, priority=BULK)
    return len(marks)
