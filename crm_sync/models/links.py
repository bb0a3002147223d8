"""Which remote record belongs to which of ours, and what both sides last agreed on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm_sync.models.connections import Connection


class Link(models.Model):
    """One record of ours and its remote counterpart in one CRM."""

    class State(models.TextChoices):
        CREATING = "creating", _("Being created")
        """A create was sent or is about to be; whether it is stored is not known yet."""
        LINKED = "linked", _("Linked")
        CONFLICT = "conflict", _("Conflict")
        """More than one remote record answers to our key, or the remote record belongs to another of ours."""
        GONE = "gone", _("Deleted in the CRM")
        ERASED = "erased", _("Erased")
        WITHHELD = "withheld", _("Not sent")
        """The legal basis or the member's choice says no, and nothing was ever sent."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=20)
    """contact, case, idea, vote, activity, day"""
    object_id = models.BigIntegerField()
    contact_id = models.BigIntegerField(null=True)
    """The member it is about, so that an erasure finds all of it."""
    remote_type = models.CharField(max_length=60, blank=True)
    remote_id = models.CharField(max_length=120, null=True)  # noqa: DJ001 empty would not be unique
    remote_url = models.CharField(max_length=300, blank=True)
    former_ids = models.JSONField(default=list)
    """Remote ids that were merged into this one or deleted: tombstones."""
    state = models.CharField(max_length=10, choices=State)
    detail = models.CharField(max_length=200, blank=True)
    """Why it is in conflict or withheld."""
    adopted = models.BooleanField(default=False, db_default=False)
    """The record was the CRM's before it became ours: what it says of the person stays, and an erasure lets it go."""
    hashes = models.JSONField(default=dict)
    """Hash of each field as last pushed."""
    base = models.JSONField(default=dict)
    """Values of the fields that come back, as both sides last agreed on them."""
    account_id = models.CharField(max_length=120, blank=True)
    """Contact only: remote id of the account it belongs to."""
    unknown_since = models.DateTimeField(null=True)
    """A create is under way, or the reply to the last call is lost; a read-back settles it."""
    unknown_count = models.PositiveSmallIntegerField(default=0)
    """Lost replies in a row: the record travels in ever smaller company, then stops for a person."""
    pushed_at = models.DateTimeField(null=True)
    remote_changed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "kind", "object_id"], name="link_local_once"),
            models.UniqueConstraint(fields=["connection", "remote_type", "remote_id"], name="link_remote_once"),
        ]
        indexes = [
            models.Index(fields=["connection", "kind", "account_id"], name="link_account"),
            models.Index(fields=["contact_id", "kind"], name="link_contact"),
            models.Index(fields=["kind", "object_id"], name="link_object"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} -> {self.remote_type} {self.remote_id}"


class WriteLedger(models.Model):
    """A value we wrote lately, by its hash: when a poll brings it back it is our echo, not a change."""

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="+")
    field = models.CharField(max_length=40)
    value_hash = models.CharField(max_length=16)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["link", "field", "value_hash"], name="write_ledger_once")]
        indexes = [models.Index(fields=["expires_at"], name="write_ledger_expiry")]

    def __str__(self) -> str:
        return f"{self.field} of link {self.link_id}"


class Drift(models.Model):
    """A field that differed on both sides, and what was done about it. Holds no values."""

    class Action(models.TextChoices):
        TAKEN = "taken", _("Their value was taken")
        REPAIRED = "repaired", _("Our value was sent again")
        MANUAL = "manual", _("Waits for a decision")

    link = models.ForeignKey(Link, on_delete=models.CASCADE, related_name="drifts")
    field = models.CharField(max_length=40)
    owner = models.CharField(max_length=10)
    action = models.CharField(max_length=10, choices=Action)
    found_by = models.CharField(max_length=10)
    """poll, audit"""
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="drift_at")]

    def __str__(self) -> str:
        return f"{self.field} of link {self.link_id}: {self.action}"
