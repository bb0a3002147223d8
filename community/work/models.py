"""Work tables: a row is one piece of work that leaves the building; and the clock's own table."""

from typing import ClassVar

from django.db import models
from django.utils import timezone


class WorkItem(models.Model):
    """Base of every work table. A handler writes rows, one sender takes them; success deletes the row.

    A row is taken by a lease with an epoch: each claim adds one to `epoch`, and whoever settles must still hold the
    epoch it claimed. Write rows with `community.work.queue.mark()` or, when the key never repeats, `bulk_create`.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DEAD = "dead"

    state = models.CharField(max_length=8, choices=State, default=State.WAITING, db_default=State.WAITING)
    not_before = models.DateTimeField(null=True, blank=True)
    """When it may be taken; None is now."""
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Failed ones only: waiting for a throttled remote costs none."""
    lease_until = models.DateTimeField(null=True, blank=True)
    epoch = models.PositiveIntegerField(default=0, db_default=0)
    counter = models.PositiveIntegerField(default=0, db_default=0)
    """Moves when the row is marked again; a settlement deletes the row only if it has not."""
    suspect = models.BooleanField(default=False, db_default=False)
    """It was in hand when senders died or one failed unexpectedly: it travels alone until its outcome is known."""
    last_error = models.CharField(max_length=200, blank=True, default="", db_default="")
    """A code or the class of the error: the cause dead rows are grouped by. No personal data."""
    created_at = models.DateTimeField(default=timezone.now)

    mark_key: ClassVar[tuple[str, ...]] = ()
    """Columns of the unique constraint that says which record a row is about; none where rows are only inserted."""

    class Meta:
        abstract = True
        indexes = [
            models.Index(fields=["state", "not_before", "id"], name="%(app_label)s_%(class)s_due"),
        ]

    def __str__(self) -> str:
        return f"{self._meta.label} {self.pk}"


class MailItem(WorkItem):
    """Base of the tables of mails that wait for the mail server: one row, one mail (`community.work.mailing`)."""

    handed_at = models.DateTimeField(null=True, blank=True)
    """When its text began to go to the mail server; from then on, without an answer, it may have arrived."""
    returned_code = ""
    """What the server said of an address it does not know, from the try to its settlement."""

    class Meta(WorkItem.Meta):
        abstract = True


class Periodic(models.Model):
    """When a periodic job runs next, and who runs it now: one row per `register_periodic`."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    epoch = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)
    """In a row."""
    last_error = models.CharField(max_length=200, blank=True, default="")

    def __str__(self) -> str:
        return self.name
