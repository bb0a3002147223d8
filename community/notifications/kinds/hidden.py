"""A moderator took your post out of sight, or brought it back."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text, post_notice


class Hidden(Kind):
    """To its author, who still sees it where every member may read."""

    name = "hidden"
    types = ("forums.post_hidden", "forums.post_restored")
    group = Group.NAMES_YOU
    precedence = 5
    label = _("A moderator acts on your post")
    note = _("Always on the site")
    mail = True
    staff_mail = True
    site_fixed = True
    heeds_mute = False
    may_be_hidden = True

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the author."""
        for view in batch:
            detail = "restored" if view.type == "forums.post_restored" else ""
            yield post_notice(self, view, view.payload.author_id, detail=detail)

    def sentence(self, detail: str) -> Text:
        """Return what happened; who did it is the team, not one of them."""
        if detail == "restored":
            return _("Your post can be seen again")
        return _("A moderator hid your post; only you and the team see it")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("it is your post")


KIND = Hidden()
