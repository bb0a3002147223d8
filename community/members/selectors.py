"""What pages of members show, one frozen dataclass a page."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404

from community.members.models import Member


@dataclass(frozen=True, kw_only=True)
class ProfilePage:
    """The profile of one member."""

    member: Member
    own: bool
    """Whether the viewer looks at their own profile."""


def profile_page(handle: str, *, viewer: Any) -> ProfilePage:
    """Return the profile page of the member with `handle`. Raises: Http404 when there is none. Queries: 1."""
    member = Member.objects.visible_to(viewer).filter(handle=handle).select_related("account").first()
    if member is None:
        raise Http404
    return ProfilePage(member=member, own=member.pk == getattr(viewer, "pk", None))
