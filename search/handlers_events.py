"""Readers of the log in search."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from search.services_events import sent_log


class SentHandler(Handler):
    """Writes down which askings became a question after all."""

    name = "search.sent"
    types = ("forums.topic_asked", "forums.topic_started")

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Add one event for each question whose author was shown suggestions. Idempotent: yes. Queries: 2."""
        sent_log((view.payload.help_id, (view.subject_kind, view.subject_id), view.occurred_at) for view in batch)
