"""Who may look into the log's machinery."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied

OVERVIEW_ROLES = frozenset({"administrator", "moderator"})


def overview_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may see, replay and discard deliveries: administrators and moderators."""
    signed_in = getattr(viewer, "is_authenticated", False) and viewer.is_active
    if not signed_in or OVERVIEW_ROLES.isdisjoint(viewer.roles):
        raise Denied(_("This page is for administrators and moderators."))
