"""Tags of ideas on their own pages: `{% load ideas %}`."""

from typing import Any

from django import template
from django.utils import timezone

from ideas.trending import weight_at

register = template.Library()


@register.simple_tag
def idea_weight(row: Any) -> float:
    """Return what the votes of a row weigh now in Trending. Queries: 0."""
    return weight_at(row.trending_at, timezone.now(), half_life_days=row.half_life_days) if row.vote.votes else 0.0
