"""CRM facts on other apps' pages: `{% load crm %}`. Every tag prints nothing for anybody but staff."""

from typing import Any

from django import template

from community.members.permissions import is_staff_member
from crm_sync.selectors_facts import member_facts, topic_facts
from crm_sync.selectors_ideas import idea_support

register = template.Library()


def _viewer(context: Any) -> Any:
    request = context.get("request")
    return getattr(request, "user", None)


@register.inclusion_tag("crm_sync/facts.html", takes_context=True)
def crm_member(context: Any, member: Any) -> dict[str, Any]:
    """Show account, plan, revenue, owner and CRM records of a member, each with source and age; staff only.

    Takes anything with a `pk` or `id`. Queries: 2 for staff, 0 for everybody else.
    """
    if not is_staff_member(_viewer(context)):
        return {}
    return {"facts": member_facts(_key(member)), "of": "member"}


@register.inclusion_tag("crm_sync/facts.html", takes_context=True)
def crm_topic(context: Any, topic: Any) -> dict[str, Any]:
    """Show the case of a topic and the account of its asker, with source and age; staff only.

    Takes anything with a `pk` or `id` and an `author_id` or `author`. Queries: 2 for staff, 0 for everybody else.
    """
    if not is_staff_member(_viewer(context)):
        return {}
    asker_id = getattr(topic, "author_id", None) or _key(topic.author)
    return {"facts": topic_facts(_key(topic), asker_id), "of": "topic"}


@register.inclusion_tag("crm_sync/idea_support.html", takes_context=True)
def crm_idea(context: Any, idea: Any) -> dict[str, Any]:
    """Show the accounts that ask for an idea, with revenue, source, age and match rate; staff only.

    Stands inside the panel of the idea's page. Takes anything with a `pk` or `id`. Queries: 6 at most for staff, 0 for
    everybody else.
    """
    if not is_staff_member(_viewer(context)):
        return {}
    return {"support": idea_support(_key(idea))}


def _key(thing: Any) -> int:
    return int(getattr(thing, "pk", None) or thing.id)
