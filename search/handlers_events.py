"""Readers of the log in search."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from search.services_events import Thing, sent_log


class SentHandler(Handler):
    """Writes down which askings became a question after all."""

    name = "search.sent"
    types = ("forums.topic_asked", "forums.topic_started", "forums.post_held")

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Add one event for each question whose author was shown suggestions. Idempotent: yes. Queries: 2."""
        sent_log((view.payload.help_id, _topic(view), view.occurred_at) for view in batch)


def _topic(view: ActivityView) -> Thing:
    """Return the topic that was sent; one that waits for review was sent, too."""
    topic_id = view.payload.topic_id if view.type == "forums.post_held" else view.subject_id
    return "forums.topic", topic_id
