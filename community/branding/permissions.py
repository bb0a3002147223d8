"""Who may change a brand."""

from typing import Any

from community.members.models import Member
from community.members.permissions import role_check


def brand_change_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` is an administrator. Queries: 0."""
    role_check(viewer, Member.Role.ADMINISTRATOR)
