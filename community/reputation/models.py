"""Rules, the ledger, totals and levels."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from community.core.ledger import LedgerRow
from community.reputation.rules import rules_by_type


class ReputationRule(models.Model):
    """The numbers of one rule; what it means stands in `rules.py`. A change holds from now on, not backwards."""

    activity_type = models.CharField(_("activity"), max_length=80, unique=True, editable=False)
    author_points = models.IntegerField(_("points for the author"))
    actor_points = models.IntegerField(_("points for who acted"), default=0)
    daily_cap = models.PositiveIntegerField(
        _("daily limit"),
        null=True,
        blank=True,
        help_text=_("Most points a member earns a day by this rule from the same giver; empty for no limit."),
    )
    enabled = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule")
        verbose_name_plural = _("rules")
        ordering = ["activity_type"]

    def __str__(self) -> str:
        rule = rules_by_type.get(self.activity_type)
        return str(rule.label) if rule else self.activity_type


class Level(models.Model):
    """A step members reach by points."""

    name = models.CharField(_("name"), max_length=60)
    threshold = models.IntegerField(_("points needed"), unique=True, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["threshold"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the reader's language, when it is one of the names we ship."""
        return gettext(self.name)


class LedgerEntry(LedgerRow):
    """One movement of points. Append-only: taking back is another entry that points at what it changes."""

    activity = models.ForeignKey("activity.Activity", on_delete=models.PROTECT, related_name="+", db_index=False)
    """What caused the movement: the activity that earned, or the one that undid, hid or restored."""
    rule = models.CharField(max_length=80)
    """Activity type of the rule."""
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False)
    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False, null=True
    )
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    points = models.IntegerField()
    """Signed; 0 when the daily limit was used up: kept, so that undoing never takes more than was given."""
    reverses = models.ForeignKey("self", on_delete=models.PROTECT, related_name="changes", null=True)
    """The earning this entry takes back or gives again; None for an earning."""
    occurred_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "rule", "member"],
                condition=models.Q(reverses__isnull=True),
                name="ledger_earned_once",
            ),
            models.UniqueConstraint(
                fields=["reverses", "activity"],
                condition=models.Q(reverses__isnull=False),
                name="ledger_changed_once",
            ),
        ]
        indexes = [
            models.Index(fields=["member", "rule", "occurred_at"], name="ledger_member"),
            models.Index(fields=["subject_kind", "subject_id"], name="ledger_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.points:+d} {self.rule} to {self.member_id}"


class MemberTotal(models.Model):
    """Cache: what the ledger adds up to for one member. `totals_repair` rebuilds it."""

    member = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reputation", primary_key=True
    )
    points = models.IntegerField(default=0)
    level = models.ForeignKey(Level, on_delete=models.SET_NULL, null=True, related_name="+")
    level_since = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True, db_index=True)
    """When points or level last moved."""

    class Meta:
        indexes = [models.Index(fields=["-points", "member"], name="total_points")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.points}"
