"""What staff do with connections, dead letters and rules. Permissions are asked by the views."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Site

from community.activity.subjects import subject_of
from community.core.errors import Invalid
from community.members.models import Member
from community.work import queue
from crm_sync.connectors import connector_classes
from crm_sync.connectors.base import CONTACT, IDEA, RECORDS, CheckReport, Value
from crm_sync.credentials import current_key_id, seal, unseal
from crm_sync.engine.facts import SUBJECTS
from crm_sync.engine.session import BusyError, LeaseLostError, session_open
from crm_sync.errors import CrmError
from crm_sync.hints import hint_words
from crm_sync.marking import records_mark
from crm_sync.models import Connection, Link, Rule, StaffAct
from crm_sync.models.work import BULK
from crm_sync.selectors import WORK, rule_takes
from crm_sync.states import connection_pause, connection_resume

__all__ = ["connection_pause", "connection_resume"]
PREVIEW_DAYS = 30
_CHUNK = 1000


def connection_create(
    *,
    site: Site,
    kind: str,
    name: str,
    endpoint: str = "",
    credentials: Mapping[str, str] | None = None,
    legal_basis: str = Connection.LegalBasis.CONTRACT,
    timeline_rule: str = Connection.TimelineRule.DAILY,
    options: Mapping[str, Value] | None = None,
) -> Connection:
    """Connect a CRM; it runs at once and hears of everything that happens from now on (`connection_fill`: of before).

    Raises: Invalid for a kind without a connector or a name that is taken.
    """
    connector = connector_classes().get(kind)
    if connector is None:
        raise Invalid(_("There is no connector of this kind."), field="kind")
    if Connection.objects.filter(site=site, name=name).exists():
        raise Invalid(_("Another connection has this name."), field="name")
    sealed, key_id = seal(credentials or {})
    return Connection.objects.create(
        site=site,
        kind=kind,
        name=name,
        endpoint=endpoint,
        credentials=sealed,
        key_id=key_id,
        legal_basis=legal_basis,
        timeline_rule=timeline_rule,
        enabled_kinds=[name for name in RECORDS if name in connector.capabilities(options or {}).kinds],
        options=dict(options or {}),
    )


def connection_credentials_set(crm: Connection, credentials: Mapping[str, str]) -> None:
    """Replace the credentials; the connection runs again if it was stopped for them."""
    crm.credentials, crm.key_id = seal(credentials)
    crm.save(update_fields=["credentials", "key_id"])
    if crm.state == Connection.State.ATTENTION:
        connection_resume(crm)


def credentials_rotate() -> int:
    """Encrypt all credentials anew with the current key; return how many had another. Idempotent: yes."""
    rotated = 0
    for crm in Connection.objects.exclude(credentials="").exclude(key_id=current_key_id()):
        with transaction.atomic():
            locked = Connection.objects.select_for_update().get(pk=crm.pk)
            locked.credentials, locked.key_id = seal(unseal(locked.credentials))
            locked.save(update_fields=["credentials", "key_id"])
        rotated += 1
    return rotated


def connection_check(crm: Connection) -> CheckReport:
    """Try credentials, rights and key fields; writes nothing to the CRM, and here when all was well.

    Never raises for what the CRM says.
    """
    try:
        with session_open(crm, "check") as session, session.call("check", ""):
            report = session.connector.check()
    except CrmError as error:
        return CheckReport(ok=False, problems=(" ".join(filter(None, (error.message, hint_words(error.hint)))),))
    except (BusyError, LeaseLostError):
        return CheckReport(ok=False, problems=(str(_("The connection is busy; try again in a moment.")),))
    if report.ok:
        Connection.objects.filter(pk=crm.pk).update(checked_at=timezone.now())
    return report


def connection_fill(crm: Connection) -> int:
    """Mark every member who has joined and every idea dirty, behind all else; return how many. Idempotent: yes."""
    members = Member.objects.joined().exclude(state=Member.State.UNCLAIMED).order_by("pk")
    marked = _fill(crm, CONTACT, list(members.values_list("pk", flat=True)))
    after = 0
    while IDEA in crm.enabled_kinds and (ids := subject_of(SUBJECTS[IDEA]).search_ids(after=after, limit=_CHUNK)):
        marked += _fill(crm, IDEA, ids)
        after = ids[-1]
    return marked


def _fill(crm: Connection, kind: str, ids: Sequence[int]) -> int:
    for start in range(0, len(ids), _CHUNK):
        with transaction.atomic():
            records_mark([(crm.pk, kind, object_id) for object_id in ids[start : start + _CHUNK]], priority=BULK)
    return len(ids)


# Dead letters


def dead_retry(*, crm: Connection, cause: str, table: str | None = None, ids: Sequence[int] | None = None) -> int:
    """Let the dead rows of one cause (or some of one table) try again; return how many. Idempotent: yes.

    What a person is thought to have cured meanwhile is believed: a record deleted in the CRM is created again, one in
    conflict is looked up by its key once more.
    """
    retried = 0
    for name, model in WORK:
        if table not in (None, name):
            continue
        rows = model._base_manager.filter(connection=crm, last_error=cause, state="dead")
        rows = rows.filter(pk__in=ids) if ids is not None else rows
        for kind in sorted(set(rows.values_list("kind", flat=True))):
            _links_reopen(crm, kind, list(rows.filter(kind=kind).values_list("object_id", flat=True)))
        with transaction.atomic():
            retried += queue.replay(rows)
    return retried


def _links_reopen(crm: Connection, kind: str, object_ids: list[int]) -> None:
    for start in range(0, len(object_ids), _CHUNK):
        links = Link.objects.filter(connection=crm, kind=kind, object_id__in=object_ids[start : start + _CHUNK])
        links.filter(state=Link.State.GONE).update(state=Link.State.CREATING, hashes={}, unknown_since=None)
        links.filter(state=Link.State.CONFLICT, remote_id=None).update(
            state=Link.State.CREATING, detail="", hashes={}, unknown_since=timezone.now()
        )
        links.filter(state=Link.State.CONFLICT).update(state=Link.State.LINKED, detail="", hashes={})
        links.update(unknown_count=0)


def dead_discard(
    *,
    crm: Connection,
    cause: str,
    reason: str,
    by: Member,
    table: str | None = None,
    ids: Sequence[int] | None = None,
) -> int:
    """Give dead rows of one cause up, with a reason that is kept; return how many. Raises: Invalid without a reason."""
    if not reason.strip():
        raise Invalid(_("Say why, for those who ask later."), field="reason")
    discarded = 0
    with transaction.atomic():
        for name, model in WORK:
            if table in (None, name):
                rows = model._base_manager.filter(connection=crm, last_error=cause)
                discarded += queue.discard(rows.filter(pk__in=ids) if ids is not None else rows)
        act_record(crm, by, StaffAct.Action.DISCARDED, reason=reason.strip(), count=discarded)
    return discarded


def act_record(crm: Connection, by: Member, action: str, *, reason: str = "", count: int = 0) -> None:
    """Keep what a colleague did."""
    StaffAct.objects.create(
        connection=crm, actor_id=by.pk, action=action, reason=reason[:200], count=count, at=timezone.now()
    )


# The rule


def rule_enable(rule: Rule, *, asked_after: datetime | None = None) -> None:
    """Let the rule take questions asked since `asked_after` (by default the last 30 days). Idempotent: yes."""
    now = timezone.now()
    rule.enabled_at = rule.enabled_at or now
    rule.asked_after = asked_after or now - timedelta(days=PREVIEW_DAYS)
    rule.save(update_fields=["enabled_at", "asked_after"])


def rule_disable(rule: Rule) -> None:
    """Stop the rule; cases it opened stay. Idempotent: yes."""
    rule.enabled_at = None
    rule.save(update_fields=["enabled_at"])


def rules_run(*, budget_s: float = 120.0) -> int:
    """Hand every waiting question an enabled rule takes to support; return how many. A periodic job."""
    ends_at, taken = timezone.now() + timedelta(seconds=budget_s), 0
    for rule in Rule.objects.filter(enabled_at__isnull=False).order_by("pk"):
        topics, mine = subject_of("forums.topic"), 0
        for topic_id in rule_takes(rule, asked_after=rule.asked_after or rule.created_at):
            if timezone.now() > ends_at:
                break  # the next turn goes on
            mine += topics.escalate(topic_id, actor_id=None, origin="system")
        Rule.objects.filter(pk=rule.pk).update(last_run_at=timezone.now(), taken=rule.taken + mine)
        taken += mine
    return taken
