"""Which activity makes which record dirty, and which becomes a note. Database only; references, never contents."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from community.activity.handlers import ActivityView, Handler
from community.activity.subjects import subject_of
from community.work import queue
from crm_sync.connectors.base import CASE, CONTACT, IDEA
from crm_sync.engine.facts import SUBJECTS
from crm_sync.engine.notes import WORDS
from crm_sync.marking import GATHER_S, connections_enabled, notes_mark, records_mark
from crm_sync.models import Connection, CrmDirty, Link
from crm_sync.models.work import BULK, ERASE, HIGH, NORMAL, day_id

_ACTOR, _AUTHOR, _SUBJECT, _ASKER, _TOPIC = "actor", "author_id", "subject", "asker_id", "topic_id"
_IDEA, _TARGET = "idea_id", "target_id"

MARKS: dict[str, dict[str, tuple[str, ...]]] = {
    "members.member_joined": {CONTACT: (_SUBJECT,)},
    "members.member_updated": {CONTACT: (_SUBJECT,)},
    "members.member_erased": {CONTACT: (_SUBJECT,)},
    "members.member_seen": {CONTACT: (_SUBJECT,)},
    "forums.topic_asked": {CONTACT: (_ACTOR,)},
    "forums.topic_started": {CONTACT: (_ACTOR,)},
    "forums.post_published": {CONTACT: (_AUTHOR,), CASE: (_TOPIC,)},
    "forums.post_edited": {CASE: (_TOPIC,)},
    "forums.post_hidden": {CONTACT: (_AUTHOR,), CASE: (_TOPIC,)},
    "forums.post_restored": {CONTACT: (_AUTHOR,), CASE: (_TOPIC,)},
    "forums.post_deleted": {CONTACT: (_AUTHOR,), CASE: (_TOPIC,)},
    "forums.answer_accepted": {CONTACT: (_AUTHOR, _ASKER), CASE: (_TOPIC,)},
    "forums.answer_unaccepted": {CONTACT: (_AUTHOR, _ASKER), CASE: (_TOPIC,)},
    "forums.helpful_given": {CONTACT: (_AUTHOR,)},
    "forums.helpful_taken": {CONTACT: (_AUTHOR,)},
    "forums.same_problem_joined": {CASE: (_SUBJECT,)},
    "forums.same_problem_left": {CASE: (_SUBJECT,)},
    "forums.question_escalated": {CASE: (_SUBJECT,)},
    "forums.case_changed": {CASE: (_SUBJECT,)},
    "ideas.idea_shared": {IDEA: (_SUBJECT,)},
    "ideas.idea_edited": {IDEA: (_SUBJECT,)},
    "ideas.idea_hidden": {IDEA: (_SUBJECT,)},
    "ideas.idea_restored": {IDEA: (_SUBJECT,)},
    "ideas.idea_deleted": {IDEA: (_SUBJECT,)},
    "ideas.vote_cast": {IDEA: (_SUBJECT,)},
    "ideas.vote_withdrawn": {IDEA: (_SUBJECT,)},
    "ideas.status_changed": {IDEA: (_SUBJECT,)},
    "ideas.ideas_merged": {IDEA: (_SUBJECT, _TARGET)},
    "ideas.ideas_unmerged": {IDEA: (_SUBJECT, _TARGET)},
    "ideas.comment_published": {IDEA: (_IDEA,)},
    "ideas.comment_hidden": {IDEA: (_IDEA,)},
    "ideas.comment_restored": {IDEA: (_IDEA,)},
    "ideas.comment_deleted": {IDEA: (_IDEA,)},
    "reputation.level_changed": {CONTACT: (_SUBJECT,)},
    "privacy.consent_changed": {CONTACT: (_SUBJECT,)},
}
"""Type -> kind of record -> where its id stands in the activity. An idea's votes by account follow when it is sent."""
_MOVES_VOTES = frozenset({"members.member_updated", "members.member_erased", "privacy.consent_changed"})
"""What changes which account a vote counts for, or whether it counts at all."""
_PRIORITY = {"members.member_erased": ERASE, "privacy.consent_changed": ERASE, "forums.question_escalated": HIGH}


class CrmRecordsHandler(Handler):
    """Marks contacts, cases and ideas dirty in every connection that keeps them.

    A case is marked only once it is one: an ordinary question is none of the CRM's business. People an import brought
    are not sent for being brought; a case that hangs on one asks for its contact.
    """

    name = "crm.records"
    types = tuple(MARKS)

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Idempotent: yes, a replay marks again and the unchanged records are dropped at sending. Queries: 3 to 7."""
        connections = connections_enabled()
        if not connections:
            return
        wanted: dict[int, set[tuple[int, str, int]]] = {}
        for activity in batch:
            for kind, places in MARKS[activity.type].items():
                if kind == CONTACT and activity.origin == "import" and activity.type != "members.member_erased":
                    continue
                ids = {_id_at(activity, place) for place in places} - {None}
                for crm in connections:
                    if kind in crm.enabled_kinds and activity.origin != f"crm:{crm.pk}":
                        marks = wanted.setdefault(_priority(activity), set())
                        marks |= {(crm.pk, kind, object_id) for object_id in ids if object_id is not None}
        cases = _cases_known({mark[2] for marks in wanted.values() for mark in marks if mark[1] == CASE}, batch)
        wanted.setdefault(NORMAL, set()).update(_ideas_voted_for(batch, connections))
        object_ids = {mark[2] for marks in wanted.values() for mark in marks}
        queue.rows_lock(CrmDirty, object_id__in=object_ids, connection__in=[crm.pk for crm in connections])
        for priority, marks in sorted(wanted.items(), reverse=True):
            kept = [mark for mark in marks if mark[1] != CASE or mark[2] in cases]
            records_mark(kept, priority=priority, gather_s=GATHER_S if priority == NORMAL else 0.0)


def _ideas_voted_for(batch: Sequence[ActivityView], connections: Sequence[Connection]) -> set[tuple[int, str, int]]:
    """Mark what members vote for whose account changed, wherever that was said: the account's figures moved."""
    moved = {
        activity.subject_id
        for activity in batch
        if activity.type in _MOVES_VOTES and "account" in getattr(activity.payload, "fields", ("account",))
    }
    keeping = [crm.pk for crm in connections if IDEA in crm.enabled_kinds]
    if not (moved and keeping):
        return set()
    idea_ids = subject_of(SUBJECTS[IDEA]).voted_by(moved)
    return {(crm_id, IDEA, idea_id) for crm_id in keeping for idea_id in idea_ids}


def _priority(activity: ActivityView) -> int:
    if activity.origin in ("import", "seed") and activity.type not in _PRIORITY:
        return BULK
    return _PRIORITY.get(activity.type, NORMAL)


def _id_at(activity: ActivityView, place: str) -> int | None:
    if place == _SUBJECT:
        return activity.subject_id
    if place == _ACTOR:
        return activity.actor_id
    return int(getattr(activity.payload, place, 0) or 0) or None


def _cases_known(topic_ids: set[int], batch: Sequence[ActivityView]) -> set[int]:
    """Return those of the topics that are cases: escalated in this batch, or linked, or waiting to be."""
    if not topic_ids:
        return set()

    escalated = {one.subject_id for one in batch if one.type == "forums.question_escalated"}
    linked = Link.objects.filter(kind=CASE, object_id__in=topic_ids).values_list("object_id", flat=True)
    queued = CrmDirty.objects.filter(kind=CASE, object_id__in=topic_ids).values_list("object_id", flat=True)
    return escalated | set(linked) | set(queued)


class CrmTimelineHandler(Handler):
    """Queues notes: each activity, or one summary for each member's day, or nothing, as the connection's rule says."""

    name = "crm.timeline"
    types = tuple(WORDS)
    skip_origins = ("import",)
    lane = "actor"

    def handle(self, batch: Sequence[ActivityView]) -> None:
        """Idempotent: yes, a note that was sent has a link and is dropped at sending. Queries: 2 to 3."""
        acted = [activity for activity in batch if activity.actor_id is not None]
        for crm in connections_enabled(CONTACT):
            mine = [activity for activity in acted if activity.origin != f"crm:{crm.pk}"]
            if crm.timeline_rule == Connection.TimelineRule.RAW:
                _raw(crm, mine)
            elif crm.timeline_rule == Connection.TimelineRule.DAILY:
                _daily(crm, mine)


def _raw(crm: Connection, batch: Sequence[ActivityView]) -> None:
    sent = set(
        Link.objects.filter(
            connection=crm, kind="activity", object_id__in=[activity.id for activity in batch], remote_id__isnull=False
        ).values_list("object_id", flat=True)
    )
    notes_mark(
        (crm.pk, "activity", activity.id, activity.actor_id or 0) for activity in batch if activity.id not in sent
    )


def _daily(crm: Connection, batch: Sequence[ActivityView]) -> None:
    """A day's summary leaves when the day is over; one that arrives later changes the note."""
    by_day: dict[int, set[tuple[int, str, int, int]]] = {}
    for activity in batch:
        member_id = activity.actor_id or 0
        day = activity.occurred_at.astimezone(UTC).toordinal()
        by_day.setdefault(day, set()).add((crm.pk, "day", day_id(member_id, day), member_id))
    for day, notes in sorted(by_day.items()):
        ends_at = datetime.fromordinal(day).replace(tzinfo=UTC) + timedelta(days=1)
        notes_mark(notes, not_before=ends_at if ends_at > datetime.now(UTC) else None)
