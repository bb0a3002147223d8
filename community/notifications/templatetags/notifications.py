"""The bell on every page: `{% load notifications %}{% bell %}`."""

from typing import Any

from django import template

from community.branding.context import hx_attribute
from community.core.showing import showing_of
from community.notifications.selectors.unread import LIMIT, bell_count

register = template.Library()


@register.inclusion_tag("notifications/includes/bell.html", takes_context=True)
def bell(context: template.RequestContext) -> dict[str, Any]:
    """Show the bell with what names the member and is not before them on this page. Queries: 1 a request."""
    request = context.request
    unread = getattr(request, "unread", [])
    count = bell_count(unread, showing_of(request))
    shown = f"{LIMIT - 1}+" if count >= LIMIT else str(count)
    return {
        "count": count,
        "shown": shown,
        "section": context.get("section"),
        "member_id": request.user.pk,
        "hx": hx_attribute(request),
    }
