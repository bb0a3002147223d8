"""Marks: which of our records may differ from a CRM's. References, never contents."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from community.work import queue
from crm_sync.models import Connection, CrmDirty, CrmTimeline
from crm_sync.models.work import NORMAL

GATHER_S = 2.0
"""How long a contact's first mark waits for more, so that a burst of edits leaves as one."""
_KEY = CrmDirty.mark_key


def records_mark(records: Iterable[tuple[int, str, int]], *, priority: int = NORMAL, gather_s: float = 0.0) -> None:
    """Mark (connection, kind, object id) triples dirty, in the caller's transaction. Queries: 1 per 1,000.

    A row that is there has its counter moved and keeps its place, unless `priority` says that it overtakes.
    """
    rows = [dict(zip(_KEY, record, strict=True)) for record in records]
    if priority != NORMAL:
        rows = [{**row, "priority": priority} for row in rows]
    not_before = timezone.now() + timedelta(seconds=gather_s) if gather_s else None
    queue.mark(CrmDirty, rows, not_before=not_before)


def notes_mark(notes: Iterable[tuple[int, str, int, int]], *, not_before: datetime | None = None) -> None:
    """Mark (connection, kind, object id, member) timeline notes to be sent. Queries: 1 per 1,000."""
    names = (*_KEY, "contact_id")
    queue.mark(CrmTimeline, [dict(zip(names, note, strict=True)) for note in notes], not_before=not_before)


def connections_enabled(kind: str | None = None) -> list[Connection]:
    """Return the connections whose records are to be kept, paused ones too: what they miss stays queued. Queries: 1."""
    return [crm for crm in Connection.objects.order_by("pk") if kind is None or kind in crm.enabled_kinds]
