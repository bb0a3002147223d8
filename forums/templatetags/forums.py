"""Tags of the forums on their own pages and on a member's profile: `{% load forums %}`."""

import re
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString

from forums.selectors.members import member_answers, member_topics

register = template.Library()
_OURS = re.compile(r'(?<=<a href=")/(?=[mtc]/)')
SHOWN = 8
"""Rows of each kind on a profile."""


@register.filter
def cooked(html: str) -> SafeString:
    """Print HTML that `community.core.markup.cook` made, and nothing else: it is clean by construction.

    Links to members, topics and categories of ours are stored without a language and keep the reader's.
    """
    prefix = reverse("portal:home")
    return SafeString(html if prefix == "/" else _OURS.sub(prefix, html))


@register.inclusion_tag("forums/member_activity.html", takes_context=True)
def member_activity(context: Any, member: Any) -> dict[str, Any]:
    """Show the last answers and topics of a member that the viewer may see. Queries: 2."""
    request = context["request"]
    look = {"site": request.site, "viewer": request.user, "size": SHOWN}
    return {
        "member": member,
        "answers": member_answers(member.pk, **look).rows,
        "topics": member_topics(member.pk, **look).rows,
    }
