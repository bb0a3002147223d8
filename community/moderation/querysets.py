"""Who may see what of moderation, as query filters, and what waits."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q

from community.core.audience import MEMBERS
from community.members.audience import tokens_of
from community.members.visibility import oversees


class HeldChangeQuerySet(models.QuerySet[Any]):
    """Changes that wait."""

    def waiting(self) -> "HeldChangeQuerySet":
        """Keep those nobody has decided."""
        return self.filter(state="held")

    def visible_to(self, viewer: Any) -> "HeldChangeQuerySet":
        """Keep what `viewer` may see: their own, and for moderators all."""
        return _own(self, viewer, "author_id")


class DecisionQuerySet(models.QuerySet[Any]):
    """Rows of the staff log."""

    def visible_to(self, viewer: Any) -> "DecisionQuerySet":
        """Keep what `viewer` may see: what they were told, and for moderators all."""
        if oversees(viewer):
            return self.all()
        told = self.filter(told_at__isnull=False)
        return told.filter(author_id=viewer.pk) if MEMBERS in tokens_of(viewer) else self.none()


class FlagQuerySet(models.QuerySet[Any]):
    """Reports."""

    def waiting(self) -> "FlagQuerySet":
        """Keep those nobody has decided."""
        return self.filter(state="open")

    def visible_to(self, viewer: Any) -> "FlagQuerySet":
        """Keep what `viewer` may see: their own reports, and for moderators all."""
        return _own(self, viewer, "member_id")


class ReviewQuerySet(models.QuerySet[Any]):
    """Things to look at."""

    def waiting(self) -> "ReviewQuerySet":
        """Keep the open ones."""
        return self.filter(state="open")

    def of_site(self, site_id: int) -> "ReviewQuerySet":
        """Keep those of a site, and those of none: members belong to all."""
        return self.filter(Q(site_id=site_id) | Q(site_id=None))

    def free_for(self, member_id: int, *, now: datetime) -> "ReviewQuerySet":
        """Keep those nobody else is on."""
        return self.filter(Q(claimed_by=None) | Q(claimed_until__lte=now) | Q(claimed_by=member_id))

    def visible_to(self, viewer: Any) -> "ReviewQuerySet":
        """Keep what `viewer` may see: moderators all, others nothing."""
        return self.all() if oversees(viewer) else self.none()


def _own(rows: Any, viewer: Any, column: str) -> Any:
    if oversees(viewer):
        return rows.all()
    return rows.filter(**{column: viewer.pk}) if MEMBERS in tokens_of(viewer) else rows.none()
