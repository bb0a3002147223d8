"""What was sent, when, and what the CRM said: one run a turn, one attempt a call, one row a record."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_sync.models.connections import Connection


class Run(models.Model):
    """One turn of a sender, a poll or an audit for one connection."""

    class Purpose(models.TextChoices):
        RECORDS = "records", _("Records")
        TIMELINE = "timeline", _("Timeline")
        POLL = "poll", _("Changes coming back")
        AUDIT = "audit", _("Nightly comparison")
        CHECK = "check", _("Connection check")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    purpose = models.CharField(max_length=10, choices=Purpose)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """None: still going, or its process died."""
    calls = models.PositiveIntegerField(default=0)
    sent = models.PositiveIntegerField(default=0)
    """Rows that went into a call."""
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    """Rows that needed no call, or that the CRM held already."""
    removed = models.PositiveIntegerField(default=0)
    """Erased."""
    refused = models.PositiveIntegerField(default=0)
    """Rows the CRM will not take as they are."""
    waiting = models.PositiveIntegerField(default=0)
    """Rows put back for later."""
    read = models.PositiveIntegerField(default=0)
    """Records read in a poll or audit."""
    applied = models.PositiveIntegerField(default=0)
    """Changes taken over in a poll, or repaired in an audit."""
    oldest_at = models.DateTimeField(null=True)
    """Since when the oldest row it took had waited; None for a poll, an audit or a check."""
    outcome = models.CharField(max_length=20, blank=True)
    """ok, or the failure class that ended it."""
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-id"], name="run_of_connection"),
            models.Index(fields=["started_at"], name="run_started"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.connection_id} at {self.started_at}"


class Attempt(models.Model):
    """One call of a connector, written down before it is made. Requests and answers have their secrets masked."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="attempts")
    operation = models.CharField(max_length=20)
    """push, read_back, changed, …"""
    kind = models.CharField(max_length=20)
    rows_sent = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField(null=True)
    """None: no answer was written down, the process died."""
    failure_class = models.CharField(max_length=20, blank=True)
    """Empty: it went well."""
    message = models.CharField(max_length=300, blank=True)
    exchanges = models.JSONField(default=list)
    """[{method, url, request, status, response, duration_ms}]; emptied when a person in it is erased."""
    purged = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.operation} {self.kind} of run {self.run_id}"


class AttemptRow(models.Model):
    """What became of one record in one attempt; so each record has its history."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="rows")
    connection_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    action = models.CharField(max_length=10)
    remote_id = models.CharField(max_length=120, blank=True)
    failure_class = models.CharField(max_length=20, blank=True)
    field = models.CharField(max_length=60, blank=True)
    message = models.CharField(max_length=300, blank=True)
    hint = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "object_id", "-id"], name="attempt_row_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.action}"
