"""The kinds of status an idea can have, and what follows from them."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as pgettext


class StatusKind(models.TextChoices):
    """What a status means, whatever a site calls it; drawn as a circle that fills."""

    OPEN = "open", pgettext("idea", "Open")
    REVIEW = "review", _("Under review")
    PLANNED = "planned", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    SHIPPED = "shipped", _("Shipped")
    DECLINED = "declined", _("Declined")


class Lane(models.TextChoices):
    """Where on the roadmap the ideas of a status stand."""

    NONE = "", _("Not on the roadmap")
    NOW = "now", _("Now")
    NEXT = "next", _("Next")
    LATER = "later", _("Later")
    SHIPPED = "shipped", _("Shipped")


CLOSED = frozenset({StatusKind.SHIPPED, StatusKind.DECLINED})
"""Kinds that end an idea: nobody votes any more."""

DEFAULTS: tuple[tuple[StatusKind, Lane], ...] = (
    (StatusKind.OPEN, Lane.NONE),
    (StatusKind.REVIEW, Lane.LATER),
    (StatusKind.PLANNED, Lane.NEXT),
    (StatusKind.IN_PROGRESS, Lane.NOW),
    (StatusKind.SHIPPED, Lane.SHIPPED),
    (StatusKind.DECLINED, Lane.NONE),
)
"""What a site begins with, in order."""
