"""Export and erase consents; export the member's part of the log."""

from collections.abc import Mapping
from typing import Any

from community.activity.models import Activity
from community.privacy.models import Consent


class PrivacyCollector:
    """Consents, and the log: it holds ids and numbers only, so erasing a member leaves it as it is."""

    name = "privacy"
    models = ("privacy.Consent", "activity.Activity")

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return the member's answers, and what the log says they did. Queries: 2."""
        consents = Consent.objects.filter(member_id=member_id).order_by("purpose")
        activities = Activity.objects.filter(actor_id=member_id).order_by("pk")
        return {
            "consents": [
                {"purpose": consent.purpose, "given": consent.given, "changed_at": consent.changed_at.isoformat()}
                for consent in consents
            ],
            "activity": [
                {"at": at.isoformat(), "what": name, "thing": f"{kind}:{subject_id}"}
                for name, kind, subject_id, at in activities.values_list(
                    "type", "subject_kind", "subject_id", "occurred_at"
                ).iterator(chunk_size=2000)
            ],
        }

    def erase(self, member_id: int) -> None:
        """Forget the answers. Idempotent: yes. Queries: 1."""
        Consent.objects.filter(member_id=member_id).delete()
