"""Who may moderate, and who may report. Every check raises Denied with a reason a person may read."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.members.models import Member
from community.members.permissions import has_role, member_write_check


def moderate_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` moderates: moderators and administrators, not product and support. Queries: 0."""
    member_write_check(viewer)
    if not has_role(viewer, Member.Role.MODERATOR):
        raise Denied(_("Moderation is for moderators and administrators."))


def flag_create_check(viewer: Any, author_id: int | None = None) -> None:
    """Raise Denied unless `viewer` may report a thing of `author_id`: any member, never their own. Queries: 0."""
    member_write_check(viewer)
    if author_id is not None and author_id == viewer.pk:
        raise Denied(_("This is your own: change or delete it yourself."))
