"""Who somebody is to the event table: a member, or a visitor known for one day by a key that needs no cookie."""

from dataclasses import dataclass
from typing import Any

from community.members.permissions import is_staff_member
from community.privacy.visitors import is_robot, visitor_key
from search.models import Persona


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who an event belongs to."""

    site_id: int
    persona: Persona
    language: str
    member_id: int | None = None
    day_key: str = ""


def person_of(*, site_id: int, viewer: Any, address: str, user_agent: str, language: str) -> Person | None:
    """Return who it is; None for a robot, whose requests are nobody's questions and leave no row.

    Queries: 0; those of `visitor_key` for a visitor.
    """
    if getattr(viewer, "is_authenticated", False):
        persona = Persona.STAFF if is_staff_member(viewer) else Persona.MEMBER
        return Person(site_id=site_id, persona=persona, language=language, member_id=viewer.pk)
    if is_robot(user_agent):
        return None
    key = visitor_key("search", site_id=site_id, address=address, user_agent=user_agent)
    return Person(site_id=site_id, persona=Persona.VISITOR, language=language, day_key=key)
