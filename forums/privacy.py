"""What the forums hold of a member, and what is left when they are erased."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from community.core.collectors import Collector
from forums.models import Draft, Helpful, Post, PostEdit, PostImage, SameProblem, Topic, TopicMember
from forums.services.images import images_forget


class ForumsCollector(Collector):
    """Export and erase.

    Erasing keeps what the member said in public: topics and posts stay under the erased member, who has no name any
    more, because others answered and quoted them; a post that must go is deleted by a moderator before. Mentions of the
    old handle in the words of others stay as those wrote them. Votes stay, as ids that name nobody. Drafts, read
    state, earlier texts of the member's posts and pictures no post shows are removed.
    """

    name = "forums"
    models = (
        "forums.Topic",
        "forums.Post",
        "forums.PostEdit",
        "forums.TopicMember",
        "forums.SameProblem",
        "forums.Helpful",
        "forums.Draft",
    )

    def export(self, member_id: int) -> Mapping[str, Any]:
        """Return topics, posts with earlier texts and pictures, votes, read state and drafts. Queries: 8."""
        of = {"member_id": member_id}
        posts = Post.objects.filter(author_id=member_id)
        return {
            "topics": _rows(Topic, {"author_id": member_id}, "id", "title", "kind", "state", "language", "asked_at"),
            "posts": _rows(
                Post,
                {"author_id": member_id},
                "id",
                "topic_id",
                "number",
                "raw",
                "language",
                "visibility",
                "created_at",
            ),
            "earlier_texts": _rows(
                PostEdit, {"post__in": posts}, "post_id", "edit_number", "title", "raw", "created_at"
            ),
            "pictures": _rows(PostImage, {"post__in": posts}, "post_id", "url"),
            "same_problem": _rows(SameProblem, of, "topic_id", "created_at"),
            "helpful": _rows(Helpful, of, "post_id", "created_at"),
            "followed": _rows(TopicMember, of, "topic_id", "last_read", "level", "reason", "read_at"),
            "drafts": _rows(Draft, of, "context", "title", "body", "tags", "updated_at"),
        }

    def erase(self, member_id: int) -> None:
        """Remove what is the member's alone; what was said stays. Idempotent: yes."""
        Draft.objects.filter(member_id=member_id).delete()
        TopicMember.objects.filter(member_id=member_id).delete()
        PostEdit.objects.filter(post__author_id=member_id).delete()
        images_forget(member_id)


def _rows(model: type[Model], which: dict[str, Any], *columns: str) -> list[dict[str, Any]]:
    """Return rows as JSON holds them: times as ISO 8601."""
    rows: Iterable[dict[str, Any]] = model._default_manager.filter(**which).order_by("pk").values(*columns)
    return [
        {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in row.items()}
        for row in rows
    ]
