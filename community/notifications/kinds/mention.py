"""Somebody wrote @your-handle."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text, idea_notice, post_notice


class Mention(Kind):
    """New in a text, also by an edit: who was told of the post before is not told again."""

    name = "mention"
    types = (
        "forums.post_published",
        "forums.post_edited",
        "ideas.idea_shared",
        "ideas.idea_edited",
        "ideas.comment_published",
        "ideas.comment_edited",
    )
    group = Group.NAMES_YOU
    precedence = 10
    label = _("Someone names you with @")
    mail = True
    staff_mail = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the members each text names."""
        for view in batch:
            told = post_notice if view.subject_kind == "forums.post" else idea_notice
            for member_id in facts.mentioned.get((view.subject_kind, view.subject_id), ()):
                if member_id != view.payload.author_id:
                    yield told(self, view, member_id)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} named you")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("somebody named you and you chose mail for that")


KIND = Mention()
