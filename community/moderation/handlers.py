"""Reader of the log that brings what is held before a moderator, and closes what was dealt with elsewhere."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from community.moderation.services.following import reviews_follow

HOLDING = ("forums.post_held", "ideas.idea_held", "ideas.comment_held")
"""Something waits for review; payloads carry `author_id` and `reasons`."""
MOVING = (
    "forums.post_published",
    "forums.post_restored",
    "forums.post_hidden",
    "forums.post_deleted",
    "ideas.idea_shared",
    "ideas.idea_restored",
    "ideas.idea_hidden",
    "ideas.idea_deleted",
    "ideas.comment_published",
    "ideas.comment_restored",
    "ideas.comment_hidden",
    "ideas.comment_deleted",
)
"""Something came into sight or went out of it."""


class QueueHandler(Handler):
    """Keeps the queue in line with the things in it."""

    name = "moderation.queue"
    types = HOLDING + MOVING
    skip_origins = ("import",)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Open what is held, close what is not any more. Idempotent: yes. Queries: constant."""
        reviews_follow(
            [(view.subject_kind, view.subject_id, view.payload.reasons) for view in batch if view.type in HOLDING],
            {(view.subject_kind, view.subject_id): view.actor_id for view in batch},
        )
