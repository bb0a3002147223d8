"""Reputation on other apps' pages: `{% load reputation %}`."""

from collections.abc import Collection, Mapping
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.translation import ngettext

from community.reputation.selectors import point_sources, points_of, progress_of

register = template.Library()


@register.inclusion_tag("reputation/profile.html")
def reputation_of(member: Any) -> dict[str, Any]:
    """Show points, where they came from, and the way to the next level. Queries: 3."""
    progress = progress_of(member.pk)
    return {"member": member, "progress": progress, "sources": point_sources(member.pk)}


@register.simple_tag
def points_of_people(member_ids: Collection[int]) -> dict[int, int]:
    """Return the points of these members: `{% points_of_people page.author_ids as points %}`. Queries: 1."""
    return points_of(member_ids) if member_ids else {}


@register.simple_tag
def points_label(points: Mapping[int, int], member_id: int) -> str:
    """Print "4,180 points" of one of the members of `points_of_people`; nothing for none. Queries: 0."""
    amount = points.get(member_id, 0) if points else 0
    if amount <= 0:
        return ""
    words = ngettext("%(points)s point", "%(points)s points", amount) % {"points": intcomma(amount)}
    return format_html('<span class="num">{}</span>', words)
