"""Who may change how search works."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.members.permissions import has_role, role_check

_TUNERS = ("administrator", "moderator", "product_manager")


def synonyms_change_check(viewer: Any) -> None:
    """Moderators, product managers and administrators. Raises: Denied."""
    if not any(has_role(viewer, role) for role in _TUNERS):
        raise Denied(_("Only moderators, product managers and administrators change how search works."))


def insight_check(viewer: Any) -> None:
    """Every colleague may read what people look for: no row names a person. Raises: Denied."""
    role_check(viewer)
