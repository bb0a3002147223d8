"""The log: Activity is append-only and kept; a Delivery is work left for one handler."""

from typing import Any, NoReturn

from django.db import models


class AppendOnlyError(TypeError):
    """Somebody tried to change or delete what was recorded."""


class AppendOnlyQuerySet(models.QuerySet["Activity"]):
    """Reads and inserts only. UPDATE is refused by a trigger too (`triggers.py`)."""

    def update(self, **values: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("the activity log is append-only")

    def delete(self) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("the activity log is kept")

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("the activity log is append-only")


class Activity(models.Model):
    """Something a member did that became visible, or that staff or the system did about it."""

    type = models.CharField(max_length=80)
    version = models.PositiveSmallIntegerField(default=1)
    payload = models.JSONField(default=dict)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True)
    origin = models.CharField(max_length=40)
    dedupe_key = models.CharField(max_length=120, unique=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="activity_subject"),
            models.Index(fields=["actor_id", "id"], name="activity_actor"),
            models.Index(fields=["type", "id"], name="activity_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_kind}:{self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only; `record()` is the way to do it."""
        if not self._state.adding:
            raise AppendOnlyError("the activity log is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError("the activity log is kept")


class Delivery(models.Model):
    """One activity still to be handled by one handler; deleted on success, so the table is only work left."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DEAD = "dead"

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, db_index=False)  # the constraint has one
    handler = models.CharField(max_length=80)
    lane = models.CharField(max_length=60)
    """What a poison activity blocks: `forums.topic:7` or `member:3`."""
    state = models.CharField(max_length=8, choices=State, default=State.WAITING, db_default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    not_before = models.DateTimeField(null=True)
    """Set after a failure; until then its lane waits."""
    error = models.CharField(max_length=200, blank=True, default="", db_default="")
    """Class and place of the last error, never its text: that may hold personal data."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handler", "activity"], name="delivery_once")]
        indexes = [
            models.Index(
                fields=["handler", "lane"], condition=models.Q(not_before__isnull=False), name="delivery_blocked"
            ),
            models.Index(fields=["handler", "error"], condition=models.Q(state="dead"), name="delivery_dead"),
        ]

    def __str__(self) -> str:
        return f"{self.handler} <- {self.activity_id}"


class HandlerStart(models.Model):
    """How often a process began to deliver to a handler without one success: the trace of a poison that kills it."""

    handler = models.CharField(max_length=80, primary_key=True)
    starts = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.handler}: {self.starts}"
