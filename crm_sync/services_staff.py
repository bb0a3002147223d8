"""What colleagues do to the sync. Each act is kept with who did it and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from community.members.models import Member
from community.work.queue import discard, replay
from crm_sync.connectors.base import CheckReport
from crm_sync.credentials import CredentialsLostError, seal, unseal
from crm_sync.engine.session import BusyError, session_open
from crm_sync.errors import CrmError
from crm_sync.models import Connection, Run, StaffAct
from crm_sync.permissions import sync_manage_check
from crm_sync.selectors_dead import GroupKey, dead_rows
from crm_sync.selectors_staff import connection_of
from crm_sync.states import connection_pause as pause
from crm_sync.states import connection_resume as resume

Action = StaffAct.Action


def connection_create(*, actor: Member, site: Any, kind: str, values: Mapping[str, Any]) -> Connection:
    """Add a connection, paused until somebody has looked at what it would send.

    Args:
        values: name, endpoint, credentials, legal_basis, enabled_kinds, timeline_rule, daily_calls.
    Raises: Denied; Invalid for a name the site has already.
    """
    sync_manage_check(actor)
    crm = Connection(site=site, kind=kind, state=Connection.State.PAUSED)
    return _save(crm, actor, values, Action.CREATED)


def connection_update(*, actor: Member, connection_id: int, values: Mapping[str, Any]) -> Connection:
    """Change a connection; a credential left empty keeps its value. Raises: Denied, Invalid."""
    sync_manage_check(actor)
    return _save(connection_of(connection_id), actor, values, Action.EDITED)


def _save(crm: Connection, actor: Member, values: Mapping[str, Any], action: str) -> Connection:
    given = {name: value for name, value in values["credentials"].items() if value}
    for name in ("name", "endpoint", "legal_basis", "enabled_kinds", "timeline_rule", "daily_calls"):
        setattr(crm, name, values[name])
    try:
        kept = unseal(crm.credentials)
    except CredentialsLostError:
        kept = {}
    if given or not crm.pk:
        crm.credentials, crm.key_id = seal({**kept, **given})
    try:
        with transaction.atomic():
            crm.save()
            act_record(crm.pk, actor, action)
    except IntegrityError as taken:
        raise Invalid(_("Another connection has this name."), "name") from taken
    return crm


def connection_check(*, actor: Member, connection_id: int) -> CheckReport:
    """Try a connection; writes nothing to the CRM. Makes calls, so never inside a transaction. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    act_record(crm.pk, actor, Action.TESTED)
    try:
        with session_open(crm, Run.Purpose.CHECK) as session, session.call("check", ""):
            return session.connector.check()
    except BusyError:
        return CheckReport(ok=False, problems=(str(_("It is at work just now. Try again in a moment.")),))
    except CrmError as failed:
        return CheckReport(ok=False, problems=(f"{failed.message} {failed.hint}".strip(),))


def connection_pause(*, actor: Member, connection_id: int, reason: str) -> None:
    """Stop sending; what is queued stays. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    with transaction.atomic():
        pause(crm)
        act_record(crm.pk, actor, Action.PAUSED, reason=reason)


def connection_resume(*, actor: Member, connection_id: int) -> None:
    """Send, for the first time or again. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    with transaction.atomic():
        resume(crm)
        act_record(crm.pk, actor, Action.RESUMED)


def dead_retry(*, actor: Member, key: GroupKey, item_id: int | None = None) -> int:
    """Let the records of a group, or one of them, try again. Returns how many. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    with transaction.atomic():
        count = replay(dead_rows(key, item_id))
        if count:
            act_record(key.connection_id, actor, Action.RETRIED, count=count, reason=key.code)
    return count


def dead_retry_all(*, actor: Member, keys: Sequence[GroupKey]) -> int:
    """Let every group try again. Returns how many records. Raises: Denied."""
    return sum(dead_retry(actor=actor, key=key) for key in keys)


def dead_discard(*, actor: Member, key: GroupKey, reason: str, item_id: int | None = None) -> int:
    """Give the records of a group, or one, up for good. Returns how many. Raises: Denied; Invalid without a reason."""
    sync_manage_check(actor)
    if not reason.strip():
        raise Invalid(_("Say why, for those who ask later."), "reason")
    with transaction.atomic():
        count = discard(dead_rows(key, item_id))
        if count:
            act_record(key.connection_id, actor, Action.DISCARDED, count=count, reason=reason)
    return count


def act_record(connection_id: int, actor: Member, action: str, *, reason: str = "", count: int = 0) -> None:
    """Keep what a colleague did."""
    StaffAct.objects.create(
        connection_id=connection_id,
        actor_id=actor.pk,
        action=action,
        reason=reason[:200],
        count=count,
        at=timezone.now(),
    )
