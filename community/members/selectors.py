"""What pages of members show, one frozen dataclass a page."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import get_language_info

from community.core.db.prepared import PreparedObjects
from community.members.models import Member
from community.privacy.services import CRM_SYNC, consents_of


@dataclass(frozen=True, kw_only=True)
class ProfilePage:
    """The profile of one member."""

    member: Member
    own: bool
    """Whether the viewer looks at their own profile."""
    language: str
    """Name of the member's language, in the page's language."""
    about: str
    """`Workshop lead, Velowerk Mainz`; empty when they say nothing."""


@dataclass(frozen=True, kw_only=True)
class PrivacyPage:
    """What a member chose about their data."""

    member: Member
    crm_given: bool | None
    """None: never asked."""


# Profiles are public: whoever looks sees what a visitor sees.
_profiles = PreparedObjects(
    lambda handle: Member.objects.visible_to(None).filter(handle=handle).select_related("account"), word="handle"
)


def profile_page(handle: str, *, viewer: Any) -> ProfilePage:
    """Return the profile page of the member with `handle`. Raises: Http404 when there is none. Queries: 1."""
    member: Member | None = next(iter(_profiles(handle=handle)), None)
    if member is None:
        raise Http404
    title = "" if member.is_staff else member.title
    return ProfilePage(
        member=member,
        own=member.pk == getattr(viewer, "pk", None),
        language=get_language_info(member.language)["name_translated"],
        about=", ".join(part for part in (title, member.organisation) if part),
    )


def privacy_page(member: Member) -> PrivacyPage:
    """Return what `member` chose. Queries: 1."""
    return PrivacyPage(member=member, crm_given=consents_of([member.pk], CRM_SYNC).get(member.pk))
