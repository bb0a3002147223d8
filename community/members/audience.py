"""Which audience tokens a viewer carries."""

from collections.abc import Iterable
from typing import Any

from community.core.audience import MEMBERS, PUBLIC, STAFF, member_token

_ANYBODY = frozenset({PUBLIC})


def tokens_of(viewer: Any) -> frozenset[str]:
    """Return the tokens of a member or of an anonymous visitor.

    Queries: 0; 1 the first time for a member who is in a group, kept on the object for the rest of the request.
    """
    if not getattr(viewer, "is_authenticated", False) or viewer.state != viewer.State.ACTIVE:
        return _ANYBODY
    kept: frozenset[str] | None = getattr(viewer, "_audience_tokens", None)
    if kept is None:
        kept = viewer._audience_tokens = _tokens(viewer)
    return kept


def tokens_load(members: Iterable[Any]) -> None:
    """Find out the groups of many members at once, so that `tokens_of` costs nothing for each. Queries: 0 or 1."""
    grouped = {member.pk: member for member in members if member.in_groups}
    if not grouped:
        return
    found: dict[int, set[int]] = {pk: set() for pk in grouped}
    rows = next(iter(grouped.values())).group_memberships.model.objects.filter(member_id__in=grouped)
    for member_id, group_id in rows.values_list("member_id", "group_id"):
        found[member_id].add(group_id)
    for pk, member in grouped.items():
        member._audience_tokens = _tokens(member, found[pk])


def _tokens(member: Any, groups: Iterable[int] | None = None) -> frozenset[str]:
    tokens = {PUBLIC, MEMBERS, member_token(member.pk)} | {f"role:{role}" for role in member.roles}
    if member.roles:
        tokens.add(STAFF)
    if member.account_id:
        tokens.add(f"account:{member.account_id}")
    if member.in_groups:
        groups = member.group_memberships.values_list("group_id", flat=True) if groups is None else groups
        tokens |= {f"group:{group_id}" for group_id in groups}
    return frozenset(tokens)
