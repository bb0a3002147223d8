"""Tables and a type that only the spine's tests have."""

from dataclasses import dataclass

from django.db import models, transaction

from community.activity.log import record
from community.activity.types import activity_type
from community.work.models import WorkItem


@activity_type("spine.happened", subject="members.member")
@dataclass(frozen=True, kw_only=True)
class Happened:
    """Something happened, for the tests."""

    number: int = 0
    state: str = "new"


class Effect(models.Model):
    """One row per effect of a handler; no constraint, so that a doubled effect shows."""

    handler = models.CharField(max_length=80)
    activity_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()

    class Meta:
        app_label = "spine_tests"

    def __str__(self) -> str:
        return f"{self.handler} {self.activity_id}"


class Parcel(WorkItem):
    """A work table."""

    address = models.CharField(max_length=40, unique=True)
    mark_key = ("address",)

    class Meta(WorkItem.Meta):
        app_label = "spine_tests"

    def __str__(self) -> str:
        return self.address


def happen(*subject_ids: int, actor_id: int | None = None, dedupe_key: str | None = None) -> list[int | None]:
    """Record one activity per subject, in one transaction."""
    with transaction.atomic():
        return [
            record(Happened(number=subject_id), subject_id=subject_id, actor_id=actor_id, dedupe_key=dedupe_key)
            for subject_id in subject_ids
        ]
