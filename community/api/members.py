"""Operations on the member a token acts for. They stand here because members know nothing of the API."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from community.api.operations import Name, Operations, Scope, Sent, Text
from community.core.limits import hit, who
from community.members.models import Member
from community.members.services import profile_update
from community.members.views import SETTINGS_RATE

router = Operations(gettext_noop("Members"))


@dataclass(frozen=True, kw_only=True)
class Self:
    """The member a token acts for."""

    id: int
    handle: str
    name: str
    email: str | None
    title: str
    organisation: str
    language: str
    time_zone: str
    joined_at: datetime | None


class SelfChange(Sent):
    """What of the own profile may change; what is left out stays."""

    name: Text | None = None
    handle: Name | None = None
    title: Text | None = None
    organisation: Text | None = None
    language: Name | None = None
    time_zone: Name | None = None


@router.get("/members/me", auth=Scope("members:self"), response=Self, summary=gettext_noop("Your own profile"))
def member_self(request: Any) -> Self:
    """Return whom the token acts for. Queries: 0."""
    return _self(request.user)


@router.patch("/members/me", auth=Scope("members:self"), response=Self, summary=gettext_noop("Change your own profile"))
def member_self_update(request: Any, change: SelfChange) -> Self:
    """Change it; words that wait for review stay as they were. Raises: Denied, Invalid, Conflict, TooMany."""
    hit(f"members.settings:{who(request)}", SETTINGS_RATE)
    changes = {name: value for name, value in change.dict(exclude_unset=True).items() if value is not None}
    profile_update(request.user, member=request.user, changes=changes, origin="api")
    return _self(request.user)


def _self(member: Member) -> Self:
    return Self(
        id=member.pk,
        handle=member.handle,
        name=member.name,
        email=member.email,
        title=member.title,
        organisation=member.organisation,
        language=member.language,
        time_zone=member.time_zone,
        joined_at=member.joined_at,
    )
