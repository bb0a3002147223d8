"""What colleagues may do with an idea: `{% load ideas_staff %}`. Prints nothing for anybody but staff."""

from typing import Any

from django import template

from community.members.permissions import is_staff_member
from ideas.selectors.staff import idea_staff as idea_staff_of

register = template.Library()


@register.inclusion_tag("ideas/staff_panel.html", takes_context=True)
def idea_staff(context: Any, idea: Any) -> dict[str, Any]:
    """Show the acts of colleagues and votes for customers; staff only.

    Takes anything with an `id`. Queries: 3 for staff, 0 for everybody else.
    """
    request = context.get("request")
    viewer: Any = getattr(request, "user", None)
    if not is_staff_member(viewer):
        return {}
    return {"staff": idea_staff_of(idea.id, viewer=viewer), "request": request, "csrf_token": context.get("csrf_token")}
