"""Readers of the log in the forums."""

from collections.abc import Sequence

from community.activity.handlers import ActivityView, Handler
from forums.services import drafts_end


class AnsweredDraftHandler(Handler):
    """Closes the draft of a member whom something suggested answered before they sent their question."""

    name = "forums.answered_drafts"
    types = ("search.help_answered",)
    lane = "actor"

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Delete the drafts that were not touched since. Idempotent: yes. Queries: 1."""
        drafts_end({view.subject_id: view.recorded_at for view in batch}, context="ask")
