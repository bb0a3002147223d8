"""The log: Activity is append-only and kept; a Delivery is work left for one handler."""

from django.db import models


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

    class Meta:
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "id"], name="activity_subject"),
            models.Index(fields=["actor_id", "id"], name="activity_actor"),
            models.Index(fields=["type", "id"], name="activity_type"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.subject_kind}:{self.subject_id}"


class Delivery(models.Model):
    """One activity still to be handled by one handler; deleted on success."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE)
    handler = models.CharField(max_length=80)
    lane = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handler", "activity"], name="delivery_once")]

    def __str__(self) -> str:
        return f"{self.handler} <- {self.activity_id}"
