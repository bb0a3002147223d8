"""`{% change_waits "members.member" member.pk %}`: says to its author that a change waits for review."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString

from community.activity.screening import changes_held
from community.activity.subjects import subject_of
from community.core.markup import is_clean
from community.moderation.differences import differences_of

register = template.Library()


@register.filter
def clean_html(html: str) -> SafeString:
    """Return HTML of a subject as safe to print; what the cooker would not have made so is printed as text."""
    return SafeString(html) if is_clean(html) else conditional_escape(html)


@register.simple_tag(takes_context=True)
def change_waits(context: template.RequestContext, kind: str, subject_id: int) -> str:
    """Return a strip with the viewer's own change of a thing, empty when none waits. Queries: 1, 2 with one."""
    viewer: Any = context.request.user
    waiting = changes_held(kind, [subject_id], author_id=viewer.pk)
    if not waiting:
        return ""
    texts = subject_of(kind).change_texts(waiting).get(subject_id, ())
    return render_to_string("moderation/_change_waits.html", {"changes": differences_of(texts)})
