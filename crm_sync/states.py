"""When a connection runs, waits, is paused or needs a person."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from community.work.doorbell import nudge
from crm_sync.errors import CrmError, Throttled, UnknownOutcome
from crm_sync.models import Connection

TROUBLE_FREE = 2
"""Unknown outcomes in a row that may be an accident; from the next one on the connection waits."""
TROUBLE_CAP_S = 300.0


def connection_wait(crm: Connection, error: CrmError) -> datetime:
    """Send nothing for as long as a throttled CRM (or a spent budget) asks. Returns: until when."""
    retry_after_s = error.retry_after_s if isinstance(error, Throttled | UnknownOutcome) else 30.0
    until = timezone.now() + timedelta(seconds=retry_after_s)
    _update(crm, wait_until=until, wait_reason=error.message[:200])
    return until


def connection_trouble(crm: Connection, error: CrmError) -> datetime | None:
    """Count an unknown outcome; after a few in a row open the breaker. Returns: until when, None while it is closed."""
    crm.trouble_count = min(crm.trouble_count + 1, 100)
    asked_s = error.retry_after_s if isinstance(error, UnknownOutcome) else 0.0
    steps = crm.trouble_count - TROUBLE_FREE
    wait_s = max(asked_s, min(TROUBLE_CAP_S, 2.0 ** min(steps, 10)) if steps > 0 else 0.0)
    if wait_s <= 0:
        _update(crm, trouble_count=crm.trouble_count)
        return None
    until = timezone.now() + timedelta(seconds=wait_s)
    _update(crm, trouble_count=crm.trouble_count, wait_until=until, wait_reason=error.message[:200])
    return until


def connection_well(crm: Connection) -> None:
    """Note a call that went well: the breaker closes."""
    _update(crm, trouble_count=0, wait_until=None, wait_reason="", last_success_at=timezone.now())


def connection_heard(crm: Connection) -> None:
    """Note that the CRM answers. That it takes what is written only a push shows: the breaker stays as it is."""
    _update(crm, last_success_at=timezone.now())


def connection_attention(crm: Connection, reason: str) -> None:
    """Stop the connection until an administrator has looked at it."""
    _state(crm, Connection.State.ATTENTION, reason)


def connection_pause(crm: Connection) -> None:
    """Stop sending; what is queued stays queued. Idempotent: yes."""
    _state(crm, Connection.State.PAUSED, "")


def connection_resume(crm: Connection) -> None:
    """Send again, after a pause or after the cause of attention was cured. Idempotent: yes."""
    _update(crm, wait_until=None, wait_reason="", trouble_count=0)
    _state(crm, Connection.State.RUNNING, "")
    nudge()


def sending_now() -> Q:
    """Return the condition on Connection for those that may make calls now."""
    return Q(state=Connection.State.RUNNING) & (Q(wait_until=None) | Q(wait_until__lte=timezone.now()))


def is_running(crm: Connection) -> bool:
    """Tell whether nobody paused or stopped the connection since it was read. Queries: 1."""
    return Connection.objects.filter(pk=crm.pk, state=Connection.State.RUNNING).exists()


def _state(crm: Connection, state: str, reason: str) -> None:
    _update(crm, state=state, state_reason=reason[:300], state_at=timezone.now())


def _update(crm: Connection, **values: object) -> None:
    for name, value in values.items():
        setattr(crm, name, value)
    Connection.objects.filter(pk=crm.pk).update(**values)
