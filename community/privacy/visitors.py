"""Who a visitor is for one day, by a key that needs no cookie (docs/adr/search-events-without-a-cookie.md)."""

import base64
import hashlib
import hmac
import re
import secrets
from datetime import date, timedelta

from django.core.cache import cache
from django.utils import timezone

from community.privacy.models import DaySalt

VISITOR_KEY_LENGTH = 22
ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|monitor|fetch|scan|curl|wget|python-|java/|go-http", re.I)
"""Robots that say so. A browser always sends a name of its own, so none at all is a robot's, too."""


def is_robot(user_agent: str) -> bool:
    """Tell whether a request is a robot's, which is nobody's question and nobody's opinion."""
    return not user_agent or ROBOT.search(user_agent) is not None


def visitor_key(purpose: str, *, site_id: int, address: str, user_agent: str) -> str:
    """Return letters that are the same all day for one address and browser, and mean nothing once the salt is gone.

    Args:
        purpose: keys of one purpose tell nothing about those of another.
        address: of the client; it is hashed with the salt of the day and kept nowhere.
    Queries: 0; 1 or 2 while the salt of the day is not in the cache.
    """
    said = "\0".join((purpose, str(site_id), address, user_agent))
    digest = hmac.new(_salt(timezone.now().date()), said.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def _salt(day: date) -> bytes:
    name = f"privacy.salt:{day}"
    salt: bytes | None = cache.get(name)
    if salt is None:
        row, _made = DaySalt.objects.get_or_create(day=day, defaults={"salt": secrets.token_bytes(32)})
        salt = bytes(row.salt)
        cache.set(name, salt, 3600)
    return salt


def salts_forget() -> int:
    """Delete the salts of days before yesterday; return how many. Idempotent: yes."""
    return DaySalt.objects.filter(day__lt=timezone.now().date() - timedelta(days=1)).delete()[0]
