"""Support took your question over, or its case moved."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext_lazy as _

from community.activity.handlers import ActivityView
from community.notifications.kinds.base import Facts, Group, Kind, Notice, Text

_SENTENCES = {
    "": _("Support took your question over"),
    "waiting": _("Support waits for something from you or from others"),
    "solved": _("Support says your question is solved"),
    "closed": _("Support closed the case of your question"),
}


class Case(Kind):
    """To who asked. Says the state and nothing else of what the CRM knows."""

    name = "case"
    types = ("forums.question_escalated", "forums.case_changed")
    group = Group.NAMES_YOU
    precedence = 20
    label = _("Support takes your question over")
    note = _("And when the state of its case changes")
    mail = True
    from_crm = True
    heeds_mute = False

    def notices(self, batch: Sequence[ActivityView], facts: Facts) -> Iterable[Notice]:
        """Name the asker; a case that is merely open says nothing new."""
        for view in batch:
            topic = facts.topics.get(view.subject_id)
            state = getattr(view.payload, "state", "")
            if topic and topic.author_id and state in _SENTENCES:
                thing = (view.subject_kind, view.subject_id)
                yield Notice(
                    kind=self, activity=view, member_id=topic.author_id, subject=thing, thread=thing, detail=state
                )

    def sentence(self, detail: str) -> Text:
        """Return what happened."""
        return _SENTENCES.get(detail, _SENTENCES[""])

    def reason(self, detail: str) -> Text:
        """Return why."""
        return _("it is your question and you chose mail for what support does with it")


KIND = Case()
