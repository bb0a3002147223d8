"""The two work tables: desired state, and what a member did."""

from django.db import models

from community.work.models import WorkItem
from crm_sync.models.connections import Connection

ERASE, HIGH, NORMAL, BULK = 0, 2, 5, 8
"""Priorities: an erasure overtakes everything, a case overtakes contacts, an import waits for both."""


class CrmDirty(WorkItem):
    """A record of ours that may differ from the CRM's; what to send is read from current facts when it is sent."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="dirty")
    kind = models.CharField(max_length=20)
    """contact, case, idea, vote"""
    object_id = models.BigIntegerField()
    """Primary key of the member, topic or idea, or `vote_id(idea, account)`."""
    priority = models.PositiveSmallIntegerField(default=NORMAL, db_default=NORMAL)

    mark_key = ("connection_id", "kind", "object_id")

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["connection", "kind", "object_id"], name="crm_dirty_once"),
        ]
        indexes = [models.Index(fields=["connection", "state", "priority", "id"], name="crm_dirty_due")]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.connection_id}"


class CrmTimeline(WorkItem):
    """A note still to be added to a contact's timeline: one activity, or one member's day."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="timeline")
    kind = models.CharField(max_length=20)
    """activity, day"""
    object_id = models.BigIntegerField()
    """Primary key of the activity, or `day_id(member, day)`."""
    contact_id = models.BigIntegerField()
    """The member whose timeline it is."""

    mark_key = ("connection_id", "kind", "object_id")

    class Meta(WorkItem.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["connection", "kind", "object_id"], name="crm_timeline_once"),
        ]
        indexes = [
            models.Index(fields=["connection", "state", "id"], name="crm_timeline_due"),
            models.Index(fields=["contact_id"], name="crm_timeline_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id} for {self.connection_id}"


_DAYS = 10_000_000
_ACCOUNTS = 1_000_000_000


def day_id(member_id: int, day: int) -> int:
    """Return one number for a member's day; `day` is `date.toordinal()`."""
    return member_id * _DAYS + day


def day_parts(object_id: int) -> tuple[int, int]:
    """Return the member's id and the day's ordinal."""
    return divmod(object_id, _DAYS)


def vote_id(idea_id: int, account_id: int) -> int:
    """Return one number for an account that asks for an idea. Those of one idea lie side by side."""
    return idea_id * _ACCOUNTS + account_id


def vote_parts(object_id: int) -> tuple[int, int]:
    """Return the ids of the idea and of the account."""
    return divmod(object_id, _ACCOUNTS)
