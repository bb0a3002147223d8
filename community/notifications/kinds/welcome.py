"""You joined."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text


class Welcome(Kind):
    """To a new member, on the site: their inbox is not empty, and says what it is for."""

    name = "welcome"
    types = ("members.member_joined",)
    group = Group.COMMUNITY
    label = _("A welcome when you join")
    tells_actor = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name who joined; authors of imports have not."""
        for view in batch:
            if view.payload.state == "active":
                thing = (view.subject_kind, view.subject_id)
                yield Notice(kind=self, activity=view, member_id=view.subject_id, subject=thing, thread=thing)

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("Welcome! This is your profile as others see it; answers to you will show up here")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you joined")


KIND = Welcome()
