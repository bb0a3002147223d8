"""What colleagues do to the sync by its pages. Each act asks for the right and is kept with who did it and why."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.core.errors import Invalid
from community.members.models import Member
from crm_sync import services
from crm_sync.connectors.base import CheckReport
from crm_sync.credentials import CredentialsLostError, seal, unseal
from crm_sync.models import Connection, Rule, StaffAct
from crm_sync.permissions import sync_manage_check
from crm_sync.selectors_dead import GroupKey
from crm_sync.selectors_preview import RULE_FILTERS
from crm_sync.selectors_staff import connection_of
from crm_sync.services import act_record

Action = StaffAct.Action
Picked = tuple[str, int] | None
"""One dead row: its table and id; None for its whole group."""


def connection_create(*, actor: Member, site: Any, kind: str, values: Mapping[str, Any]) -> Connection:
    """Add a connection, paused until somebody has looked at what it would send.

    Args:
        values: name, endpoint, credentials, legal_basis, enabled_kinds, timeline_rule, daily_calls, options, owners.
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
    owners = {**crm.options.get("owners", {}), **values["owners"]}
    crm.options = {**crm.options, **values["options"], "owners": owners}
    try:
        kept = unseal(crm.credentials)
    except CredentialsLostError:
        kept = {}
    if given or not crm.pk:
        crm.credentials, crm.key_id = seal({**kept, **given})
    try:
        with transaction.atomic():
            crm.save()
            act_record(crm, actor, action)
    except IntegrityError as taken:
        raise Invalid(_("Another connection has this name."), "name") from taken
    return crm


def connection_check(*, actor: Member, connection_id: int) -> CheckReport:
    """Try a connection; writes nothing to the CRM. Makes calls, so never inside a transaction. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    act_record(crm, actor, Action.TESTED)
    return services.connection_check(crm)


def connection_pause(*, actor: Member, connection_id: int, reason: str) -> None:
    """Stop sending; what is queued stays. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    with transaction.atomic():
        services.connection_pause(crm)
        act_record(crm, actor, Action.PAUSED, reason=reason)


def connection_resume(*, actor: Member, connection_id: int) -> None:
    """Send, for the first time or again. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    with transaction.atomic():
        services.connection_resume(crm)
        act_record(crm, actor, Action.RESUMED)


def dead_retry(*, actor: Member, key: GroupKey, picked: Picked = None) -> int:
    """Let the records of a group, or one of them, try again. Returns how many. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(key.connection_id)
    table, ids = (picked[0], [picked[1]]) if picked else (None, None)
    count = services.dead_retry(crm=crm, cause=key.cause, table=table, ids=ids)
    if count:
        act_record(crm, actor, Action.RETRIED, count=count, reason=key.cause)
    return count


def dead_retry_all(*, actor: Member, keys: Sequence[GroupKey]) -> int:
    """Let every group try again. Returns how many records. Raises: Denied."""
    return sum(dead_retry(actor=actor, key=key) for key in keys)


def dead_discard(*, actor: Member, key: GroupKey, reason: str, picked: Picked = None) -> int:
    """Give the records of a group, or one, up for good. Returns how many. Raises: Denied; Invalid without a reason."""
    sync_manage_check(actor)
    crm = connection_of(key.connection_id)
    table, ids = (picked[0], [picked[1]]) if picked else (None, None)
    return services.dead_discard(crm=crm, cause=key.cause, reason=reason, by=actor, table=table, ids=ids)


def rule_set(*, actor: Member, connection_id: int, values: Mapping[str, Any]) -> Rule:
    """Let questions nobody answers become cases of this connection. Replaces its rule. Raises: Denied.

    Args:
        values: hours, categories, tags, languages, and days: how far back it looks.
    """
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    rule = rule_of(crm)
    for name in RULE_FILTERS:
        setattr(rule, name, values[name])
    with transaction.atomic():
        rule.save()
        services.rule_enable(rule, asked_after=timezone.now() - timedelta(days=values["days"]))
        act_record(crm, actor, Action.RULE_SET, reason=f"{rule.hours} h")
    return rule


def rule_unset(*, actor: Member, connection_id: int) -> None:
    """Stop the rule; its cases stay. Idempotent: yes. Raises: Denied."""
    sync_manage_check(actor)
    crm = connection_of(connection_id)
    with transaction.atomic():
        services.rule_disable(rule_of(crm, saved=True))
        act_record(crm, actor, Action.RULE_UNSET)


def rule_of(crm: Connection, *, saved: bool = False) -> Rule:
    """Return the connection's rule, or a new one. Queries: 1."""
    rule = Rule.objects.filter(connection=crm).order_by("pk").first() or Rule(connection=crm)
    if saved and rule.pk is None:
        rule.save()
    return rule
