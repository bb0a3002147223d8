"""Row locks of reputation, always in order of the key."""

from collections.abc import Collection

from community.reputation.models import MemberTotal


def totals_lock(member_ids: Collection[int]) -> dict[int, MemberTotal]:
    """Return the totals of these members, locked, making the missing rows. Queries: 2."""
    MemberTotal.objects.bulk_create(
        [MemberTotal(member_id=member_id) for member_id in sorted(member_ids)], ignore_conflicts=True
    )
    rows = MemberTotal.objects.select_for_update().filter(member_id__in=member_ids).order_by("member_id")
    return {row.member_id: row for row in rows}
