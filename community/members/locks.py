"""Locks on members."""

from community.members.models import Member


def lock_member(member_id: int) -> Member:
    """Return the member, locked until the transaction ends. Raises: Member.DoesNotExist."""
    return Member.objects.select_for_update().get(pk=member_id)
