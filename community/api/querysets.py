"""Which tokens a query means."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone


class TokenQuerySet(models.QuerySet[Any]):
    """Filters that read as English."""

    def in_use(self) -> "TokenQuerySet":
        """Keep those that have not expired and whose member can sign in and has joined."""
        fresh = Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())
        return self.filter(fresh, member__state="active", member__joined_at__isnull=False)
