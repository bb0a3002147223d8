"""Which audience tokens a viewer carries."""

from typing import Any

from community.core.audience import MEMBERS, PUBLIC, STAFF, member_token


def tokens_of(viewer: Any) -> frozenset[str]:
    """Return the tokens of a member or of an anonymous visitor. Queries: 0 (groups: 1, kept on the member)."""
    if not getattr(viewer, "is_authenticated", False) or viewer.state != viewer.State.ACTIVE:
        return frozenset({PUBLIC})
    tokens = {PUBLIC, MEMBERS, member_token(viewer.pk)} | {f"role:{role}" for role in viewer.roles}
    if viewer.roles:
        tokens.add(STAFF)
    return frozenset(tokens)
