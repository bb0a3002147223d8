"""Access tokens, and what was sent with an `Idempotency-Key`."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from community.api.querysets import TokenQuerySet

NAME_LENGTH = 80


class Token(models.Model):
    """Lets a program act as a member, as far as its scopes go."""

    class Kind(models.TextChoices):
        """A personal token is the member's own; an application's is made by administrators."""

        PERSONAL = "personal", _("personal")
        APPLICATION = "application", _("application")

    kind = models.CharField(max_length=12, choices=Kind)
    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    """As whom it acts: what they may, it may, within its scopes."""
    name = models.CharField(max_length=NAME_LENGTH)
    scopes = models.JSONField(default=list)
    """Names of `community.api.scopes.SCOPES`."""
    digest = models.CharField(max_length=64, unique=True)
    ending = models.CharField(max_length=4)
    """The last characters, so that people tell their tokens apart."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)
    """From then on it is refused; empty for never."""
    last_used_at = models.DateTimeField(null=True, blank=True)
    """To the hour."""

    objects = TokenQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["member", "-id"], name="token_of_member")]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="token_has_a_name")]

    def __str__(self) -> str:
        return f"token {self.pk}"


class Submission(models.Model):
    """One creation that came with an `Idempotency-Key`; sending it again within a day makes nothing new.

    The object itself is found by `nonce`, which the service keeps as its submission key: no answer is stored here.
    """

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key_digest = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    """Of address and body, so that a key used for something else is noticed."""
    nonce = models.CharField(max_length=32)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "key_digest"], name="submission_key_once")]
        indexes = [models.Index(fields=["created_at"], name="submission_age")]

    def __str__(self) -> str:
        return f"submission {self.pk}"
