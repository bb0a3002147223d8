"""Storing what became of rows: links, write ledger, history, the run's figures; in the settlement's transaction."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from community.work.outcomes import Dead, Done, Later
from crm_sync.connectors.base import CASE
from crm_sync.engine.linking import links_save
from crm_sync.engine.packing import Settlement
from crm_sync.engine.session import Session, rows_write
from crm_sync.marking import records_mark
from crm_sync.models import Link, WriteLedger
from crm_sync.purging import attempts_purge
from crm_sync.rendering import value_hash

LEDGER_S = 3600


def settlements_store(session: Session, settlements: Sequence[Settlement]) -> None:
    """Store links and history. Queries: 3 at most, whatever the number of rows."""
    links_save([one.link for one in settlements if one.link is not None])
    expires_at = timezone.now() + timedelta(seconds=LEDGER_S)
    WriteLedger.objects.bulk_create(
        (
            WriteLedger(link=one.link, field=name, value_hash=value_hash(value), expires_at=expires_at)
            for one in settlements
            for name, value in one.wrote.items()
        ),
        ignore_conflicts=True,
    )
    sent = [one for one in settlements if one.action and one.attempt_id]
    if sent:
        rows_write([_history(session, one) for one in sent])
    _erased([one.item.object_id for one in settlements if _took_out(one)], session)
    for one in settlements:
        _count(session, one)


def _took_out(one: Settlement) -> bool:
    """Whether a person is in the CRM no more, or never was while calls that failed may have named them."""
    return one.action == "erased" or (one.link is not None and one.link.state == Link.State.ERASED)


def _erased(member_ids: Sequence[int], session: Session) -> None:
    """People were taken out of the CRM: forget what calls said of them, and have their cases' text overwritten."""
    if not member_ids:
        return
    attempts_purge(member_ids)
    cases = Link.objects.filter(connection=session.crm, kind=CASE, contact_id__in=member_ids)
    records_mark([(session.crm.pk, CASE, topic_id) for topic_id in cases.values_list("object_id", flat=True)])


def _history(session: Session, one: Settlement) -> dict[str, object]:
    error = one.error
    return {
        "attempt_id": one.attempt_id,
        "connection_id": session.crm.pk,
        "kind": one.item.kind,
        "object_id": one.item.object_id,
        "action": one.action,
        "remote_id": (one.link.remote_id or "") if one.link else "",
        "failure_class": error.failure_class if error else "",
        "field": error.field[:60] if error else "",
        "message": error.message[:300] if error else "",
        "hint": error.hint[:300] if error else "",
    }


def _count(session: Session, one: Settlement) -> None:
    run = session.run
    run.sent += one.action not in ("", "unchanged")
    run.created += one.action == "created"
    run.updated += one.action == "updated"
    run.removed += one.action == "erased"
    run.unchanged += one.action == "unchanged" and isinstance(one.outcome, Done)
    run.refused += isinstance(one.outcome, Dead)
    run.waiting += isinstance(one.outcome, Later)
