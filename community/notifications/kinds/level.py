"""You reached another level."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text


class Level(Kind):
    """To the member; going down is not told."""

    name = "level"
    types = ("reputation.level_changed",)
    group = Group.COMMUNITY
    label = _("You reach a level")

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the member of each rise."""
        for view in batch:
            if view.payload.rose:
                thing = (view.subject_kind, view.subject_id)
                detail = str(view.payload.points)
                yield Notice(
                    kind=self, activity=view, member_id=view.subject_id, subject=thing, thread=thing, detail=detail
                )

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _("You reached another level with {detail} points")

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("you chose mail for levels")


KIND = Level()
