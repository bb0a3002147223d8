"""What readers say of articles: one row a person and version, and what they add up to."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.knowledge.models.pages import Article
from community.privacy.visitors import VISITOR_KEY_LENGTH

REASON_TEXT_LENGTH = 500


class HelpfulVote(models.Model):
    """Whether one version of an article helped one reader, and if not, why."""

    class Reason(models.TextChoices):
        MISSING = "missing", _("What I looked for is not in it")
        UNCLEAR = "unclear", _("I did not understand it")
        FAILED = "failed", _("I did as it says and it did not work")
        OUTDATED = "outdated", _("It is wrong or out of date")

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    revision_id = models.BigIntegerField()
    """The version: the published revision."""
    helped = models.BooleanField()
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    text = models.CharField(max_length=REASON_TEXT_LENGTH, blank=True)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    visitor_key = models.CharField(max_length=VISITOR_KEY_LENGTH, blank=True)
    """Stands for a visitor for one day; see `community.privacy.visitors`."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "revision_id", "member"], name="helpful_vote_member_once"),
            models.UniqueConstraint(
                fields=["article", "revision_id", "visitor_key"],
                condition=~Q(visitor_key=""),
                name="helpful_vote_visitor_once",
            ),
            models.CheckConstraint(
                condition=Q(member__isnull=True) ^ Q(visitor_key=""), name="helpful_vote_is_somebodys"
            ),
        ]

    def __str__(self) -> str:
        return f"vote {self.pk} on article {self.article_id}"


class HelpfulCount(models.Model):
    """The votes on one version of an article; kept by delta, recounted by a job."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="+")
    revision_id = models.BigIntegerField()
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "revision_id"], name="helpful_count_once")]

    def __str__(self) -> str:
        return f"votes on article {self.article_id}"
