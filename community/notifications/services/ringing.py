"""Telling a member's open pages that their bell may show another figure."""

from collections.abc import Iterable

from community.core.audience import member_token
from community.work.hints import Hint, hint_after_commit


def bells_ring(member_ids: Iterable[int]) -> None:
    """Have open pages of these members ask for the bell again, once the transaction is committed. Queries: 0."""
    hint_after_commit(
        Hint("notifications.bell", member_id, frozenset({member_token(member_id)})) for member_id in set(member_ids)
    )
