"""When a question becomes a case by itself."""

from django.db import models
from django.utils import timezone

from crm_sync.models.connections import Connection


class Rule(models.Model):
    """A question without an answer after so many hours becomes a case, if it passes the filters."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="rules")
    hours = models.PositiveIntegerField(default=24)
    categories = models.JSONField(default=list, blank=True)
    """References such as `forums.category:3`, any of these; empty for all."""
    tags = models.JSONField(default=list, blank=True)
    """Any of these; empty for all."""
    languages = models.JSONField(default=list, blank=True)
    """Any of these; empty for all."""
    enabled_at = models.DateTimeField(null=True, blank=True)
    """None: it is only a draft, for the preview."""
    asked_after = models.DateTimeField(null=True, blank=True)
    """Questions asked before are left alone: the start of the period chosen when it was enabled."""
    last_run_at = models.DateTimeField(null=True, blank=True)
    taken = models.PositiveIntegerField(default=0)
    """Questions it made into cases."""
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"after {self.hours} h, for {self.connection_id}"

    @property
    def is_filtered(self) -> bool:
        """Whether it takes only some of the questions that wait."""
        return bool(self.categories or self.tags or self.languages)
