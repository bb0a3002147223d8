"""Reputation on other apps' pages: `{% load reputation %}`."""

from typing import Any

from django import template

from community.reputation.selectors import point_sources, progress_of

register = template.Library()


@register.inclusion_tag("reputation/profile.html")
def reputation_of(member: Any) -> dict[str, Any]:
    """Show points, where they came from, and the way to the next level. Queries: 3."""
    progress = progress_of(member.pk)
    return {"member": member, "progress": progress, "sources": point_sources(member.pk)}
