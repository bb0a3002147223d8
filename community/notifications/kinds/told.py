"""A moderator wrote to you about something of yours."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text


class Told(Kind):
    """To the author, or to who was warned; what was said stands on a page of their own."""

    name = "told"
    types = ("moderation.author_told", "moderation.member_warned")
    group = Group.NAMES_YOU
    precedence = 5
    label = _("A moderator writes to you")
    note = _("Always on the site")
    mail = True
    staff_mail = True
    site_fixed = True
    heeds_mute = False
    page = "moderation:flag_list"

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the author."""
        for view in batch:
            warned = view.type == "moderation.member_warned"
            member_id = view.subject_id if warned else view.payload.author_id
            thing = ("members.member", member_id)
            detail = "warned" if warned else view.payload.action
            yield Notice(kind=self, activity=view, member_id=member_id, subject=thing, thread=thing, detail=detail)

    def sentence(self, detail: str) -> Text:
        """Return what happened; who did it is the team, not one of them."""
        if detail == "warned":
            return _("A moderator warned you; read what they say")
        return _("A moderator decided about a text of yours; read what they say")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("it concerns your account")


KIND = Told()
