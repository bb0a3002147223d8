"""Tags of the forums on their own pages and on a member's profile: `{% load forums %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from forums.drawing import aside_drawn, posts_drawn
from forums.selectors import PostView
from forums.selectors.members import member_answers, member_topics
from forums.selectors.related import open_topics_about
from forums.selectors.rows import TopicRow

register = template.Library()
SHOWN = 8
"""Rows of each kind on a profile."""


@register.simple_tag(takes_context=True)
def draw_posts(context: Any, posts: Iterable[PostView | None], points: Mapping[int, int]) -> dict[int, SafeString]:
    """Return the HTML of posts for `drawn_post`; `points` is what `points_of_people` gave. Queries: 0."""
    return posts_drawn(context["request"], context["page"], posts, points=points, first=context.get("first", 0))


@register.simple_tag(takes_context=True)
def draw_aside(context: Any) -> SafeString:
    """Print what stands beside a topic. Queries: 0."""
    return aside_drawn(context["request"], context["page"])


@register.simple_tag
def drawn_post(drawn: Mapping[int, SafeString], post: PostView) -> str:
    """Print a post; nothing for one that is a stub. Queries: 0."""
    return drawn.get(post.id, "")


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
