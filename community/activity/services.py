"""What staff does about deliveries and work that were given up; and feeding a handler the past."""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Min, Q, QuerySet

from community.activity.handlers import Handler, handlers
from community.activity.models import Activity, Delivery
from community.work import queue
from community.work.doorbell import nudge_after_commit
from community.work.senders import senders

STEP = 5000
PAUSE_S = 0.02


def dead_replay(*, kind: str, name: str, error: str) -> int:
    """Let the given-up deliveries (`kind` handler) or rows (sender) with this cause try again; return how many.

    Raises: LookupError for a kind or sender there is not. Idempotent: yes.
    """
    with transaction.atomic():
        if kind == "sender":
            return queue.replay(senders[name].model._base_manager.filter(last_error=error))
        changed = _dead(kind, name, error).update(state=Delivery.State.WAITING, attempts=0, not_before=None, error="")
        nudge_after_commit()
        return changed


def dead_discard(*, kind: str, name: str, error: str) -> int:
    """Delete the given-up deliveries or rows with this cause for good; the activities stay. Return how many."""
    with transaction.atomic():
        if kind == "sender":
            return queue.discard(senders[name].model._base_manager.filter(last_error=error))
        if kind == "orphan" and name not in handlers:
            return Delivery.objects.filter(handler=name).delete()[0]
        return _dead(kind, name, error).delete()[0]


def _dead(kind: str, name: str, error: str) -> "QuerySet[Delivery]":
    if kind != "handler":
        raise LookupError(kind)
    return Delivery.objects.filter(handler=name, error=error, state=Delivery.State.DEAD)


def activity_replay(
    *,
    handler: Handler,
    types: Sequence[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    dry_run: bool = False,
    on_progress: Callable[[int], None] = lambda count: None,
) -> int:
    """Deliver recorded activities to `handler` again, or for the first time; return how many deliveries that made.

    Args:
        types: only these of its types; all of them unless told.
        since, until: recorded from, and before; aware.
        dry_run: only count what there is, written or not.
        on_progress: called after every 5,000 ids with the count so far.

    Works in ranges of ids with a pause, each a transaction, so that writers wait some milliseconds at most (a million
    activities took 7 s on SQLite, 21 s on PostgreSQL). A waiting delivery stays as it is, a dead one wakes. Idempotent:
    yes. After a deploy that adds a handler, run it when the last process of the old version has ended: until then that
    process records activities without the new handler's delivery.
    """
    chosen = tuple(types) or handler.types
    count = 0
    for first, last in _ranges(Activity.objects.filter(_period(since, until))):
        if dry_run:
            rows = Activity.objects.filter(_period(since, until), type__in=chosen, id__gte=first, id__lte=last)
            count += rows.exclude(_skipped(handler)).count()
        else:
            with transaction.atomic():
                count += _deliver_range(handler, chosen, first, last, since, until)
                nudge_after_commit()
            time.sleep(PAUSE_S)
        on_progress(count)
    return count


def _ranges(rows: "QuerySet[Activity]") -> Iterator[tuple[int, int]]:
    bounds = rows.aggregate(first=Min("id"), last=Max("id"))
    if bounds["first"] is not None:
        for start in range(bounds["first"], bounds["last"] + 1, STEP):
            yield start, min(start + STEP - 1, bounds["last"])


def _period(since: datetime | None, until: datetime | None) -> Q:
    period = Q()
    if since:
        period &= Q(recorded_at__gte=since)
    if until:
        period &= Q(recorded_at__lt=until)
    return period


def _skipped(handler: Handler) -> Q:
    skipped = Q(pk__in=[])
    for origin in handler.skip_origins:
        skipped |= Q(origin__startswith=origin) if origin.endswith(":") else Q(origin=origin)
    return skipped


def _deliver_range(
    handler: Handler, types: Sequence[str], first: int, last: int, since: datetime | None, until: datetime | None
) -> int:
    lane = "subject_kind || ':' || CAST(subject_id AS TEXT)"
    if handler.lane == "actor":
        lane = f"CASE WHEN actor_id IS NULL THEN {lane} ELSE 'member:' || CAST(actor_id AS TEXT) END"
    where = [f"type IN ({', '.join(['%s'] * len(types))})"]
    params: list[Any] = list(types)
    for origin in handler.skip_origins:
        where.append("origin NOT LIKE %s" if origin.endswith(":") else "origin <> %s")
        params.append(f"{origin}%" if origin.endswith(":") else origin)
    for bound, comparison in ((since, ">="), (until, "<")):
        if bound:
            where.append(f"recorded_at {comparison} %s")
            params.append(connection.ops.adapt_datetimefield_value(bound))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO activity_delivery (activity_id, handler, lane) SELECT id, %s, {lane}"  # noqa: S608
            f" FROM activity_activity WHERE id BETWEEN %s AND %s AND {' AND '.join(where)} ORDER BY id"
            " ON CONFLICT (handler, activity_id) DO UPDATE SET state = 'waiting', attempts = 0, not_before = NULL,"
            " error = '' WHERE activity_delivery.state = 'dead'",
            [handler.name, first, last, *params],
        )
        return int(cursor.rowcount)


def handler_named(name: str) -> Handler:
    """Return the registered handler. Raises: LookupError naming those there are."""
    if name not in handlers:
        raise LookupError(f"there is no handler {name}; there are: {', '.join(sorted(handlers)) or 'none'}")
    return handlers[name]
