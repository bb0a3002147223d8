"""Rules of screening, what waits for a moderator, reports, decisions, sanctions.

Reviews, reports and sanctions hold ids and codes; words that people wrote stand in `Flag.text`, `HeldChange.change`,
`Decision.message`, `Decision.note` and `Sanction.message`, which `privacy.py` exports and erases.
"""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext

from community.moderation.querysets import DecisionQuerySet, FlagQuerySet, HeldChangeQuerySet, ReviewQuerySet


class ModerationSettings(models.Model):
    """How one site moderates. A site without a row has the defaults."""

    site = models.OneToOneField("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    target_minutes = models.PositiveIntegerField(default=120)
    """Within how long somebody should have looked."""
    hide_score = models.PositiveIntegerField(default=60)
    """In tenths: from this sum of reports on a thing is hidden until somebody has looked."""

    def __str__(self) -> str:
        return f"moderation of site {self.site_id}"


class ScreenRule(models.Model):
    """What one site changed about one screen; what the screen means stands in `screens.py`."""

    class Action(models.TextChoices):
        """What happens to a text the screen finds."""

        HOLD = "hold", _("Hold for review")
        REFUSE = "refuse", _("Refuse, with the reason")
        OFF = "off", _("Nothing: switched off")

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    screen = models.CharField(max_length=40)
    action = models.CharField(max_length=8, choices=Action)
    limit = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "screen"], name="screen_rule_once")]

    def __str__(self) -> str:
        return f"{self.screen} of site {self.site_id}"


class BlockedEntry(models.Model):
    """A word or a domain that one brand does not want to read."""

    class Kind(models.TextChoices):
        """What is compared."""

        WORD = "word", pgettext("blocked", "Word")
        DOMAIN = "domain", pgettext("blocked", "Domain")

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    value = models.CharField(max_length=120)
    """As compared: normal form, lower case."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["site", "kind", "value"], name="blocked_once")]

    def __str__(self) -> str:
        return f"{self.kind} of site {self.site_id}"


class ScreenTrace(models.Model):
    """That a member wrote a text like this lately: for repeats, bursts and waves. Kept for a week."""

    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    fingerprint = models.CharField(max_length=32)
    """Digest of the normal form of a long enough text, else empty."""
    hosts = models.JSONField(default=list)
    """Names of the machines its links lead to."""
    is_new = models.BooleanField(default=False)
    """The author was new here and wrote links."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["author", "at"], name="trace_author"),
            models.Index(fields=["at"], name="trace_at"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id} by {self.author_id}"


HELD_CHANGE = "moderation.heldchange"
"""The kind of a change that waits."""


class HeldChange(models.Model):
    """A change of something that stands already, waiting to be judged; the old text stays until then."""

    class State(models.TextChoices):
        """What became of it."""

        HELD = "held", _("Waiting for review")
        APPLIED = "applied", _("Published")
        DROPPED = "dropped", _("Not published")

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    change = models.JSONField()
    """What `Subject.change_apply` of the kind takes."""
    previous = models.JSONField(null=True)
    """What it answered, for `Subject.change_revert`; kept while the decision can be undone."""
    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.HELD)
    created_at = models.DateTimeField(default=timezone.now)

    objects = HeldChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "author"], condition=models.Q(state="held"), name="held_change_once"
            )
        ]

    def __str__(self) -> str:
        return f"change of {self.kind} {self.subject_id}"


class Review(models.Model):
    """A thing somebody has to look at: one open row per thing, whatever brought it here."""

    class State(models.TextChoices):
        """Whether it still waits."""

        OPEN = "open", _("Open")
        SETTLED = "settled", _("Decided")

    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    reasons = models.JSONField(default=list)
    """Codes of the screens that held it."""
    score = models.PositiveIntegerField(default=0)
    """Sum of the weights of its open reports, in tenths."""
    hid = models.BooleanField(default=False)
    """Whether reports hid it."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id"], condition=models.Q(state="open"), name="review_open_once"
            )
        ]
        indexes = [
            models.Index(fields=["state", "opened_at", "id"], name="review_waiting"),
            models.Index(fields=["author", "state"], name="review_author"),
            models.Index(fields=["settled_at"], name="review_settled"),
        ]

    def __str__(self) -> str:
        return f"review of {self.kind} {self.subject_id}"


class Flag(models.Model):
    """A member reports a thing; its outcome is told to them."""

    class Reason(models.TextChoices):
        """What is wrong with it."""

        SPAM = "spam", _("Advertising or spam")
        OFF_TOPIC = "off_topic", _("Off topic")
        RUDE = "rude", _("Rude or hurtful")
        PERSONAL = "personal", _("Shows personal data")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        """What became of the report."""

        OPEN = "open", pgettext("report", "Waiting")
        UPHELD = "upheld", pgettext("report", "Agreed")
        REFUSED = "refused", pgettext("report", "Not agreed")

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="flags")
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    reason = models.CharField(max_length=12, choices=Reason)
    text = models.CharField(max_length=500, blank=True)
    weight = models.PositiveIntegerField()
    """How much it counts, in tenths."""
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    told_at = models.DateTimeField(null=True, blank=True)
    """When the outcome was told: not before it can no longer be undone."""
    created_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(null=True, blank=True)

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind", "subject_id"], condition=models.Q(state="open"), name="flag_open_once"
            )
        ]
        indexes = [models.Index(fields=["state", "told_at", "settled_at"], name="flag_untold")]

    def __str__(self) -> str:
        return f"report {self.pk} on {self.kind} {self.subject_id}"


class Sanction(models.Model):
    """A warning, or a suspension with its term."""

    class Kind(models.TextChoices):
        """How far it goes."""

        WARNING = "warning", _("Warning")
        SUSPENSION = "suspension", _("Suspension")

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=20)
    """A code of `reasons.py`."""
    message = models.CharField(max_length=400, blank=True)
    """What the member is told."""
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    """When a suspension ends by itself; empty for a warning, and for one without a term."""
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["member", "given_at"], name="sanction_member"),
            models.Index(fields=["kind", "ended_at", "ends_at"], name="sanction_ending"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.member_id}"


class Decision(models.Model):
    """The staff log: one row for each thing a moderator did. Append-only; undoing is a row that points at another."""

    class Action(models.TextChoices):
        """What was done."""

        APPROVE = "approve", pgettext("decided", "Approved")
        REJECT = "reject", pgettext("decided", "Rejected")
        HIDE = "hide", pgettext("decided", "Hidden")
        REVISE = "revise", pgettext("decided", "Edited and approved")
        NOTE = "note", pgettext("decided", "Noted")
        SKIP = "skip", pgettext("decided", "Skipped")
        WARN = "warn", pgettext("decided", "Warned")
        SUSPEND = "suspend", pgettext("decided", "Suspended")
        LIFT = "lift", pgettext("decided", "Suspension ended")
        RULE = "rule", pgettext("decided", "Rules changed")
        ELSEWHERE = "elsewhere", pgettext("decided", "Settled on the page")
        UNDO = "undo", pgettext("decided", "Undone")

    action = models.CharField(max_length=10, choices=Action)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """None: by itself."""
    kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    site = models.ForeignKey("wagtailcore.Site", null=True, on_delete=models.CASCADE, related_name="+")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    """Whose thing it was, or who was warned or suspended."""
    review = models.ForeignKey(Review, null=True, on_delete=models.SET_NULL, related_name="decisions")
    reason = models.CharField(max_length=20, blank=True)
    """A code of `reasons.py`."""
    message = models.TextField(blank=True)
    """What the author is told, in their language."""
    note = models.CharField(max_length=500, blank=True)
    """For the team only."""
    before = models.CharField(max_length=8, blank=True)
    """The state of the thing before, for undoing."""
    batch = models.CharField(max_length=32, blank=True, db_index=True)
    """The same for everything one press did."""
    undoes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="undone")
    told_at = models.DateTimeField(null=True, blank=True)
    """When the author was told: not before it can no longer be undone."""
    at = models.DateTimeField(default=timezone.now)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["at"], name="decision_untold", condition=models.Q(told_at=None) & ~models.Q(message="")
            ),
            models.Index(fields=["author", "at"], name="decision_author"),
            models.Index(fields=["actor", "at"], name="decision_actor"),
            models.Index(fields=["site", "-id"], name="decision_log"),
            models.Index(fields=["kind", "subject_id"], name="decision_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.kind} {self.subject_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only. Raises: TypeError for a row that exists."""
        if not self._state.adding:
            raise TypeError("the staff log is append-only")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse. Raises: TypeError always."""
        raise TypeError("the staff log is append-only")
