"""The only way into the log."""

import json
import re
import time
from datetime import datetime
from enum import Enum
from secrets import token_hex
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.utils import timezone

from community.activity.handlers import handlers_for, lane_of
from community.activity.types import type_of
from community.core import content
from community.work.doorbell import nudge_after_commit
from community.work.senders import in_transaction_of_ours

_ACTIVITY = (
    "INSERT INTO activity_activity (type, version, payload, subject_kind, subject_id, actor_id, origin, dedupe_key,"
    " occurred_at, recorded_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
    " ON CONFLICT (dedupe_key) DO NOTHING RETURNING id"
)
_DELIVERY = "INSERT INTO activity_delivery (activity_id, handler, lane) VALUES (%s, %s, %s)"
_MORE = ", (%s, %s, %s)"
_CODE = re.compile(r"[A-Za-z0-9_.:+/-]{0,64}").fullmatch


def record(
    payload: object,
    *,
    subject_id: int,
    actor_id: int | None,
    origin: str = "web",
    occurred_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> int | None:
    """Append one activity and its deliveries, inside the caller's transaction.

    Args:
        payload: an instance of a declared activity type: ids, enums and numbers.
        subject_id: primary key of the subject, of the kind the type declares.
        actor_id: the member who did it; None for the system.
        origin: `web`, `api`, `email`, `import`, `seed`, `system` or `crm:<connection id>`.
        occurred_at: when it happened, aware; now unless told.
        dedupe_key: the same key is recorded once for ever; a random one unless told.

    Returns: the activity's id, or None when the key was already recorded.
    Raises: RuntimeError outside a transaction of ours; LookupError for an undeclared payload;
        ValueError for text in it.
    Queries: 2, however many handlers.
    """
    connection = connections[DEFAULT_DB_ALIAS]  # once: every look through the proxy `connection` costs
    if not in_transaction_of_ours(connection):
        raise RuntimeError("record() must run inside the service's own transaction")
    declared = type_of(payload)
    now = timezone.now()
    adapt = connection.ops.adapt_datetimefield_value
    recorded = adapt(now)
    what = (declared.name, declared.version, _as_json(payload), declared.subject_kind)
    # keys grow with time, so that the unique index is written at its end
    key = dedupe_key or f"{time.time_ns():016x}{token_hex(8)}"
    happened = adapt(occurred_at) if occurred_at else recorded
    with connection.cursor() as cursor:
        cursor.execute(_ACTIVITY, (*what, subject_id, actor_id, origin, key, happened, recorded))
        row = cursor.fetchone()
        if row is None:
            return None
        activity_id: int = row[0]
        params: list[Any] = []
        for handler in handlers_for(declared.name, origin):
            params += (activity_id, handler.name, lane_of(handler.lane, declared.subject_kind, subject_id, actor_id))
        if params:
            cursor.execute(_DELIVERY + _MORE * (len(params) // 3 - 1), params)
    nudge_after_commit(connection)
    if declared.takes_away:
        connection.on_commit(content.taken_away, robust=True)
    return activity_id


def _as_json(payload: object) -> str:
    values = vars(payload)
    for name, value in values.items():
        if type(value) is str and _CODE(value) is None:
            raise ValueError(f"{type(payload).__name__}.{name} holds text; payloads hold ids, enums and numbers")
    return _encode(values)


def _enum(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    raise TypeError(f"{type(value).__name__} does not belong into a payload")


_encode = json.JSONEncoder(default=_enum, separators=(",", ":")).encode
