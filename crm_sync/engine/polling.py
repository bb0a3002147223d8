"""What comes back: changed records and accounts, read by a (time, id) cursor with a look-back."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from community.activity.contracts import RemoteChange
from community.activity.subjects import subject_of
from community.core.errors import Invalid
from crm_sync.connectors.base import CONTACT, Position, RemoteRecord, Value
from crm_sync.engine.accounts import account_belongs, accounts_poll
from crm_sync.engine.facts import SUBJECTS
from crm_sync.engine.merging import Decision, Field, merge, owner_of
from crm_sync.engine.session import BusyError, LeaseLostError, Session, session_open
from crm_sync.errors import CrmError
from crm_sync.marking import records_mark
from crm_sync.models import Connection, CrmDirty, Cursor, Drift, Link, WriteLedger
from crm_sync.rendering import COMES_BACK, value_hash
from crm_sync.states import connection_heard, sending_now

PAGE = 200


def connections_poll() -> int:
    """Poll every connection whose turn it is; return how many changes were taken over. A periodic job."""
    now, taken = timezone.now(), 0
    for crm in Connection.objects.filter(sending_now()).order_by("pk"):
        polled = Cursor.objects.filter(connection=crm, polled_at__gt=now - timedelta(seconds=crm.poll_every_s))
        if not polled.exists():
            taken += connection_poll(crm)
    return taken


def connection_poll(crm: Connection) -> int:
    """Read what changed in one CRM since the last poll and take it over; return the number of changes.

    Idempotent: yes. A poll that found nothing new leaves no run behind. Never raises for what the CRM does.
    """
    try:
        with session_open(crm, "poll") as session:
            try:
                if session.capabilities.account_facts:
                    session.run.applied += accounts_poll(session)
                for kind in session.capabilities.poll:
                    if kind in crm.enabled_kinds:
                        _kind_poll(session, kind)
            except CrmError as error:
                session.failed(error)
                raise
    except (BusyError, LeaseLostError, CrmError):
        return 0
    connection_heard(crm)
    run = session.run
    if not run.applied:
        run.delete()
    return run.applied


def cursor_of(crm: Connection, kind: str) -> Cursor:
    """Return where polling of `kind` stands; a new connection begins a day before it was made."""
    first = {"time": crm.created_at - timedelta(days=1)}
    return Cursor.objects.get_or_create(connection=crm, kind=kind, defaults=first)[0]


def _kind_poll(session: Session, kind: str) -> None:
    cursor = cursor_of(session.crm, kind)
    at = Position(cursor.time - timedelta(seconds=cursor.look_back_s))
    while True:
        with session.call("changed", kind):
            page = session.connector.changed(kind, at, PAGE)
        session.run.read += len(page.records)
        _page_apply(session, kind, page.records)
        at = page.position
        if (at.time, at.id) > (cursor.time, cursor.remote_id) and page.records:
            cursor.time, cursor.remote_id = at.time, at.id
        cursor.polled_at = timezone.now()
        cursor.save(update_fields=["time", "remote_id", "polled_at"])
        if not page.more:
            return


def _page_apply(session: Session, kind: str, records: Sequence[RemoteRecord]) -> None:
    """Take over one page. Queries: 3, and some for each record that really changed."""
    crm = session.crm
    remote_type = session.capabilities.kinds[kind].remote_type
    by_id = {record.remote_id: record for record in records}
    links = list(Link.objects.filter(connection=crm, remote_type=remote_type, remote_id__in=by_id, kind=kind))
    dirty = dict(
        CrmDirty.objects.filter(
            connection=crm, kind=kind, object_id__in=[link.object_id for link in links]
        ).values_list("object_id", "created_at")
    )
    for link in links:
        record = by_id[link.remote_id or ""]
        if record.merged_into:
            session.run.applied += merge_follow(crm, link, record)
        elif link.state == Link.State.LINKED:
            session.run.applied += _record_apply(session, link, record, dirty)


def merge_follow(crm: Connection, link: Link, record: RemoteRecord) -> int:
    """Follow a record merged in the CRM to its survivor, and have the survivor written; keep the old id."""
    if record.merged_into in link.former_ids or link.remote_id == record.merged_into:
        return 0
    with transaction.atomic():
        link = Link.objects.select_for_update().get(pk=link.pk)
        taken = Link.objects.filter(connection=crm, remote_type=link.remote_type, remote_id=record.merged_into).exclude(
            pk=link.pk
        )
        link.former_ids = [*link.former_ids, record.remote_id]
        if taken.exists():
            link.state, link.detail, link.remote_id = Link.State.CONFLICT, f"shared: {record.merged_into}", None
        else:
            link.remote_id, link.hashes = record.merged_into, {}
        link.save(update_fields=["former_ids", "state", "detail", "remote_id", "hashes"])
        records_mark([(crm.pk, link.kind, link.object_id)])
    return 1


def _record_apply(session: Session, link: Link, record: RemoteRecord, dirty: Mapping[int, datetime]) -> int:
    crm, kind = session.crm, link.kind
    applied = account_belongs(crm, link, record.account_id) if kind == CONTACT else 0
    decided: dict[Decision, list[str]] = {"take": [], "repair": [], "manual": []}
    for name in COMES_BACK.get(kind, ()):
        if name not in record.values or _is_echo(link, name, record.values[name]):
            continue
        field = Field(
            base=link.base.get(name),
            theirs=record.values[name],
            ours_changed_at=dirty.get(link.object_id),
            theirs_changed_at=record.changed_at,
        )
        decided.setdefault(merge(field, owner_of(kind, name, crm.options, adopted=link.adopted)), []).append(name)
    if not (decided["take"] + decided["repair"] + decided["manual"]):
        if record.url and record.url != link.remote_url:
            Link.objects.filter(pk=link.pk).update(remote_url=record.url)
        return applied
    with transaction.atomic():
        _take(session, link, record, decided["take"], decided["manual"])
        repair(crm, link, decided["repair"], found_by="poll")
        _drifts(link, decided["manual"], "manual", "poll", crm)
        base = {name: record.values[name] for name in (*decided["take"], *decided["manual"])}
        settled = [*decided["take"], *decided["repair"], *decided["manual"]]
        WriteLedger.objects.filter(link=link, field__in=settled).delete()  # read after our writes: no echo any more
        known = {name: value_hash(record.values[name]) for name in decided["take"] if name in link.hashes}
        Link.objects.filter(pk=link.pk).update(
            base={**link.base, **base},
            hashes={**Link.objects.values_list("hashes", flat=True).get(pk=link.pk), **known},
            remote_changed_at=record.changed_at,
            remote_url=record.url or link.remote_url,
        )
    return applied + 1


def _is_echo(link: Link, name: str, theirs: Value) -> bool:
    """Whether we wrote this value lately: what differs from the base only by our own hand is no change."""
    if link.base.get(name) == theirs:
        return True
    return WriteLedger.objects.filter(
        link=link, field=name, value_hash=value_hash(theirs), expires_at__gt=timezone.now()
    ).exists()


def _take(session: Session, link: Link, record: RemoteRecord, names: list[str], manual: list[str]) -> None:
    """Hand changed fields to the domain; what a kind cannot take over waits for a person."""
    if not names:
        return
    change = RemoteChange(
        connection_id=session.crm.pk,
        system=session.capabilities.label,
        subject_kind=SUBJECTS[link.kind],
        subject_id=link.object_id,
        fields={name: str(record.values[name]) for name in names},
        changed_at=record.changed_at,
    )
    try:
        subject_of(change.subject_kind).apply_remote(change)
    except (NotImplementedError, Invalid):
        manual.extend(names)
        names.clear()
        return
    except LookupError:
        return  # deleted with us: nobody to tell
    _drifts(link, names, "taken", "poll", session.crm)


def repair(crm: Connection, link: Link, names: list[str], *, found_by: str) -> None:
    """Have our values sent again: forget that they were, and mark the record."""
    if not names:
        return
    hashes = {name: digest for name, digest in link.hashes.items() if name not in names}
    Link.objects.filter(pk=link.pk).update(hashes=hashes)
    records_mark([(crm.pk, link.kind, link.object_id)])
    _drifts(link, names, "repaired", found_by, crm)


def _drifts(link: Link, names: list[str], action: str, found_by: str, crm: Connection) -> None:
    now = timezone.now()
    Drift.objects.bulk_create(
        Drift(
            link=link,
            field=name,
            owner=owner_of(link.kind, name, crm.options, adopted=link.adopted),
            action=action,
            found_by=found_by,
            at=now,
        )
        for name in names
    )
