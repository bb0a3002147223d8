"""Somebody answered your question, or replied in the discussion you started."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text, post_notice


class Answer(Kind):
    """To who started the topic."""

    name = "answer"
    types = ("forums.post_published",)
    group = Group.NAMES_YOU
    precedence = 20
    label = _("Someone answers your question")
    note = _("Or replies in a discussion you started")
    mail = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the topic's author."""
        for view in batch:
            topic = facts.topics.get(view.payload.topic_id)
            if topic and topic.author_id and view.payload.number > 1:
                detail = "discussion" if topic.state == "open" else "question"
                yield post_notice(self, view, topic.author_id, detail=detail)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} replied to you") if detail == "discussion" else _("{name} answered your question")

    def reason(self, detail: str) -> Text:
        """Return why."""
        if detail == "discussion":
            return _("you started the discussion and chose mail for replies")
        return _("you asked the question and chose mail for answers")


KIND = Answer()
