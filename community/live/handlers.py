"""What open pages hear of the log."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from community.activity.handlers import ActivityView, Handler
from community.activity.subjects import subject_of
from community.core.audience import NOBODY, member_token
from community.live.names import MEMBER
from community.work.hints import Hint, hint_after_commit

FRESH = timedelta(seconds=60)
"""Whatever is older, every page has found by polling."""

SHOWN_ON: dict[str, tuple[str, str]] = {
    "forums.post_published": ("forums.topic", "topic_id"),
    "forums.post_edited": ("forums.topic", "topic_id"),
    "forums.post_hidden": ("forums.topic", "topic_id"),
    "forums.post_restored": ("forums.topic", "topic_id"),
    "forums.post_deleted": ("forums.topic", "topic_id"),
    "forums.answer_accepted": ("forums.topic", "topic_id"),
    "forums.answer_unaccepted": ("forums.topic", "topic_id"),
    "forums.topic_closed": ("forums.topic", ""),
    "forums.topic_reopened": ("forums.topic", ""),
    "forums.question_escalated": ("forums.topic", ""),
    "forums.case_changed": ("forums.topic", ""),
    "forums.topic_asked": ("forums.category", "category_id"),
    "forums.topic_started": ("forums.category", "category_id"),
    "ideas.vote_cast": ("ideas.idea", ""),
    "ideas.vote_withdrawn": ("ideas.idea", ""),
    "ideas.status_changed": ("ideas.idea", ""),
    "ideas.comment_published": ("ideas.idea", "idea_id"),
    "ideas.comment_hidden": ("ideas.idea", "idea_id"),
    "ideas.comment_restored": ("ideas.idea", "idea_id"),
    "ideas.comment_deleted": ("ideas.idea", "idea_id"),
}
"""Which thing's page shows an activity: its kind, and the field of the payload with its id (empty: the subject)."""


class PagesHandler(Handler):
    """Hints to the pages that show what happened, for those who may see what happened."""

    name = "live.pages"
    types = tuple(SHOWN_ON)
    skip_origins = ("import", "seed")
    at_once = True

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Hint after the commit. Idempotent: yes, a hint twice is a look twice. Queries: one per kind of subject."""
        now = timezone.now()
        fresh = [activity for activity in batch if now - activity.recorded_at < FRESH]
        hint_after_commit(dict.fromkeys(_hints(fresh)))


class MembersHandler(Handler):
    """Has the sockets of a member look again who that is: roles, state, account or groups changed."""

    name = "live.members"
    types = ("members.member_updated", "members.member_erased")
    lane = "actor"
    at_once = True

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Hint after the commit. Idempotent: yes. Queries: 0."""
        ids = sorted({activity.subject_id for activity in batch})
        hint_after_commit(Hint(MEMBER, member_id, frozenset({member_token(member_id)})) for member_id in ids)


def _hints(batch: Sequence[ActivityView]) -> list[Hint]:
    """Return the hints of a batch; none for what is gone or for nobody."""
    ids: dict[str, set[int]] = defaultdict(set)
    for activity in batch:
        ids[activity.subject_kind].add(activity.subject_id)
    audiences = {kind: subject_of(kind).audience(ids[kind]) for kind in ids}
    hints = []
    for activity in batch:
        kind, field = SHOWN_ON[activity.type]
        audience = audiences[activity.subject_kind].get(activity.subject_id, NOBODY)
        if audience:
            shown_id = getattr(activity.payload, field) if field else activity.subject_id
            hints.append(Hint(kind, shown_id, audience))
    return hints
