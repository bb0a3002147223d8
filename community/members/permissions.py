"""Who may do what among members, and the roles helpers other apps use."""

from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from community.core.errors import Denied
from community.members.models import Member

ROLES_OF_CMS_GROUPS = {
    "Editors": (Member.Role.PRODUCT_MANAGER, Member.Role.SUPPORT_AGENT),
    "Moderators": (Member.Role.MODERATOR,),
}
"""Who belongs to the groups that Wagtail brings: editors write, moderators publish, too; administrators may all."""


def is_staff_member(viewer: Any) -> bool:
    """Tell whether `viewer` is a colleague who can sign in: any role."""
    return bool(getattr(viewer, "is_authenticated", False) and viewer.state == Member.State.ACTIVE and viewer.roles)


def has_role(viewer: Any, *roles: str) -> bool:
    """Tell whether `viewer` has one of `roles`; an administrator has every role."""
    return is_staff_member(viewer) and bool({*roles, Member.Role.ADMINISTRATOR.value}.intersection(viewer.roles))


def role_check(viewer: Any, *roles: str) -> None:
    """Raise Denied unless `viewer` has one of `roles` (none named: any role)."""
    if not (has_role(viewer, *roles) if roles else is_staff_member(viewer)):
        raise Denied(_("This is for our staff."))


def member_write_check(viewer: Any) -> None:
    """Raise Denied unless `viewer` may write anything at all: signed in, confirmed and not suspended. Queries: 0."""
    if not getattr(viewer, "is_authenticated", False):
        raise Denied(_("Sign in first."))
    if viewer.state == Member.State.SUSPENDED:
        raise Denied(suspension_sentence(viewer))
    if viewer.state != Member.State.ACTIVE:
        raise Denied(_("This account cannot write."))
    if viewer.joined_at is None:
        raise Denied(_("Confirm your e-mail address first: we sent you a code."))


def suspension_sentence(member: Member) -> str:
    """Return what a suspended member is told: why, and until when."""
    said = str(_("Your account is suspended."))
    if member.suspension_reason:
        said = _("Your account is suspended: %(reason)s") % {"reason": member.suspension_reason}
    if member.suspended_until is None:
        return said
    at = timezone.localtime(member.suspended_until, ZoneInfo(member.time_zone))
    until = _("This ends on %(date)s.") % {"date": date_format(at, "DATETIME_FORMAT")}
    return f"{said} {until}"


def member_update_check(viewer: Any, member: Member) -> None:
    """Raise Denied unless `viewer` may change the profile of `member`: their own, or an administrator."""
    member_write_check(viewer)
    if viewer.pk != member.pk and not has_role(viewer, Member.Role.ADMINISTRATOR):
        raise Denied(_("You can only change your own profile."))


def member_suspend_check(viewer: Any, member: Member) -> None:
    """Raise Denied unless `viewer` may suspend or restore `member`: a moderator, never a colleague or oneself."""
    role_check(viewer, Member.Role.MODERATOR)
    if member.roles and not has_role(viewer, Member.Role.ADMINISTRATOR):
        raise Denied(_("Only an administrator may suspend a colleague."))
    if viewer.pk == member.pk:
        raise Denied(_("You cannot suspend yourself."))
