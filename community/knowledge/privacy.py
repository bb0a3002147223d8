"""What the knowledge base holds of a member: what they said of articles."""

from collections.abc import Mapping
from typing import Any

from community.core.collectors import Collector
from community.knowledge.models import HelpfulVote
from community.knowledge.services import helpful_forget


class KnowledgeCollector(Collector):
    """Export and erase. Pages a colleague wrote belong to the company and stay, under an id that names nobody."""

    name = "knowledge"
    models = ("knowledge.HelpfulVote",)

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return what the member said of articles. Queries: 1."""
        votes = HelpfulVote.objects.filter(member_id=member_id).order_by("pk")
        columns = votes.values("article_id", "revision_id", "helped", "reason", "text", "at")
        return {"helpful": [{**row, "at": row["at"].isoformat()} for row in columns]}

    def erase(self, member_id: int) -> None:
        """Forget it; the figures of the articles go down. Idempotent: yes."""
        helpful_forget(member_id)
