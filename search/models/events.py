"""What people searched for, were shown, opened and sent: one append-only row each. Figures are queries over them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WORDS_LENGTH = 200


class EventKind(models.TextChoices):
    """What happened."""

    QUERY = "query", _("Searched")
    IMPRESSION = "impression", _("Shown as a result")
    CLICK = "click", _("Result opened")
    BEGUN = "begun", _("Began to ask")
    SHOWN = "shown", _("Suggestion shown")
    OPENED = "opened", _("Suggestion opened")
    ANSWERED = "answered", _("Said “This answered it”")
    ABANDONED = "abandoned", _("Left without sending")
    SENT = "sent", _("Sent the question")


class Surface(models.TextChoices):
    """Where it happened."""

    PAGE = "page", _("Results page")
    NARROWED = "narrowed", _("Results page, narrowed or continued")
    INSTANT = "instant", _("Search box")
    ASK = "ask", _("Ask form")


class Persona(models.TextChoices):
    """Whose it is; colleagues count in no figure."""

    VISITOR = "visitor", _("Visitor")
    MEMBER = "member", _("Member")
    STAFF = "staff", _("Colleague")


ONCE = (EventKind.BEGUN, EventKind.ANSWERED, EventKind.ABANDONED, EventKind.SENT)
"""What ends or begins an asking: one row of each a key."""


class SearchEvent(models.Model):
    """One thing that one person did on one results page or while writing one question. Append-only: never changed,
    deleted when it is too old or its member is erased.
    """

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=10, choices=EventKind)
    surface = models.CharField(max_length=8, choices=Surface)
    key = models.BigIntegerField()
    """Random: ties together what belongs to one lookup, or to the writing of one question."""
    persona = models.CharField(max_length=7, choices=Persona)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    day_key = models.CharField(max_length=22, blank=True)
    """Stands for a visitor for one day; see `community.privacy.visitors`."""
    language = models.CharField(max_length=10, blank=True)
    words = models.CharField(max_length=WORDS_LENGTH, blank=True)
    """Of a query: small letters, addresses and long numbers struck out. Nothing of a question's text is kept."""
    total = models.PositiveIntegerField(null=True)
    """Of a query: how many were found."""
    subject_kind = models.CharField(max_length=40, blank=True)
    subject_id = models.BigIntegerField(default=0)
    """What was shown or opened, what answered, or the question that was sent."""
    position = models.PositiveSmallIntegerField(default=0)
    """1 is the first; 0 where there is no order."""

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "kind", "subject_kind", "subject_id"], name="search_event_once"),
            models.UniqueConstraint(fields=["key", "kind"], condition=Q(kind__in=ONCE), name="search_event_one_end"),
        ]
        indexes = [
            models.Index(fields=["site", "kind", "at"], name="search_event_period"),
            models.Index(fields=["at"], name="search_event_age"),
            models.Index(fields=["member", "kind", "at"], name="search_event_member"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
