"""Call budgets of a connection: per day, per burst window, per endpoint family; and slots for concurrent runs."""

import time
from datetime import timedelta

from django.db import connection as database
from django.utils import timezone

from crm_sync.connectors.base import Limits
from crm_sync.errors import Throttled
from crm_sync.models import CallWindow, Connection, Lane

DAY_S = 86_400


def call_take(crm: Connection, limits: Limits, endpoint: str) -> None:
    """Count one call against every budget of the connection.

    Raises: Throttled until the window that is full ends; then nothing was counted beyond the limit. Queries: 2 to 3.
    """
    now_s = int(time.time())
    burst = crm.burst_calls or limits.burst_calls
    family = limits.per_endpoint.get(endpoint)
    if burst is not None:
        _count(crm, "burst", limits.burst_window_s, burst, now_s)
    if family is not None:
        _count(crm, f"burst:{endpoint}", limits.burst_window_s, family, now_s)
    _count(crm, "day", DAY_S, crm.daily_calls or limits.daily_calls, now_s)


def _count(crm: Connection, budget: str, window_s: int, limit: int | None, now_s: int) -> None:
    starts_at = now_s - now_s % window_s
    table = database.ops.quote_name(CallWindow._meta.db_table)
    statement = (
        f"INSERT INTO {table} (connection_id, budget, starts_at, calls) VALUES (%s, %s, %s, 1)"  # noqa: S608 our table
        f" ON CONFLICT (connection_id, budget, starts_at) DO UPDATE SET calls = {table}.calls + 1"
        f" WHERE {table}.calls < %s RETURNING calls"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [crm.pk, budget, starts_at, limit if limit is not None else 2**31 - 1])
        counted = cursor.fetchone()
    if counted is None:
        left_s = starts_at + window_s - time.time()
        raise Throttled(
            f"The budget of {limit} calls ({budget}) is spent.", retry_after_s=max(0.1, left_s), code=budget
        )


def calls_today(connection_ids: list[int]) -> dict[int, int]:
    """Return how many calls each connection made since midnight UTC. Queries: 1."""
    now_s = int(time.time())
    rows = CallWindow.objects.filter(connection_id__in=connection_ids, budget="day", starts_at=now_s - now_s % DAY_S)
    return dict(rows.values_list("connection_id", "calls"))


def old_windows_delete() -> int:
    """Delete counts nobody asks for any more: bursts after an hour, days after 40. Idempotent: yes."""
    now_s = int(time.time())
    bursts = CallWindow.objects.filter(budget__startswith="burst", starts_at__lt=now_s - 3600).delete()[0]
    return bursts + CallWindow.objects.filter(budget="day", starts_at__lt=now_s - 40 * DAY_S).delete()[0]


def lane_take(crm: Connection, name: str, *, lease_s: float) -> int | None:
    """Take a lane that is free or whose holder's lease ran out; return its epoch, or None. Queries: 1."""
    now = timezone.now()
    adapt = database.ops.adapt_datetimefield_value
    table = database.ops.quote_name(Lane._meta.db_table)
    statement = (
        f"INSERT INTO {table} (connection_id, name, epoch, lease_until) VALUES (%s, %s, 1, %s)"  # noqa: S608 our table
        f" ON CONFLICT (connection_id, name) DO UPDATE SET epoch = {table}.epoch + 1,"
        f" lease_until = excluded.lease_until WHERE {table}.lease_until IS NULL OR {table}.lease_until <= %s"
        " RETURNING epoch"
    )
    with database.cursor() as cursor:
        cursor.execute(statement, [crm.pk, name, adapt(now + timedelta(seconds=lease_s)), adapt(now)])
        row = cursor.fetchone()
    return row[0] if row else None


def lane_hold(crm: Connection, name: str, epoch: int, *, lease_s: float) -> bool:
    """Renew the lease of a lane; False when somebody else took it meanwhile. Queries: 1."""
    until = timezone.now() + timedelta(seconds=lease_s)
    return bool(Lane.objects.filter(connection=crm, name=name, epoch=epoch).update(lease_until=until))


def lane_free(crm: Connection, name: str, epoch: int) -> None:
    """Give a lane back, if it is still ours."""
    Lane.objects.filter(connection=crm, name=name, epoch=epoch).update(lease_until=None)


def slot_take(crm: Connection, limits: Limits, *, lease_s: float) -> tuple[str, int] | None:
    """Take one of the connection's slots for concurrent runs; None when all are taken."""
    for number in range(crm.concurrent_calls or limits.concurrent_calls):
        epoch = lane_take(crm, f"slot:{number}", lease_s=lease_s)
        if epoch is not None:
            return f"slot:{number}", epoch
    return None
