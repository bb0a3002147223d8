"""A connection to one CRM, and what is counted and leased for it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Installation(models.Model):
    """Twelve random characters made once and frozen: the first part of every external key."""

    key = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.key


def default_kinds() -> list[str]:
    """Return the kinds a new connection syncs."""
    return ["contact", "case", "idea", "vote"]


class Connection(models.Model):
    """One CRM that this site is kept in step with."""

    class State(models.TextChoices):
        """Waiting for a throttled CRM is no state of its own: `wait_until` says so."""

        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ATTENTION = "attention", _("Needs attention")

    class LegalBasis(models.TextChoices):
        CONTRACT = "contract", _("Contract: our customers' support")
        CONSENT = "consent", _("Consent of each member")

    class TimelineRule(models.TextChoices):
        RAW = "raw", _("Every activity")
        DAILY = "daily", _("One summary a day")
        OFF = "off", _("Nothing")

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    """The connector's file: `tryton`."""
    name = models.CharField(max_length=80)
    endpoint = models.CharField(max_length=300, blank=True)
    credentials = models.TextField(blank=True)
    """Encrypted JSON; see `crm_sync/credentials.py`."""
    key_id = models.CharField(max_length=16, blank=True)
    """Which key encrypted the credentials."""
    options = models.JSONField(default=dict, blank=True)
    legal_basis = models.CharField(max_length=10, choices=LegalBasis, default=LegalBasis.CONTRACT)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    state_reason = models.CharField(max_length=300, blank=True)
    """What the CRM said when the connection came to need attention."""
    state_at = models.DateTimeField(default=timezone.now)
    wait_until = models.DateTimeField(null=True, blank=True)
    """The CRM asked for patience, or a budget is spent: nothing is sent before."""
    wait_reason = models.CharField(max_length=200, blank=True)
    trouble_count = models.PositiveSmallIntegerField(default=0)
    """Unknown outcomes in a row: each one lengthens the wait (circuit breaker)."""
    enabled_kinds = models.JSONField(default=default_kinds)
    timeline_rule = models.CharField(max_length=6, choices=TimelineRule, default=TimelineRule.DAILY)
    burst_calls = models.PositiveIntegerField(null=True, blank=True)
    """Ours if set, else the vendor's published limit."""
    daily_calls = models.PositiveIntegerField(null=True, blank=True)
    concurrent_calls = models.PositiveSmallIntegerField(null=True, blank=True)
    poll_every_s = models.PositiveIntegerField(default=30)
    last_success_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    """When a test last found nothing wrong; None while none did."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="connection_name_once")]

    def __str__(self) -> str:
        return self.name


class CallWindow(models.Model):
    """How many calls one connection made in one window of one budget."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    budget = models.CharField(max_length=60)
    """`day`, `burst`, or `burst:<endpoint>`."""
    starts_at = models.BigIntegerField()
    """Seconds since 1970, a multiple of the window's length."""
    calls = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "budget", "starts_at"], name="call_window_once"),
        ]

    def __str__(self) -> str:
        return f"{self.budget} {self.starts_at}: {self.calls}"


class Lane(models.Model):
    """A right that one sender at a time holds: a slot among the concurrent ones, or the only creator of a kind."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=40)
    """`slot:0`, `serial:case`."""
    epoch = models.PositiveIntegerField(default=0)
    """The fence: whoever holds an older one may write nothing."""
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "name"], name="lane_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.connection_id}"


class Cursor(models.Model):
    """Where polling of one kind stands: the last (time, id) seen, and how far back each poll looks again."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    time = models.DateTimeField()
    remote_id = models.CharField(max_length=120, blank=True)
    look_back_s = models.PositiveIntegerField(default=120)
    """Records that became visible late carry an old time."""
    polled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "kind"], name="cursor_once")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.connection_id} at {self.time}"
