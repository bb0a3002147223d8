"""Tags of the forums' pages: `{% load forums %}`."""

from django import template
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def cooked(html: str) -> SafeString:
    """Print HTML that `community.core.markup.cook` made, and nothing else: it is clean by construction."""
    return SafeString(html)
