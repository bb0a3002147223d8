"""An idea you voted for or follow moved, or was answered."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Kind, Notice, Text, idea_notice


class IdeaStatus(Kind):
    """To everybody who shared, voted for, commented on or follows the idea."""

    name = "idea_status"
    types = ("ideas.status_changed",)
    precedence = 36
    label = _("An idea you voted for or follow has a new status")
    mail = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the followers; the detail is the kind of status it moved to, empty for a response without a move."""
        for view in batch:
            moved = view.payload.after if view.payload.after != view.payload.before else ""
            for follower in facts.idea_followers.get(view.subject_id, ()):
                if follower.level == "watching":
                    yield idea_notice(self, view, follower.member_id, detail=moved)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        moves = {
            "open": _("{name} opened an idea again"),
            "review": _("{name} is looking at an idea"),
            "planned": _("{name} planned an idea"),
            "in_progress": _("{name} began to build an idea"),
            "shipped": _("{name} shipped an idea"),
            "declined": _("{name} declined an idea and said why"),
        }
        return moves.get(detail) or _("{name} answered an idea")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you voted for this idea or follow it")


KIND = IdeaStatus()
