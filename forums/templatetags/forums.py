"""Tags of the forums on their own pages and on a member's profile: `{% load forums %}`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from community.core.permissions import allowed
from forums.drawing import Drawn, posts_drawn, topic_around
from forums.presenting import follow_context
from forums.selectors import PostView
from forums.selectors.members import member_answers, member_topics
from forums.selectors.related import open_topics_about
from forums.selectors.rows import TopicRow

register = template.Library()
SHOWN = 8
"""Rows of each kind on a profile."""


@register.simple_tag(takes_context=True)
def draw_posts(context: Any, posts: Iterable[PostView | None], points: Mapping[int, int]) -> Drawn:
    """Return the HTML of posts for `drawn_post` and `drawn_rows`; `points` as `points_of_people` gives. Queries: 0."""
    return posts_drawn(context["request"], context["page"], posts, points=points, first=context.get("first", 0))


@register.simple_tag(takes_context=True)
def draw_topic(context: Any, points: Mapping[int, int]) -> Drawn:
    """Return the HTML of a topic: its posts, and what is around them. Queries: 0."""
    page, words = context["page"], {name: context[name] for name in ("crumbs", "window_text", "after", "at_end")}
    around = topic_around(page, may_write_up=allowed("knowledge.article_create", context["request"].user), **words)
    return posts_drawn(context["request"], page, context["shown"], points=points, around=around)


@register.simple_tag
def replies_label(count: int) -> SafeString:
    """Print "4 replies"."""
    return format_html(
        '<span class="num">{}</span>', ngettext("%(n)s reply", "%(n)s replies", count) % {"n": intcomma(count)}
    )


@register.simple_tag
def drawn_post(drawn: Drawn, post: PostView) -> str:
    """Print a post; nothing for one that is a stub. Queries: 0."""
    return drawn.posts.get(post.id, "")


@register.simple_tag
def drawn_rows(drawn: Drawn, posts: Iterable[PostView]) -> SafeString:
    """Print posts in their places among the replies. Queries: 0."""
    return SafeString("\n".join(drawn.rows[post.id] for post in posts))


@register.simple_tag(takes_context=True)
def draw_reply(context: Any, drawn: Drawn) -> SafeString:
    """Print the form for a reply: as it was begun, sent or refused, else the same for all. Queries: 0."""
    form = context.get("form")
    if form is None or not (form.is_bound or form.initial.get("body") or context.get("draft")):
        return drawn.around["reply"]
    page = context["page"]
    with context.push(submission_key=form["key"].value(), **(follow_context(page) if page.signed_in else {})):
        return SafeString(context.template.engine.get_template("forums/_reply.html").render(context))


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
