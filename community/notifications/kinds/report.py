"""What came of your report."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text


class Report(Kind):
    """To who reported something, once the decision can no longer be undone."""

    name = "report"
    types = ("moderation.flag_settled",)
    group = Group.NAMES_YOU
    precedence = 20
    label = _("A moderator has looked at your report")
    site_fixed = True
    heeds_mute = False

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name who reported it."""
        for view in batch:
            thing = (view.subject_kind, view.subject_id)
            detail = "upheld" if view.payload.upheld else ""
            yield Notice(
                kind=self, activity=view, member_id=view.payload.member_id, subject=thing, thread=thing, detail=detail
            )

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        if detail == "upheld":
            return _("You were right to report this: something was done about it")
        return _("A moderator looked at what you reported: it may stay")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you reported it and chose mail for what comes of it")


KIND = Report()
