"""The built-in CRM's rows: how they are filled, read and merged."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from crm_sync.connectors.base import CASE, CONTACT, IDEA, NOTE, VOTE, Position, RemoteRecord, Row, Value
from crm_sync.models.sandbox import SandboxCase, SandboxContact, SandboxNote


def later_than(rows: QuerySet[Any], since: Position) -> QuerySet[Any]:
    """Return the rows after a position, in its order."""
    later = Q(changed_at__gt=since.time) | Q(changed_at=since.time, pk__gt=int(since.id or 0))
    return rows.filter(later).order_by("changed_at", "pk")


def record_fill(record: Any, kind: str, row: Row) -> None:
    """Write a row's values onto a record, which is not saved yet."""
    values = dict(row.values)
    record.changed_at = timezone.now()
    if kind == CONTACT and row.erase and row.adopted:
        record.key, record.facts = None, {}
        return
    if kind == CONTACT:
        record.writes += 1
        record.is_active = not row.erase
        record.name = "" if row.erase else str(values.pop("name", record.name))
        record.email = "" if row.erase else str(values.pop("email", record.email))
        record.facts = {} if row.erase else values
        record.account = None if row.erase else record.account
        return
    if kind in (IDEA, VOTE):
        _asking_fill(record, kind, row)
        return
    if row.parent_id:
        record.contact_id = survivor_id(int(row.parent_id))
    if kind == CASE:
        record.subject = str(values.pop("subject", record.subject))
        record.description = str(values.pop("description", record.description))
        record.facts = values
        return
    record.text = str(values.get("text", ""))
    record.url = str(values.get("url", ""))
    record.occurred_at = parse_datetime(str(values.get("occurred_at", ""))) or timezone.now()


def _asking_fill(record: Any, kind: str, row: Row) -> None:
    values = dict(row.values)
    if kind == IDEA:
        record.title = str(values.pop("title", record.title))
    else:
        record.idea_id, record.account_id = int(row.parent_id or 0), int(row.account_id or 0) or None
        record.name = str(values.pop("account", record.name))
        record.voters = int(values.pop("voters", record.voters) or 0)
    record.facts = values


def survivor_id(contact_id: int) -> int:
    """Follow merges, as most CRMs do for a reference to a merged record."""
    while merged_into := SandboxContact.objects.filter(pk=contact_id).values_list("merged_into", flat=True).first():
        contact_id = merged_into
    return contact_id


def record_of(kind: str, record: Any) -> RemoteRecord:
    """Return a row of ours as the engine reads it."""
    if kind == CONTACT:
        values: dict[str, Value] = {"name": record.name, "email": record.email, **record.facts}
    elif kind == CASE:
        values = {"subject": record.subject, "description": record.description, **record.facts}
        values |= {"case_state": record.state, "case_reference": f"CASE-{record.pk}"}
    elif kind == IDEA:
        values = {"title": record.title, **record.facts}
    elif kind == VOTE:
        values = {"account": record.name, "voters": record.voters, **record.facts}
    else:
        values = {"text": record.text, "url": record.url, "occurred_at": record.occurred_at.isoformat()}
    return RemoteRecord(
        kind=kind,
        remote_id=str(record.pk),
        key=(record.reference if kind == CASE else record.key) or "",
        values=values,
        changed_at=record.changed_at.astimezone(UTC),
        url="" if kind in (NOTE, VOTE) else f"/staff/sandbox-crm/{kind}/{record.pk}/",
        parent_id=str(getattr(record, "contact_id", None) or getattr(record, "idea_id", None) or ""),
        account_id=str(getattr(record, "account_id", None) or ""),
        active=getattr(record, "is_active", True),
        merged_into=str(getattr(record, "merged_into_id", None) or ""),
    )


def sandbox_contact_merge(old: SandboxContact) -> SandboxContact:
    """Merge a contact into a new one that takes its key, cases and notes; in the caller's transaction."""
    key, old.key = old.key, None
    survivor = SandboxContact(
        connection_id=old.connection_id, key=None, account_id=old.account_id, name=old.name, email=old.email
    )
    survivor.facts, survivor.writes, survivor.is_active = old.facts, old.writes, old.is_active
    survivor.save()
    old.merged_into, old.is_active, old.changed_at = survivor, False, timezone.now()
    old.save()
    survivor.key = key
    survivor.save(update_fields=["key"])
    SandboxCase.objects.filter(contact=old).update(contact=survivor, changed_at=datetime.now(UTC))
    SandboxNote.objects.filter(contact=old).update(contact=survivor)
    return survivor
