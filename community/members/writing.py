"""From what a member typed to what is stored: checks of texts and titles, cooking, who is named. Writes nothing."""

import re
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

MIN_TITLE = 5
TITLE_LENGTH = 200
MENTIONS = 10
"""How many members one text may name; further ones are links and no more."""


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


def slug_of(title: str, *, noun: str, actions: frozenset[str]) -> str:
    """Return the part of an address that is for people; never empty, never one of `actions`, which mean something."""
    slug = slugify(title, allow_unicode=True)[:80].strip("-_") or noun
    return f"{slug}-{noun}" if slug in actions else slug


def members_mentioned(cooked: Mapping[int, str]) -> dict[int, frozenset[int]]:
    """Return the members that each cooked text (by its id) names, the first MENTIONS of them. Queries: 0 or 1."""
    pattern = _mention_pattern()
    handles = {pk: list(dict.fromkeys(pattern.findall(html)))[:MENTIONS] for pk, html in cooked.items()}
    wanted = {handle for named in handles.values() for handle in named}
    if not wanted:
        return {}
    ids = dict(Member.objects.joined().filter(handle__in=wanted).values_list("handle", "pk"))
    return {pk: frozenset(ids[handle] for handle in named if handle in ids) for pk, named in handles.items() if named}


def _mention_pattern() -> re.Pattern[str]:
    """Return what a mention looks like in cooked text: a link to a profile whose words are the handle with its @."""
    with override(settings.LANGUAGE_CODE):
        path = reverse("members:profile", args=["HANDLE"])
    before, after = path.split("HANDLE")
    return re.compile(rf'<a [^>]*href="{re.escape(before)}([-\w]+){re.escape(after)}"[^>]*>@\1</a>', re.IGNORECASE)
