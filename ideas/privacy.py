"""What ideas hold of a member, and what is left when they are erased."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from community.core.collectors import Collector
from ideas.models import Comment, Idea, IdeaFollow, StatusChange, VoteEntry, VoteNote


class IdeasCollector(Collector):
    """Export and erase.

    Erasing keeps what the member said in public: ideas, comments and official responses stay under the erased member,
    who has no name any more. Votes stay, as ids that name nobody: the ledger is append-only and holds no words. What
    a colleague noted about a vote on the member's behalf is removed.
    """

    name = "ideas"
    models = (
        "ideas.Idea",
        "ideas.Comment",
        "ideas.VoteEntry",
        "ideas.VoteNote",
        "ideas.Vote",
        "ideas.IdeaFollow",
        "ideas.StatusChange",
        "ideas.Merge",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return ideas, comments, votes with what was noted, follows and responses. Queries: 6."""
        of, by = {"member_id": member_id}, {"author_id": member_id}
        text = ("raw", "language", "visibility", "created_at")
        return {
            "ideas": _rows(Idea, by, "id", "board_id", "title", *text),
            "comments": _rows(Comment, by, "id", "idea_id", "number", *text),
            "votes": _rows(VoteEntry, of, "idea_id", "delta", "cause", "voted_at", "created_at"),
            "vote_notes": _rows(VoteNote, {"entry__member_id": member_id}, "entry__idea_id", "text"),
            "followed": _rows(IdeaFollow, of, "idea_id", "is_on", "reason"),
            "responses": _rows(StatusChange, of, "idea_id", "before_id", "after_id", "raw", "created_at"),
        }

    def erase(self, member_id: int) -> None:
        """Remove what is the member's alone; what was said stays. Idempotent: yes."""
        IdeaFollow.objects.filter(member_id=member_id).delete()
        VoteNote.objects.filter(entry__member_id=member_id).delete()


def _rows(model: type[Model], which: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    """Return rows as JSON holds them: times as ISO 8601."""
    rows: Iterable[dict[str, Any]] = model._default_manager.filter(**which).order_by("pk").values(*columns)
    return [
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
        for row in rows
    ]
