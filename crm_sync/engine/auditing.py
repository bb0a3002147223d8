"""The nightly comparison: both sides counted and compared field by field, differences repaired."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from crm_sync.basis import may_send
from crm_sync.connectors.base import CONTACT, RECORDS, RemoteRecord
from crm_sync.engine.facts import facts_of
from crm_sync.engine.merging import owner_of
from crm_sync.engine.packing import links_of
from crm_sync.engine.polling import merge_follow, repair
from crm_sync.engine.session import BusyError, LeaseLostError, Session, session_open
from crm_sync.errors import CrmError
from crm_sync.identity import object_of
from crm_sync.marking import records_mark
from crm_sync.models import Connection, CrmDirty, Link
from crm_sync.rendering import render, value_hash
from crm_sync.states import sending_now

PAGE = 200


@dataclass
class AuditCount:
    """What the comparison of one kind found."""

    ours: int = 0
    """Records we believe to be there."""
    theirs: int = 0
    """Records that carry a key of ours."""
    drifted: int = 0
    """Records with a field that differed; sent again."""
    missing: int = 0
    """Linked records that are no longer there; they wait for a person."""
    doubled: int = 0
    """Keys held by more than one record."""
    found: int = 0
    """Records there that we had no link to; linked again."""


def connections_audit() -> None:
    """Compare every running connection. A periodic job, once a day."""
    for crm in Connection.objects.filter(sending_now()).order_by("pk"):
        connection_audit(crm)


def connection_audit(crm: Connection) -> dict[str, AuditCount]:
    """Compare one connection by kind and repair; what is queued anyway is left alone. Idempotent: yes."""
    report: dict[str, AuditCount] = {}
    try:
        with session_open(crm, "audit") as session:
            for kind in RECORDS:
                if kind in crm.enabled_kinds and kind in session.capabilities.kinds:
                    report[kind] = _kind_audit(session, kind)
            session.run.applied = sum(one.drifted + one.missing + one.found for one in report.values())
            session.run.detail = "; ".join(
                f"{kind}: {one.ours} here, {one.theirs} there, {one.drifted} differed, {one.missing} missing, "
                f"{one.doubled} doubled, {one.found} found"
                for kind, one in report.items()
            )[:300]
    except (BusyError, LeaseLostError, CrmError):
        return report
    return report


def _kind_audit(session: Session, kind: str) -> AuditCount:
    count, after = AuditCount(), ""
    seen: set[str] = set()
    keys: set[str] = set()
    while True:
        with session.call("listing", kind):
            page = session.connector.listing(kind, after, PAGE)
        if not page:
            break
        after = page[-1].remote_id
        session.run.read += len(page)
        seen |= {record.remote_id for record in page}
        _page_compare(session, kind, page, keys, count)
    links = Link.objects.filter(connection=session.crm, kind=kind, state=Link.State.LINKED)
    count.ours = links.count()
    absent = [link for link in links.only("object_id", "remote_id").iterator() if link.remote_id not in seen]
    for start in range(0, len(absent), PAGE):
        _absent_check(session, kind, absent[start : start + PAGE], count)
    return count


def _page_compare(session: Session, kind: str, page: Sequence[RemoteRecord], keys: set[str], count: AuditCount) -> None:
    ours = {record.remote_id: object_of(record.key, kind) for record in page}
    ids = [object_id for object_id in ours.values() if object_id is not None]
    wanted = _rendered(session.crm, kind, ids)
    links = links_of(session.crm, kind, ids)
    queued = set(
        CrmDirty.objects.filter(connection=session.crm, kind=kind, object_id__in=ids).values_list(
            "object_id", flat=True
        )
    )
    for record in page:
        object_id = ours[record.remote_id]
        if object_id is None or record.merged_into:
            continue
        count.theirs += 1
        count.doubled += record.key in keys
        keys.add(record.key)
        link = links.get(object_id)
        if object_id in queued or (link is not None and link.state != Link.State.LINKED):
            continue
        if link is None:
            count.found += _link_again(session, kind, object_id, record)
        elif link.remote_id == record.remote_id:
            differing = _differing(session.crm, link, record, wanted.get(object_id, {}))
            count.drifted += bool(differing)
            with transaction.atomic():
                repair(session.crm, link, differing, found_by="audit")


def _rendered(crm: Connection, kind: str, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the field hashes each record should have, by object."""
    facts = facts_of(crm, kind, ids)
    people = {object_id: getattr(known, "contact_id", object_id) for object_id, known in facts.items()}
    allowed = may_send(crm, set(people.values()))
    hashes = {}
    for object_id, known in facts.items():
        rendered = render(known, personal=people[object_id] in allowed)
        hashes[object_id] = {name: value_hash(value) for name, value in rendered.values.items()}
    return hashes


def _differing(crm: Connection, link: Link, record: RemoteRecord, wanted: dict[str, str]) -> list[str]:
    """Return the fields that are ours to say and that the CRM says otherwise."""
    return sorted(
        name
        for name, value in record.values.items()
        if name in wanted
        and wanted[name] != value_hash(value)
        and owner_of(link.kind, name, crm.options, adopted=link.adopted) == "ours"
    )


def _link_again(session: Session, kind: str, object_id: int, record: RemoteRecord) -> int:
    """Link a record that carries our key and that we know nothing of, and have it written."""
    with transaction.atomic():
        Link.objects.bulk_create(
            [
                Link(
                    connection=session.crm,
                    kind=kind,
                    object_id=object_id,
                    contact_id=object_id if kind == CONTACT else None,
                    remote_type=session.capabilities.kinds[kind].remote_type,
                    remote_id=record.remote_id,
                    remote_url=record.url,
                    state=Link.State.LINKED,
                )
            ],
            ignore_conflicts=True,
        )
        records_mark([(session.crm.pk, kind, object_id)])
    return 1


def _absent_check(session: Session, kind: str, links: Sequence[Link], count: AuditCount) -> None:
    """Look at linked records the listing did not show; those that are gone are marked, and so come to a person."""
    with session.call("read", kind, rows=len(links)):
        there = session.connector.read(kind, [link.remote_id or "" for link in links])
    gone = [link for link in links if link.remote_id not in there]
    count.missing += len(gone)
    for link in links:
        record = there.get(link.remote_id or "")
        if record is not None and record.merged_into:
            count.drifted += merge_follow(session.crm, Link.objects.get(pk=link.pk), record)
    with transaction.atomic():
        Link.objects.filter(pk__in=[link.pk for link in gone]).update(hashes={})
        records_mark([(session.crm.pk, kind, link.object_id) for link in gone])
