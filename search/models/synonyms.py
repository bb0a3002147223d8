"""Words that mean the same on one site."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SynonymGroup(models.Model):
    """Words and phrases of which each finds all."""

    site = models.ForeignKey("wagtailcore.Site", on_delete=models.CASCADE, related_name="+")
    words = models.JSONField(default=list)
    """Two or more, as staff wrote them."""
    changed_at = models.DateTimeField(default=timezone.now)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["site"], name="search_synonyms_site")]

    def __str__(self) -> str:
        return f"synonyms {self.pk}"
