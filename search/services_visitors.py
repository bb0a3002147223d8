"""Who somebody is to the event table: a member, or a visitor known for one day by a key that needs no cookie."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.utils import timezone

from community.members.permissions import is_staff_member
from search.models import DaySalt, Persona

ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|monitor|fetch|scan|curl|wget|python-|java/|go-http", re.I)
"""Robots that say so. A browser always sends a name of its own, so none at all is a robot's, too."""


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

    Args:
        address: of the client; it is hashed with the salt of the day and kept nowhere.
    Queries: 0; 1 or 2 for a visitor while the salt of the day is not in the cache.
    """
    if getattr(viewer, "is_authenticated", False):
        persona = Persona.STAFF if is_staff_member(viewer) else Persona.MEMBER
        return Person(site_id=site_id, persona=persona, language=language, member_id=viewer.pk)
    if not user_agent or ROBOT.search(user_agent):
        return None
    key = day_key(site_id=site_id, address=address, user_agent=user_agent)
    return Person(site_id=site_id, persona=Persona.VISITOR, language=language, day_key=key)


def day_key(*, site_id: int, address: str, user_agent: str) -> str:
    """Return letters that are the same all day for one address and browser, and mean nothing once the salt is gone."""
    said = "\0".join((str(site_id), address, user_agent))
    digest = hmac.new(_salt(timezone.now().date()), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _salt(day: date) -> bytes:
    name = f"search.salt:{day}"
    salt: bytes | None = cache.get(name)
    if salt is None:
        row, _made = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
        salt = bytes(row.salt)
        cache.set(name, salt, 3600)
    return salt


def salts_forget() -> int:
    """Delete the salts of days before yesterday; return how many. Idempotent: yes."""
    return DaySalt.objects.filter(day__lt=timezone.now().date() - timedelta(days=1)).delete()[0]
