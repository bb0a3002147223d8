"""A member as programs read them."""

from dataclasses import dataclass

from community.members.models import Member


@dataclass(frozen=True, kw_only=True)
class PersonRecord:
    """Who wrote a thing."""

    handle: str
    name: str


def person_record(member: Member) -> PersonRecord:
    """Return it. Queries: 0."""
    return PersonRecord(handle=member.handle, name=member.display_name)
