"""Your answer solved a question."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.activity.subjects import Card
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text, post_notice


class Accepted(Kind):
    """To who wrote the answer."""

    name = "accepted"
    types = ("forums.answer_accepted",)
    group = Group.NAMES_YOU
    precedence = 20
    label = _("Your answer is accepted")
    heeds_mute = False

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the author of the answer."""
        for view in batch:
            yield post_notice(self, view, view.payload.author_id)

    def holds(self, card: Card) -> bool:
        """Only while it is the accepted one."""
        return card.state == "accepted"

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("{name} accepted your answer")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("it is your answer and you chose mail for that")


KIND = Accepted()
