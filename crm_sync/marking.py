"""Marks: which of our records may differ from a CRM's. References, never contents."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection as database
from django.utils import timezone

from community.work import queue
from crm_sync.models import Connection, CrmDirty, CrmTimeline
from crm_sync.models.work import NORMAL

GATHER_S = 2.0
"""How long a contact's first mark waits for more, so that a burst of edits leaves as one."""
_KEY = ("connection_id", "kind", "object_id")


def work_lock(model: type[CrmDirty] | type[CrmTimeline], **filters: object) -> None:
    """Lock rows in the order of their key, in the caller's transaction.

    Whoever writes several rows in one transaction does this first, or two of them deadlock: marks go by key, leases and
    settlements by id. Nothing to do on SQLite, which has one writer. Queries: 1 on PostgreSQL.
    """
    if database.features.has_select_for_update:
        rows = model._base_manager.filter(**filters).order_by(*_KEY)
        list(rows.select_for_update().values_list("pk"))


def records_mark(records: Iterable[tuple[int, str, int]], *, priority: int = NORMAL, gather_s: float = 0.0) -> None:
    """Mark (connection, kind, object id) triples dirty, in the caller's transaction. Queries: 1 per 1,000.

    A row that is there has its counter moved and keeps its place, unless `priority` says that it overtakes.
    """
    rows = [dict(zip(_KEY, record, strict=True)) for record in records]
    if priority != NORMAL:
        rows = [{**row, "priority": priority} for row in rows]
    not_before = timezone.now() + timedelta(seconds=gather_s) if gather_s else None
    queue.mark(CrmDirty, rows, key=_KEY, not_before=not_before)


def notes_mark(notes: Iterable[tuple[int, str, int, int]], *, not_before: datetime | None = None) -> None:
    """Mark (connection, kind, object id, member) timeline notes to be sent. Queries: 1 per 1,000."""
    names = (*_KEY, "contact_id")
    queue.mark(CrmTimeline, [dict(zip(names, note, strict=True)) for note in notes], key=_KEY, not_before=not_before)


def connections_enabled(kind: str | None = None) -> list[Connection]:
    """Return the connections whose records are to be kept, paused ones too: what they miss stays queued. Queries: 1."""
    return [crm for crm in Connection.objects.order_by("pk") if kind is None or kind in crm.enabled_kinds]
