"""Which audience tokens a viewer carries."""

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


def _tokens(member: Any) -> frozenset[str]:
    tokens = {PUBLIC, MEMBERS, member_token(member.pk)} | {f"role:{role}" for role in member.roles}
    if member.roles:
        tokens.add(STAFF)
    if member.account_id:
        tokens.add(f"account:{member.account_id}")
    if member.in_groups:
        tokens |= {f"group:{group_id}" for group_id in member.group_memberships.values_list("group_id", flat=True)}
    return frozenset(tokens)
