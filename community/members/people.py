"""Cards of people, as every page shows them beside what they wrote."""

from dataclasses import dataclass

from community.core.addresses import path_to
from community.members.models import Member

AUTHOR_COLUMNS = ("handle", "name", "avatar", "title", "organisation", "roles", "state", "trust_level")


@dataclass(frozen=True, kw_only=True)
class PersonCard:
    """A member beside what they wrote."""

    id: int
    handle: str
    name: str
    url: str
    avatar: str
    """Path of the picture, empty for initials."""
    title: str
    organisation: str
    is_staff: bool
    level: int
    """Trust level."""


def person_card(member: Member) -> PersonCard:
    """Return the card of a member loaded with AUTHOR_COLUMNS. Queries: 0."""
    return PersonCard(
        id=member.pk,
        handle=member.handle,
        name=member.display_name,
        url=path_to("members:profile", member.handle) if member.state != Member.State.ERASED else "",
        avatar=member.avatar,
        title=member.title,
        organisation=member.organisation,
        is_staff=bool(member.roles),
        level=member.trust_level,
    )
