"""From what a member typed to what is stored: checks of texts and titles, and cooking. Writes nothing."""

import unicodedata
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from community.core.errors import Invalid
from community.core.markup import MAX_LENGTH, Cooked, cook, plain_text
from community.members.models import Member
from forums.models import TITLE_LENGTH

MIN_TITLE = 5
_ACTIONS = {"reply", "same-problem", "follow", "escalate", "close"}
"""What may follow `/t/<id>/` in an address besides a slug."""
IMPORT_LENGTH = 100_000
"""Characters an imported text may have; members may type fewer."""


def text_cook(raw: str) -> Cooked:
    """Cook a text a member sends. Raises: Invalid when it is empty or too long. Queries: 1 with mentions, else 0."""
    if not raw.strip():
        raise Invalid(_("Write something first."), field="body")
    cooked = text_preview(raw)
    if not plain_text(cooked.html) and not cooked.images:
        raise Invalid(_("Nothing of this text can be shown."), field="body")
    return cooked


def text_preview(raw: str, *, max_length: int = MAX_LENGTH) -> Cooked:
    """Cook a text as it would be stored, empty ones too. Raises: Invalid when too long. Queries: as `text_cook`."""
    return cook(raw, media_url=f"{settings.MEDIA_URL}post/", resolve_mentions=_profiles, max_length=max_length)


def _profiles(handles: Iterable[str]) -> Mapping[str, str]:
    """Return the profile path of each handle that exists, without a language prefix."""
    found = Member.objects.joined().filter(handle__in=set(handles)).values_list("handle", flat=True)
    with override(settings.LANGUAGE_CODE):
        return {handle: reverse("members:profile", args=[handle]) for handle in found}


def title_clean(title: str) -> str:
    """Return the title on one line, without control characters. Raises: Invalid when too short or too long."""
    shown = " ".join("".join(c for c in title if unicodedata.category(c) != "Cc" or c.isspace()).split())
    if len(shown) < MIN_TITLE:
        raise Invalid(_("Say it in one sentence: at least five characters."), field="title")
    if len(shown) > TITLE_LENGTH:
        raise Invalid(_("This title is too long: at most 200 characters."), field="title")
    return shown


def slug_of(title: str) -> str:
    """Return the part of the address that is for people; never empty, never one that means an action."""
    slug = slugify(title, allow_unicode=True)[:80].strip("-_") or "topic"
    return f"{slug}-topic" if slug in _ACTIONS else slug
