"""Somebody commented on your idea."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text, idea_notice


class IdeaComment(Kind):
    """To who shared the idea."""

    name = "idea_comment"
    types = ("ideas.comment_published",)
    group = Group.NAMES_YOU
    precedence = 32
    label = _("A comment on your idea")
    mail = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name who follows the idea because it is theirs."""
        for view in batch:
            for follower in facts.idea_followers.get(view.payload.idea_id, ()):
                if follower.level == "watching" and follower.reason == "author":
                    yield idea_notice(self, view, follower.member_id)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} commented on your idea")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("it is your idea")


KIND = IdeaComment()
