"""Export and erase what reputation holds about a member."""

from collections.abc import Mapping
from typing import Any

from community.reputation.models import LedgerEntry, MemberTotal


class ReputationCollector:
    """The ledger holds ids and numbers only, so erasing keeps its rows: others' points depend on them."""

    name = "reputation"
    models: tuple[str, ...] = ("reputation.LedgerEntry", "reputation.MemberTotal")

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return every movement of the member's points and what they add up to. Queries: 2."""
        total = MemberTotal.objects.filter(member_id=member_id).select_related("level").first()
        entries = LedgerEntry.objects.filter(member_id=member_id).order_by("pk")
        return {
            "total": {"points": total.points, "level": total.level.name if total.level else None} if total else None,
            "ledger": [
                {
                    "at": entry.occurred_at.isoformat(),
                    "rule": entry.rule,
                    "thing": f"{entry.subject_kind}:{entry.subject_id}",
                    "points": entry.points,
                }
                for entry in entries
            ],
        }

    def erase(self, member_id: int) -> None:
        """Remove what a page would show. Idempotent: yes. Queries: 1."""
        MemberTotal.objects.filter(member_id=member_id).delete()
