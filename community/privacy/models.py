"""What a member agreed to, one row per purpose."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Consent(models.Model):
    """A member's answer for one purpose. No row: never asked, which is neither yes nor no."""

    member = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=40)
    given = models.BooleanField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "purpose"], name="consent_once")]

    def __str__(self) -> str:
        return f"{self.member_id} {self.purpose}: {'yes' if self.given else 'no'}"


class DaySalt(models.Model):
    """What visitors' keys of one day are made with; gone after the next day, and with it every way back."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return str(self.day)
