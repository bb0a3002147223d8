"""Export and erase what moderation holds about a member."""

from collections.abc import Mapping
from typing import Any

from community.moderation.models import Decision, Flag, HeldChange, Review, Sanction, ScreenTrace


class ModerationCollector:
    """Decisions and outcomes stay as codes; every word a person wrote goes with the person it is about or from."""

    name = "moderation"
    models = (
        "moderation.Flag",
        "moderation.HeldChange",
        "moderation.ScreenTrace",
        "moderation.Sanction",
        "moderation.Decision",
        "moderation.Review",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return the member's reports, changes that wait, sanctions and what moderators told them. Queries: 5."""
        decided = Decision.objects.filter(author_id=member_id).exclude(told_at=None).order_by("pk")
        return {
            "reports": _rows(Flag.objects.filter(member_id=member_id), "kind", "reason", "text", "state", "created_at"),
            "changes": _rows(HeldChange.objects.filter(author_id=member_id), "kind", "change", "state", "created_at"),
            "sanctions": _rows(
                Sanction.objects.filter(member_id=member_id), "kind", "reason", "message", "given_at", "ends_at"
            ),
            "told": _rows(decided, "action", "reason", "message", "at"),
            "texts_screened": _rows(ScreenTrace.objects.filter(author_id=member_id), "kind", "hosts", "at"),
        }

    def erase(self, member_id: int) -> None:
        """Remove or empty it all. Idempotent: yes. Queries: 8."""
        ScreenTrace.objects.filter(author_id=member_id).delete()
        HeldChange.objects.filter(author_id=member_id).delete()
        Flag.objects.filter(member_id=member_id).update(text="")
        Sanction.objects.filter(member_id=member_id).update(message="")
        Decision.objects.filter(author_id=member_id).update(message="", note="", author=None)
        Decision.objects.filter(actor_id=member_id).update(note="", actor=None)
        Review.objects.filter(author_id=member_id).update(author=None)
        Review.objects.filter(claimed_by_id=member_id).update(claimed_by=None, claimed_until=None)


def _rows(rows: Any, *columns: str) -> list[dict[str, Any]]:
    """Return `columns` of each row, ready for JSON. Queries: 1."""
    return [
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
        for row in rows.order_by("pk").values(*columns)
    ]
