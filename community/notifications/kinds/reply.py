"""Somebody replied in a topic you watch or track."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Kind, Notice, Text, post_notice


class Reply(Kind):
    """To who watches the topic."""

    name = "reply"
    types = ("forums.post_published",)
    precedence = 40
    label = _("A reply in a topic you watch")
    mail = True
    levels = ("watching",)

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name those who follow the topic at this kind's level; its author, unless they chose to, hears of answers."""
        for view in batch:
            for follower in facts.followers.get(view.payload.topic_id, ()):
                if follower.level in self.levels and follower.reason != "author" and view.payload.number > 1:
                    yield post_notice(self, view, follower.member_id, detail=follower.reason)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} replied")

    def reason(self, detail: str) -> Text:
        """Return why."""
        reasons = {
            "same_problem": _("you have the same problem"),
            "replied": _("you replied in this topic"),
        }
        return reasons.get(detail) or _("you watch this topic")


KIND = Reply()
