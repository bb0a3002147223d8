"""`{% can "forums.reply_create" topic as may_reply %}`: templates ask the same check as services."""

from typing import Any

from django import template

from community.core.permissions import denial

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: template.Context, name: str, *things: Any) -> bool:
    """Tell whether the viewer of the page passes the check `name`."""
    return denial(name, context["request"].user, *things) is None


@register.simple_tag(takes_context=True)
def refusal(context: template.Context, name: str, *things: Any) -> str:
    """Return the sentence with which the check `name` refuses the viewer, empty when it passes."""
    denied = denial(name, context["request"].user, *things)
    return str(denied.reason) if denied else ""
