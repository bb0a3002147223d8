"""Export and erase tokens."""

from collections.abc import Mapping
from typing import Any

from community.api.models import Submission, Token


class ApiCollector:
    """Tokens go with their member. An application's own member stays, as whoever made it may leave."""

    name = "api"
    models = ("api.Token", "api.Submission")

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return name, scopes and dates of the tokens that act as the member or that they made. Queries: 2."""
        columns = ("kind", "name", "scopes", "created_at", "expires_at", "last_used_at")
        tokens = Token.objects.order_by("pk")
        return {
            "tokens": [_plain(row) for row in tokens.filter(member_id=member_id).values(*columns)],
            "made_for_applications": [
                _plain(row)
                for row in tokens.filter(created_by_id=member_id).exclude(member_id=member_id).values(*columns)
            ],
        }

    def erase(self, member_id: int) -> None:
        """Delete the member's tokens and what they sent lately. Idempotent: yes."""
        Token.objects.filter(member_id=member_id).delete()
        Submission.objects.filter(member_id=member_id).delete()


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
