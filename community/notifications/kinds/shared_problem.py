"""A colleague answered a problem you share."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Kind, Notice, Text, post_notice


class SharedProblem(Kind):
    """The accepted answer to those who said that they have the problem, too."""

    name = "shared_problem"
    types = ("forums.answer_accepted",)
    precedence = 30
    label = _("A problem you share is solved")
    mail = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name those with the same problem, but who wrote the answer."""
        for view in batch:
            for follower in facts.followers.get(view.payload.topic_id, ()):
                if follower.reason == "same_problem" and follower.member_id != view.payload.author_id:
                    yield post_notice(self, view, follower.member_id)

    def holds(self, card: object) -> bool:
        """Only while the answer is the accepted one."""
        return getattr(card, "state", "") == "accepted"

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} accepted an answer")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you have the same problem")


KIND = SharedProblem()
