"""Many activities at once, for imports: the same two statements as `record()`, once per batch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from community.activity.handlers import handlers_for, lane_of
from community.activity.log import _ACTIVITY, _DELIVERY, _MORE, _as_json
from community.activity.types import type_of
from community.core import content
from community.work.doorbell import nudge_after_commit
from community.work.senders import in_transaction_of_ours

_VALUES = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
_MOST_PARAMETERS = 30_000
"""SQLite takes 32,766 in a statement, PostgreSQL 65,535."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One activity to record; the fields are the arguments of `record()`."""

    payload: object
    subject_id: int
    actor_id: int | None
    occurred_at: datetime
    dedupe_key: str


def record_many(entries: Sequence[Entry], *, origin: str) -> int:
    """Append activities and their deliveries inside the caller's transaction; return how many were new.

    Args:
        entries: at most 2,000, their dedupe keys all different; one recorded before is left out.
    Raises: as `record()`. Queries: 2, more where deliveries pass the limit of a statement.
    """
    if not in_transaction_of_ours():
        raise RuntimeError("record_many() must run inside the service's own transaction")
    if not entries:
        return 0
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    keys = {entry.dedupe_key: entry for entry in entries}
    params: Any = [value for key, entry in keys.items() for value in _columns(key, entry, origin, now)]
    statement = _ACTIVITY.replace(_VALUES, ", ".join([_VALUES] * len(keys))) + ", dedupe_key"
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        recorded = cursor.fetchall()
        deliveries = [row for activity_id, key in recorded for row in _deliveries(activity_id, keys[key], origin)]
        step = _MOST_PARAMETERS // 3
        for start in range(0, len(deliveries), step):
            batch = deliveries[start : start + step]
            cursor.execute(_DELIVERY + _MORE * (len(batch) - 1), [value for row in batch for value in row])
    nudge_after_commit()
    if any(type_of(entry.payload).takes_away for entry in entries):
        connection.on_commit(content.taken_away, robust=True)
    return len(recorded)


def _columns(key: str, entry: Entry, origin: str, now: object) -> tuple[object, ...]:
    declared = type_of(entry.payload)
    return (
        declared.name,
        declared.version,
        _as_json(entry.payload),
        declared.subject_kind,
        entry.subject_id,
        entry.actor_id,
        origin,
        key,
        connection.ops.adapt_datetimefield_value(entry.occurred_at),
        now,
    )


def _deliveries(activity_id: int, entry: Entry, origin: str) -> list[tuple[int, str, str]]:
    declared = type_of(entry.payload)
    return [
        (activity_id, handler.name, lane_of(handler.lane, declared.subject_kind, entry.subject_id, entry.actor_id))
        for handler in handlers_for(declared.name, origin)
    ]
