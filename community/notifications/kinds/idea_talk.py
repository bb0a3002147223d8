"""Somebody commented on an idea you follow."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Kind, Notice, Text, idea_notice


class IdeaTalk(Kind):
    """To who chose to follow the idea, or commented; whoever only voted hears of its status alone."""

    name = "idea_talk"
    types = ("ideas.comment_published",)
    precedence = 44
    label = _("A comment on an idea you follow")
    reasons = frozenset({"", "commented"})

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name those who follow the talk."""
        for view in batch:
            for follower in facts.idea_followers.get(view.payload.idea_id, ()):
                if follower.level == "watching" and follower.reason in self.reasons:
                    yield idea_notice(self, view, follower.member_id)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} commented on an idea")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you follow this idea")


KIND = IdeaTalk()
