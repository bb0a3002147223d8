"""The bell on every page: `{% load notifications %}{% bell %}`."""

from django import template
from django.utils.safestring import SafeString

from community.core.fragments import Fragment, rendered
from community.core.showing import showing_of
from community.notifications.selectors.unread import LIMIT, bell_count

register = template.Library()


@register.simple_tag(takes_context=True)
def bell(context: template.RequestContext) -> SafeString:
    """Show the bell with what names the member and is not before them on this page. Queries: 1 a request."""
    request = context.request
    unread = getattr(request, "unread", [])
    count = bell_count(unread, showing_of(request))
    facts = {
        "count": count,
        "shown": f"{LIMIT - 1}+" if count >= LIMIT else str(count),
        "section": context.get("section"),
        "member_id": request.user.pk,
    }
    return rendered([Fragment("notifications/includes/bell.html", facts)], request)[0]
