"""Tags of the forums on their own pages and on a member's profile: `{% load forums %}`."""

from typing import Any

from django import template

from forums.selectors.members import member_answers, member_topics
from forums.selectors.related import open_topics_about
from forums.selectors.rows import TopicRow

register = template.Library()
SHOWN = 8
"""Rows of each kind on a profile."""


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


@register.simple_tag(takes_context=True, name="open_topics_about")
def open_topics_about_thing(context: Any, kind: str, subject_id: int) -> list[TopicRow]:
    """Return the open questions about a thing of another app that the viewer may see. Queries: 1."""
    request = context["request"]
    return open_topics_about(kind, subject_id, site=request.site, viewer=request.user)
