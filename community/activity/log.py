"""The only way into the log."""

from dataclasses import asdict
from datetime import datetime
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from community.activity.handlers import handlers_for
from community.activity.models import Activity, Delivery
from community.activity.types import type_of


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
        payload: an instance of a declared activity type.
        subject_id: primary key of the subject, of the kind the type declares.
        actor_id: the member who did it; None for the system.
        origin: `web`, `api`, `email`, `import`, `seed`, `system` or `crm:<connection id>`.
        occurred_at: when it happened, aware; now unless told.
        dedupe_key: the same key is recorded once for ever; a random one unless told.

    Returns: the activity's id, or None when the key was already recorded.
    Raises: RuntimeError outside a transaction of ours; LookupError for an undeclared payload.
    Queries: 2.
    """
    if not any(not getattr(block, "_from_testcase", False) for block in connection.atomic_blocks):
        raise RuntimeError("record() must run inside the service's own transaction")
    declared = type_of(payload)
    now = timezone.now()
    key = dedupe_key or uuid4().hex
    if dedupe_key and Activity.objects.filter(dedupe_key=key).exists():
        return None
    activity = Activity.objects.create(
        type=declared.name,
        version=declared.version,
        payload=asdict(payload),  # type: ignore[call-overload]
        subject_kind=declared.subject_kind,
        subject_id=subject_id,
        actor_id=actor_id,
        origin=origin,
        dedupe_key=key,
        occurred_at=occurred_at or now,
        recorded_at=now,
    )
    Delivery.objects.bulk_create(
        Delivery(activity=activity, handler=handler.name, lane=f"{handler.lane}")
        for handler in handlers_for(declared.name, origin)
    )
    return activity.pk
