"""Who may do what with articles, beyond Wagtail's own permissions."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.knowledge.models import Article
from community.members.models import Member
from community.members.permissions import is_staff_member, member_write_check, role_check


def helpful_say_check(viewer: Any, article: Article) -> None:
    """Raise Denied unless what `viewer` says of an article counts: anybody's who reads it, but not a colleague's.

    Whether they see it is asked where it is loaded. Queries: 0.
    """
    if getattr(viewer, "is_authenticated", False):
        member_write_check(viewer)
    if is_staff_member(viewer):
        raise Denied(_("Only what readers say counts here."))


def article_create_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may write articles in the CMS. Queries: 0."""
    role_check(viewer, Member.Role.PRODUCT_MANAGER, Member.Role.SUPPORT_AGENT, Member.Role.MODERATOR)


CHECKS: dict[str, Callable[..., None]] = {
    "knowledge.helpful_say": helpful_say_check,
    "knowledge.article_create": article_create_check,
}
