"""Write activities as the forums do, and read them back as a handler gets them."""

from typing import Any

from django.db import transaction

from community.activity.handlers import ActivityView
from community.activity.log import record
from community.activity.models import Activity
from community.activity.types import load_payload
from forums import activities


def happened(name: str, *, post: int, actor: Any, author: Any, asker: Any = None, **more: Any) -> ActivityView:
    """Record one activity about the post with id `post`; `name` is that of its payload class."""
    values: dict[str, Any] = {"topic_id": 1, "author_id": author.pk}
    if asker is not None:
        values["asker_id"] = asker.pk
    if name.startswith("Post"):
        values["number"] = 2
    with transaction.atomic():
        activity_id = record(
            getattr(activities, name)(**values), subject_id=post, actor_id=actor.pk if actor else None, **more
        )
    assert activity_id is not None
    return views_of([activity_id])[0]


def views_of(activity_ids: list[int]) -> list[ActivityView]:
    """Return these activities in id order."""
    return [
        ActivityView(
            id=row.pk,
            type=row.type,
            version=row.version,
            payload=load_payload(row.type, row.payload),
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            actor_id=row.actor_id,
            origin=row.origin,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
        )
        for row in Activity.objects.filter(pk__in=activity_ids).order_by("pk")
    ]
