"""Somebody replied in a topic you track."""

from django.utils.translation import gettext_lazy as _

from community.notifications.kinds.base import Text
from community.notifications.kinds.reply import Reply


class Tracked(Reply):
    """To who tracks the topic: a line in the inbox, no mail unless they choose it."""

    name = "tracked"
    precedence = 45
    label = _("A reply in a topic you track")
    mail = False
    levels = ("tracking",)

    def reason(self, detail: str) -> Text:
        """Return why."""
        return super().reason(detail) if detail else _("you track this topic")


KIND = Tracked()
