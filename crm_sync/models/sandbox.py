"""The built-in CRM's own tables. Only `connectors/sandbox.py` and its page know them; the engine does not."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from crm_sync.models.connections import Connection


class SandboxAccount(models.Model):
    """A company in the built-in CRM; contacts join it by the domain of their e-mail address."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=160)
    domain = models.CharField(max_length=120, blank=True)
    plan = models.CharField(max_length=80, blank=True)
    revenue_minor = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="EUR")
    owner = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["connection", "changed_at", "id"], name="sandbox_account_changed")]

    def __str__(self) -> str:
        return self.name


class SandboxContact(models.Model):
    """A person in the built-in CRM."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, null=True)  # noqa: DJ001 empty would not be unique
    """The community's external key; unique."""
    account = models.ForeignKey(SandboxAccount, null=True, on_delete=models.SET_NULL, related_name="contacts")
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    facts = models.JSONField(default=dict)
    """The other fields as they came."""
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    writes = models.PositiveIntegerField(default=0)
    """How often it was written, to count doubled work."""
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="sandbox_contact_once")]
        indexes = [models.Index(fields=["connection", "changed_at", "id"], name="sandbox_contact_changed")]

    def __str__(self) -> str:
        return self.name


class SandboxCase(models.Model):
    """A case in the built-in CRM. Its reference is unique only when the connection's option says so."""

    class State(models.TextChoices):
        OPEN = "open", pgettext("case", "Open")
        WAITING = "waiting", pgettext("case", "Waiting")
        SOLVED = "solved", pgettext("case", "Solved")
        CLOSED = "closed", pgettext("case", "Closed")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80, null=True)  # noqa: DJ001 empty would not be unique
    """The external key where it is unique; else empty."""
    reference = models.CharField(max_length=80)
    """The external key, unique or not."""
    contact = models.ForeignKey(SandboxContact, null=True, on_delete=models.SET_NULL, related_name="cases")
    subject = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    """The support team's; the community's state is among the facts."""
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="sandbox_case_once")]
        indexes = [
            models.Index(fields=["connection", "changed_at", "id"], name="sandbox_case_changed"),
            models.Index(fields=["connection", "reference"], name="sandbox_case_reference"),
        ]

    def __str__(self) -> str:
        return f"CASE-{self.pk}"


class SandboxIdea(models.Model):
    """An idea in the built-in CRM: what customers ask the company for."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    title = models.CharField(max_length=300)
    facts = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="sandbox_idea_once")]
        indexes = [models.Index(fields=["connection", "changed_at", "id"], name="sandbox_idea_changed")]

    def __str__(self) -> str:
        return f"IDEA-{self.pk}"


class SandboxVote(models.Model):
    """An account that asks for an idea, in the built-in CRM."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    idea = models.ForeignKey(SandboxIdea, on_delete=models.CASCADE, related_name="votes")
    account = models.ForeignKey(SandboxAccount, null=True, on_delete=models.SET_NULL, related_name="votes")
    name = models.CharField(max_length=160)
    """What the community calls the account, for those this CRM does not know."""
    voters = models.PositiveIntegerField()
    facts = models.JSONField(default=dict)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="sandbox_vote_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.voters} for {self.idea_id}"


class SandboxNote(models.Model):
    """A line of a contact's timeline in the built-in CRM."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    contact = models.ForeignKey(SandboxContact, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    url = models.CharField(max_length=300, blank=True)
    occurred_at = models.DateTimeField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="sandbox_note_once")]
        indexes = [models.Index(fields=["contact", "-occurred_at"], name="sandbox_note_contact")]

    def __str__(self) -> str:
        return self.text[:40]


class SandboxFaults(models.Model):
    """Faults the built-in CRM commits on request, to show and to test what the sync does about them."""

    class Fault(models.TextChoices):
        THROTTLE = "throttle", _("Too many requests (429)")
        STORED_500 = "stored_500", _("500, but stored")
        CUT = "cut", _("Reply cut off")
        SLOW = "slow", _("Slow answer")
        LOCK = "lock", _("Record locked")
        MERGE = "merge", _("Record merged by somebody")
        BAD_ROW = "bad_row", _("One row refused")

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="sandbox_faults")
    chances = models.JSONField(default=dict)
    """Per cent of writing requests, by fault: `{"stored_500": 10}`."""
    script = models.JSONField(default=list)
    """Faults of the next writing requests, in order; `""` is none. Taken before chances count."""
    slow_ms = models.PositiveIntegerField(default=2000)

    def __str__(self) -> str:
        return f"faults of {self.connection_id}"
