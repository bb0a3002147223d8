"""Who may look at the sync, and who may change it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.members.permissions import has_role, role_check


def sync_read_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may see states, runs and dead letters: support and administrators."""
    role_check(viewer, "support_agent")


def sync_manage_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may connect, pause, retry and discard: an administrator."""
    if not has_role(viewer, "administrator"):
        raise Denied(_("Only an administrator may change how the CRM is kept in step."))
